#include "policies/admission/plugins.hpp"
#include "policies/api/quantity.hpp"

namespace troupe::policies::admission {

namespace {

/// The class marked as default: the newest, then the first by name.
api::object_ptr default_of(const std::vector<api::object_ptr>& classes, std::string_view mark) {
  api::object_ptr best;
  for (auto& candidate : classes) {
    if (api::string_at(candidate->annotations(), {mark}) != "true") continue;
    if (best) {
      // RFC 3339 times in UTC with equal precision sort as text.
      auto now = api::string_at(candidate->metadata(), {"creationTimestamp"}),
           before = api::string_at(best->metadata(), {"creationTimestamp"});
      if (now < before || (now == before && candidate->name() > best->name())) continue;
    }
    best = candidate;
  }
  return best;
}

bool about(const request& req, std::string_view group, std::string_view resource) {
  return req.resource.group == group && req.resource.resource == resource && req.subresource.empty();
}

} // namespace

void apply_default_classes(request& req, const lookup& view) {
  if (req.what != operation::create) return;
  auto& object = *req.object;
  if (about(req, "", "persistentvolumeclaims")) {
    if (api::find(object, {"spec", "storageClassName"}) ||
        api::find(object, {"metadata", "annotations", "volume.beta.kubernetes.io/storage-class"}))
      return;
    if (auto found = default_of(view.storage_classes(), "storageclass.kubernetes.io/is-default-class"))
      api::set_at(object, {"spec", "storageClassName"}, json::value(found->name()));
  } else if (about(req, "networking.k8s.io", "ingresses")) {
    if (api::find(object, {"spec", "ingressClassName"}) ||
        api::find(object, {"metadata", "annotations", "kubernetes.io/ingress.class"}))
      return;
    if (auto found = default_of(view.ingress_classes(), "ingressclass.kubernetes.io/is-default-class"))
      api::set_at(object, {"spec", "ingressClassName"}, json::value(found->name()));
  }
}

outcome check_claim_growth(const request& req, const lookup& view) {
  if (!about(req, "", "persistentvolumeclaims") || req.what != operation::update || !req.old) return {};
  auto size = [](const json::object& claim) {
    return api::quantity::parse(api::string_at(claim, {"spec", "resources", "requests", "storage"}, "0"));
  };
  auto now = size(*req.object), before = size(*req.old);
  if (!now || !before || *now <= *before) return {};
  if (api::string_at(*req.old, {"status", "phase"}) != "Bound")
    return refuse(req, "Only bound persistent volume claims can be expanded");
  auto name = api::string_at(*req.object, {"spec", "storageClassName"});
  for (auto& type : view.storage_classes())
    if (!name.empty() && type->name() == name && api::bool_at(type->body(), {"allowVolumeExpansion"})) return {};
  return refuse(req, "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc "
                     "must support resize");
}

} // namespace troupe::policies::admission
