#pragma once
#include <functional>
#include <optional>

namespace CLI {
class App;
}

/// `troupe store …`: the store by itself.
namespace troupe::tools::store {

/// Declares the subcommand on `app`. After parsing, the answer runs what the user chose and gives the exit status;
/// nothing if it was another subcommand.
[[nodiscard]] std::function<std::optional<int>()> declare(CLI::App& app);

} // namespace troupe::tools::store
