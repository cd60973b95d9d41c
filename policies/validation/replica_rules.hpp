#pragma once
#include "policies/validation/report.hpp"

namespace troupe::policies::validation {

/// `spec`; empty where there is none.
[[nodiscard]] const json::object& spec_of(const json::object& body);

/// `spec.selector` of a controller: there, well-formed and not empty. `kind` is the word of the text for an empty one.
void check_controller_selector(report& out, const json::object& spec, std::string_view kind);

/// `spec.selector` stays as it is.
void check_selector_update(report& out, const json::object& body, const json::object& old);

/// Counters in a status: none below 0, none of `bounded` above `replicas`, not more available than ready.
/// `ready_name` is how the text calls the ready counter.
void check_replica_counts(report& out, const json::object& body, std::initializer_list<std::string_view> counters,
                          std::initializer_list<std::string_view> bounded, std::string_view ready_name);

/// `status.collisionCount` only grows.
void check_collisions(report& out, const json::object& body, const json::object& old);

} // namespace troupe::policies::validation
