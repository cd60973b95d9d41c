#pragma once
#include <functional>
#include <optional>

namespace CLI {
class App;
}

namespace troupe::tools::chaos {

/// Declares `troupe chaos`. The function runs it if it was chosen and answers the exit status.
[[nodiscard]] std::function<std::optional<int>()> declare(CLI::App& app);

} // namespace troupe::tools::chaos
