#pragma once
#include "policies/validation/report.hpp"

namespace troupe::policies::validation {

/// podFailurePolicy and podReplacementPolicy of a JobSpec.
void check_failure_policy(report& out, const field_path& job, const json::object& spec);
/// successPolicy of a JobSpec.
void check_success_policy(report& out, const field_path& job, const json::object& spec);
/// Number of indexes in a list as "0,2-4", or nothing if it is no such list below `completions`.
[[nodiscard]] std::optional<std::int64_t> count_indexes(std::string_view list, std::int64_t completions);

} // namespace troupe::policies::validation
