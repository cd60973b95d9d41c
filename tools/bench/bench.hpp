#pragma once
#include <functional>
#include <optional>

namespace CLI {
class App;
}

/// `troupe bench …`: measures a running cluster, ours or any other with a Kubernetes API, or one of its own.
namespace troupe::tools::bench {

/// Declares the subcommand on `app`. After parsing, the answer runs what the user chose and gives the exit status;
/// nothing if it was another subcommand.
[[nodiscard]] std::function<std::optional<int>()> declare(CLI::App& app);

} // namespace troupe::tools::bench
