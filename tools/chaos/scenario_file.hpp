#pragma once
#include "policies/chaos/scenario.hpp"
#include <string>

namespace troupe::tools::chaos {

/// Reads a scenario from a YAML or JSON file; the error is a sentence with the file's name.
[[nodiscard]] tl::expected<policies::chaos::scenario, std::string> load_scenario(const std::string& file);

} // namespace troupe::tools::chaos
