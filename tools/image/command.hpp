#pragma once
#include <functional>
#include <optional>
#include <string>

namespace CLI {
class App;
}

namespace troupe::tools::image {

/// Declares `troupe image …` on `app`. After parsing, the answer runs what the user chose and gives the exit status;
/// nothing if it was another subcommand.
[[nodiscard]] std::function<std::optional<int>()> declare(CLI::App& app, const std::string& default_data_dir);

} // namespace troupe::tools::image
