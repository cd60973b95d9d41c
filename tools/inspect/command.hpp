#pragma once
#include <functional>
#include <optional>

namespace CLI {
class App;
}

namespace troupe::tools::inspect {

/// `troupe inspect`, on the program. After parsing, the answer runs what the user chose and gives the exit status;
/// nothing if it was another subcommand.
[[nodiscard]] std::function<std::optional<int>()> declare(CLI::App& app);

} // namespace troupe::tools::inspect
