#pragma once
#include "policies/api/json.hpp"
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace troupe::net::cni {

struct result {
  std::vector<std::string> ips; ///< without prefix length
  api::json::object document;   ///< for the next plugin's `prevResult`
};

/// Reads what a plugin wrote after a successful ADD.
[[nodiscard]] tl::expected<result, std::string> parse_result(std::string_view text);

/// The reason of a failed call: the plugin's own words from its standard output, else from its standard error.
[[nodiscard]] std::string parse_error(std::string_view plugin, int exit_code, std::string_view out,
                                      std::string_view err);

} // namespace troupe::net::cni
