#pragma once
#include "policies/validation/report.hpp"

namespace troupe::policies::validation {

/// A PodTemplateSpec: labels, annotations and the pod's spec.
void check_template(report& out, const field_path& at, const json::object& pod);

/// Labels and annotations of a template only.
void check_template_metadata(report& out, const field_path& at, const json::object& pod);

/// Pods that a controller keeps running are always restarted and have no deadline. `kind` is how the text calls the
/// controller.
void check_kept_running(report& out, const field_path& at, const json::object& pod, std::string_view kind);

/// What the templates of controllers that keep pods running add: the selector selects the template, pods are always
/// restarted and have no deadline. `selector` is a LabelSelector.
void check_controlled_template(report& out, const field_path& spec_at, const json::object& spec);

/// A count or a percentage as `maxSurge` and its like have it.
void check_count_or_percent(report& out, const field_path& at, const json::value* value);
/// "must not be greater than 100%" for a percentage that is.
void check_at_most_all(report& out, const field_path& at, const json::value* value);
/// The number or percentage; 0 if there is none.
[[nodiscard]] std::int64_t number_of(const json::value* value) noexcept;

} // namespace troupe::policies::validation
