#pragma once
#include "policies/validation/report.hpp"

namespace troupe::policies::validation {

using name_rule = messages (*)(std::string_view);
enum class scope { cluster, namespaced };

/// The rules of `metadata` for an object that is written for the first time.
void check_metadata(report& out, const json::object& metadata, name_rule rule, scope where);
/// What may change in `metadata`, and that what changed is valid.
void check_metadata_update(report& out, const json::object& metadata, const json::object& old);

void check_labels(report& out, const field_path& at, const json::object* labels);
void check_annotations(report& out, const field_path& at, const json::object* annotations);
void check_finalizer_name(report& out, const field_path& at, std::string_view name);
/// A meta/v1 LabelSelector; null is fine.
void check_label_selector(report& out, const field_path& at, const json::object* selector);
/// A list of meta/v1 Conditions.
void check_conditions(report& out, const field_path& at, const json::array* conditions);

} // namespace troupe::policies::validation
