#include "policies/validation/kinds.hpp"
#include "policies/validation/metadata.hpp"
#include "policies/validation/pod_spec.hpp"
#include "policies/validation/template.hpp"
#include "policies/validation/validate.hpp"
#include <charconv>

namespace troupe::policies::validation {

namespace {

constexpr field_path root("spec"), annotations_at("metadata.annotations");

void check_pod_annotations(report& out, const json::object& body) {
  auto* annotations = api::object_at(body, {"metadata", "annotations"});
  if (!annotations) return;
  constexpr std::string_view mirror = "kubernetes.io/config.mirror",
                             cost = "controller.kubernetes.io/pod-deletion-cost";
  if (annotations->contains(mirror) && api::string_at(body, {"spec", "nodeName"}).empty())
    out.invalid(annotations_at.key(mirror), api::string_at(*annotations, {mirror}),
                "must set spec.nodeName if mirror pod annotation is set");
  auto value = api::string_at(*annotations, {cost});
  if (!annotations->contains(cost)) return;
  std::int32_t number = 0;
  auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  bool padded = value.size() > 1 && (value[0] == '0' || value.starts_with("-0"));
  if (error != std::errc{} || end != value.data() + value.size() || padded)
    out.invalid(annotations_at.key(cost), value, "must be a 32bit integer");
}

bool padded(std::string_view text) {
  auto space = [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; };
  return !text.empty() && (space(text.front()) || space(text.back()));
}

void check_images(report& out, const json::object& spec) {
  for (auto list : {"containers", "initContainers"}) {
    auto at = root / list;
    for_each(api::array_at(spec, {list}), [&](std::size_t i, const json::object& container) {
      auto image = api::string_at(container, {"image"});
      auto entry = at[i];
      if (padded(image)) out.invalid(entry / "image", image, "must not have leading or trailing whitespace");
    });
  }
}

void check_token_volumes(report& out, const json::object& spec) {
  if (!api::string_at(spec, {"serviceAccountName"}).empty()) return;
  auto volumes = root / "volumes";
  for_each(api::array_at(spec, {"volumes"}), [&](std::size_t i, const json::object& volume) {
    auto at = volumes[i];
    auto sources = at / "projected.sources";
    for_each(api::array_at(volume, {"projected", "sources"}), [&](std::size_t k, const json::object& source) {
      auto entry = sources[k];
      if (!absent(source, "serviceAccountToken"))
        out.forbidden(entry / "serviceAccountToken", "must not be specified when serviceAccountName is not set");
    });
  });
}

} // namespace

void check_pod(report& out, const json::object& body) {
  static const json::object empty;
  auto *metadata = api::object_at(body, {"metadata"}), *spec = api::object_at(body, {"spec"});
  check_pod_annotations(out, body);
  check_pod_spec(out, root, spec ? *spec : empty, metadata ? metadata : &empty);
  if (!spec) return;
  check_token_volumes(out, *spec);
  check_images(out, *spec);
}

void check_pod_create(report& out, const json::object& body) {
  if (auto* containers = api::array_at(body, {"spec", "ephemeralContainers"}); containers && !containers->empty())
    out.forbidden(root / "ephemeralContainers", "cannot be set on create");
  auto* gates = api::array_at(body, {"spec", "schedulingGates"});
  if (!api::string_at(body, {"spec", "nodeName"}).empty() && gates && !gates->empty())
    out.forbidden(root / "nodeName", "cannot be set until all schedulingGates have been cleared");
}

void check_pod_template_object(report& out, const json::object& body) {
  static const json::object empty;
  auto* pod = api::object_at(body, {"template"});
  check_template(out, field_path("template"), pod ? *pod : empty);
}

api::field_errors validate_ephemeral_containers(const json::object& pod, const json::object& old) {
  api::field_errors errors;
  report out(errors);
  static const json::object empty;
  auto *spec = api::object_at(pod, {"spec"}), *metadata = api::object_at(pod, {"metadata"});
  if (!spec) return errors;
  auto at = root / "ephemeralContainers";
  if (metadata && api::object_at(old, {"metadata"}))
    check_metadata_update(out, *metadata, *api::object_at(old, {"metadata"}));
  api::field_errors ignored;
  report volumes(ignored);
  check_ephemeral_container_list(out, at,
                                 {*spec, check_volumes(volumes, at, api::array_at(*spec, {"volumes"}), metadata), 0});
  if (api::find(pod, {"metadata", "annotations", "kubernetes.io/config.mirror"}))
    out.forbidden(field_path(), "static pods do not support ephemeral containers");
  auto* now = api::array_at(*spec, {"ephemeralContainers"});
  for_each(api::array_at(old, {"spec", "ephemeralContainers"}), [&](std::size_t, const json::object& before) {
    auto name = api::string_at(before, {"name"});
    const json::object* found = nullptr;
    for_each(now, [&](std::size_t, const json::object& c) {
      if (api::string_at(c, {"name"}) == name) found = &c;
    });
    if (!found)
      out.forbidden(at, "existing ephemeral containers \"" + std::string(name) + "\" may not be removed\n");
    else if (!api::semantically_equal(*found, before))
      out.forbidden(at, "existing ephemeral containers \"" + std::string(name) + "\" may not be changed\n");
  });
  return errors;
}

} // namespace troupe::policies::validation
