#pragma once
#include "policies/api/status.hpp"
#include "policies/pipeline/paging.hpp"
#include <string>
#include <string_view>

namespace troupe::policies::pipeline {

/// A boolean option as Kubernetes reads it: missing, "false" in any case and "0" mean no, all else means yes.
[[nodiscard]] bool flag(const query_map& query, const std::string& name);

/// Options of list and watch: 400 for numbers that are none, 422 for combinations that are not allowed.
[[nodiscard]] api::result<void> check_list_query(const query_map& query, bool watch);

enum class write_verb { create, update, patch, remove };
/// Options of a write: fieldManager, dryRun, fieldValidation, of a patch `force`, of a deletion gracePeriodSeconds.
/// `content_type` tells whether a patch is an apply.
[[nodiscard]] api::result<void> check_write_query(const query_map& query, write_verb verb,
                                                  std::string_view content_type = {});

} // namespace troupe::policies::pipeline
