#include "policies/validation/template.hpp"
#include "policies/api/selector.hpp"
#include "policies/validation/metadata.hpp"
#include "policies/validation/pod_spec.hpp"
#include <charconv>
#include <fmt/format.h>

namespace troupe::policies::validation {

void check_template_metadata(report& out, const field_path& at, const json::object& pod) {
  auto metadata = at / "metadata";
  check_labels(out, metadata / "labels", api::object_at(pod, {"metadata", "labels"}));
  check_annotations(out, metadata / "annotations", api::object_at(pod, {"metadata", "annotations"}));
}

void check_template(report& out, const field_path& at, const json::object& pod) {
  static const json::object empty;
  check_labels(out, at / "labels", api::object_at(pod, {"metadata", "labels"}));
  check_annotations(out, at / "annotations", api::object_at(pod, {"metadata", "annotations"}));
  auto* spec = api::object_at(pod, {"spec"});
  auto spec_at = at / "spec";
  check_pod_spec(out, spec_at, spec ? *spec : empty, nullptr);
  if (auto* containers = spec ? api::array_at(*spec, {"ephemeralContainers"}) : nullptr;
      containers && !containers->empty())
    out.forbidden(spec_at / "ephemeralContainers", "ephemeral containers not allowed in pod template");
}

void check_kept_running(report& out, const field_path& at, const json::object& pod, std::string_view kind) {
  auto restart = api::string_at(pod, {"spec", "restartPolicy"});
  if (restart != "Always") out.not_supported(at / "spec.restartPolicy", restart, {"Always"});
  if (api::find(pod, {"spec", "activeDeadlineSeconds"}))
    out.forbidden(at / "spec.activeDeadlineSeconds", fmt::format("activeDeadlineSeconds in {} is not Supported", kind));
}

void check_controlled_template(report& out, const field_path& spec_at, const json::object& spec) {
  auto at = spec_at / "template";
  auto* pod = api::object_at(spec, {"template"});
  if (!pod) return out.required(at);
  auto* labels = api::object_at(*pod, {"metadata", "labels"});
  static const json::object empty;
  if (auto* selector = api::object_at(spec, {"selector"}))
    if (auto parsed = api::label_selector::from_document(selector);
        parsed && !parsed->selects_everything() && !parsed->matches(labels ? *labels : empty))
      out.invalid_shown(at / "metadata.labels", shown_map(labels), "`selector` does not match template `labels`");
  check_template(out, at, *pod);
  check_kept_running(out, at, *pod, "ReplicaSet");
}

std::int64_t number_of(const json::value* value) noexcept {
  if (!value) return 0;
  if (value->is_int64()) return value->get_int64();
  if (value->is_uint64()) return static_cast<std::int64_t>(value->get_uint64());
  std::int64_t number = 0;
  if (value->is_string()) std::from_chars(value->get_string().begin(), value->get_string().end(), number);
  return number;
}

void check_count_or_percent(report& out, const field_path& at, const json::value* value) {
  if (!value || value->is_null()) return;
  if (value->is_string())
    return out.invalid(at, std::string_view(value->get_string()), is_percent(value->get_string()));
  if (auto number = number_of(value); number < 0) out.invalid(at, number, not_negative);
}

void check_at_most_all(report& out, const field_path& at, const json::value* value) {
  if (value && value->is_string() && value->get_string().ends_with("%") && number_of(value) > 100)
    out.invalid(at, value, "must not be greater than 100%");
}

} // namespace troupe::policies::validation
