#include "policies/controllers/owner.hpp"
#include "policies/api/label_syntax.hpp"
#include <algorithm>

namespace troupe::policies::controllers {

json::object controller_reference(const api::object& owner, std::string_view api_version, std::string_view kind) {
  return {{"apiVersion", api_version}, {"kind", kind},      {"name", owner.name()},
          {"uid", owner.uid()},        {"controller", true}, {"blockOwnerDeletion", true}};
}

bool controlled_by(const api::object& object, std::string_view uid) noexcept {
  auto* owner = object.controller_owner();
  return owner && api::string_at(*owner, {"uid"}) == uid;
}

void add_owner(json::object& body, json::object reference) {
  auto& value = api::ensure_object(body, {"metadata"})["ownerReferences"];
  if (!value.is_array()) value.emplace_array();
  value.get_array().push_back(std::move(reference));
}

void drop_owner(json::object& body, std::string_view uid) {
  auto& metadata = api::ensure_object(body, {"metadata"});
  auto* value = metadata.if_contains("ownerReferences");
  auto* list = value ? value->if_array() : nullptr;
  if (!list) return;
  auto end = std::remove_if(list->begin(), list->end(), [&](auto& o) { return api::string_at(o, {"uid"}) == uid; });
  list->erase(end, list->end());
  if (list->empty()) metadata.erase("ownerReferences");
}

json::object pod_from_template(const json::object& pod_template, const api::object& owner, std::string_view api_version,
                               std::string_view kind) {
  std::string prefix(owner.name());
  // The dash must not make the prefix of a long name invalid.
  if (api::subdomain_errors(prefix + "-0").empty()) prefix += '-';
  json::object metadata{{"generateName", prefix}, {"namespace", owner.ns()}};
  for (auto member : {"labels", "annotations", "finalizers"})
    if (auto* value = api::find(pod_template, {"metadata", member})) metadata[member] = *value;
  json::object body{{"apiVersion", "v1"}, {"kind", "Pod"}, {"metadata", std::move(metadata)}};
  if (auto* spec = pod_template.if_contains("spec")) body["spec"] = *spec;
  add_owner(body, controller_reference(owner, api_version, kind));
  return body;
}

} // namespace troupe::policies::controllers
