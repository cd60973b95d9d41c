#include "policies/defaulting/base64.hpp"
#include "policies/defaulting/defaults.hpp"
#include "policies/defaulting/fill.hpp"
#include "policies/defaulting/kinds.hpp"

namespace troupe::policies::defaulting {

namespace {

void set_service_port(json::object& port) {
  fill_blank(port, "protocol", "TCP");
  if ((zero(port, "targetPort") || blank(port, "targetPort")) && !absent(port, "port"))
    port["targetPort"] = json::value(port["port"]);
}

void set_affinity(json::object& spec) {
  fill_blank(spec, "sessionAffinity", "None");
  bool none = api::string_at(spec, {"sessionAffinity"}) == "None";
  bool by_client = api::string_at(spec, {"sessionAffinity"}) == "ClientIP";
  if (none) spec.erase("sessionAffinityConfig");
  if (!by_client || api::find(spec, {"sessionAffinityConfig", "clientIP", "timeoutSeconds"})) return;
  constexpr int three_hours = 10800;
  api::set_at(spec, {"sessionAffinityConfig", "clientIP", "timeoutSeconds"}, three_hours);
}

/// The bounds of containers: a maximum is the default limit, a default limit or a minimum the default request.
void set_limit(json::object& limit) {
  for (auto name : {"max", "min", "default", "defaultRequest", "maxLimitRequestRatio"})
    normalize_quantities(limit, name);
  if (api::string_at(limit, {"type"}) != "Container") return;
  auto copy_missing = [&](std::string_view from, std::string_view to) {
    auto* source = object_in(limit, from);
    if (!source || source->empty()) return;
    // A copy, because making the target member may move the source.
    auto amounts = *source;
    auto* target = need_object(limit, to);
    if (!target) return;
    for (auto& amount : amounts)
      if (!target->contains(amount.key())) (*target)[amount.key()] = amount.value();
  };
  copy_missing("max", "default");
  copy_missing("default", "defaultRequest");
  copy_missing("min", "defaultRequest");
}

} // namespace

void set_replication_controller(json::object& body) {
  auto* spec = object_in(body, "spec");
  if (!spec) return;
  fill_absent(*spec, "replicas", 1);
  auto* pod = object_in(*spec, "template");
  if (!pod) return;
  if (auto* labels = api::object_at(*pod, {"metadata", "labels"})) {
    auto copy = *labels;
    auto* selector = api::object_at(*spec, {"selector"});
    if (!selector || selector->empty()) (*spec)["selector"] = copy;
    auto* own = api::object_at(body, {"metadata", "labels"});
    if (!own || own->empty()) api::set_at(body, {"metadata", "labels"}, std::move(copy));
  }
  if (auto* pod_spec = api::find(body, {"spec", "template", "spec"}); pod_spec && pod_spec->is_object())
    set_pod_spec_defaults(const_cast<json::value*>(pod_spec)->get_object());
}

void set_service(json::object& body) {
  auto* spec = object_in(body, "spec");
  if (!spec) return;
  set_affinity(*spec);
  fill_blank(*spec, "type", "ClusterIP");
  each(*spec, "ports", set_service_port);
  auto type = api::string_at(*spec, {"type"});
  bool balanced = type == "LoadBalancer", on_nodes = type == "NodePort", clustered = type == "ClusterIP";
  auto* external = api::array_at(*spec, {"externalIPs"});
  if (balanced || on_nodes || (clustered && external && !external->empty()))
    fill_blank(*spec, "externalTrafficPolicy", "Cluster");
  if (balanced || on_nodes || clustered) fill_absent(*spec, "internalTrafficPolicy", "Cluster");
  if (balanced) fill_absent(*spec, "allocateLoadBalancerNodePorts", true);
  if (!balanced) return;
  if (auto* status = object_in(body, "status"))
    if (auto* balancer = object_in(*status, "loadBalancer"))
      each(*balancer, "ingress", [](json::object& ingress) {
        if (!blank(ingress, "ip")) fill_absent(ingress, "ipMode", "VIP");
      });
}

void set_secret(json::object& body) {
  fill_blank(body, "type", "Opaque");
  auto* texts = object_in(body, "stringData");
  if (texts && !texts->empty()) {
    auto copy = *texts;
    if (auto* data = need_object(body, "data"))
      for (auto& text : copy)
        if (auto* value = text.value().if_string()) (*data)[text.key()] = encode_base64({value->data(), value->size()});
  }
  body.erase("stringData");
}

void set_persistent_volume(json::object& body) {
  fill_blank(api::ensure_object(body, {"status"}), "phase", "Pending");
  auto* spec = object_in(body, "spec");
  if (!spec) return;
  fill_blank(*spec, "persistentVolumeReclaimPolicy", "Retain");
  fill_absent(*spec, "volumeMode", "Filesystem");
  set_volume_source(*spec);
  normalize_quantities(*spec, "capacity");
}

void set_persistent_volume_claim(json::object& body) {
  fill_blank(api::ensure_object(body, {"status"}), "phase", "Pending");
  if (auto* spec = object_in(body, "spec")) set_claim_spec(*spec);
}

void set_endpoints(json::object& body) {
  each(body, "subsets", [](json::object& subset) {
    each(subset, "ports", [](json::object& port) { fill_blank(port, "protocol", "TCP"); });
  });
}

void set_namespace(json::object& body) {
  auto name = std::string(api::string_at(body, {"metadata", "name"}));
  if (!name.empty()) api::set_at(body, {"metadata", "labels", "kubernetes.io/metadata.name"}, json::value(name));
  fill_blank(api::ensure_object(body, {"status"}), "phase", "Active");
}

void set_node(json::object& body) {
  if (auto* spec = object_in(body, "spec")) {
    auto single = std::string(api::string_at(*spec, {"podCIDR"}));
    auto* list = array_in(*spec, "podCIDRs");
    auto first = list && !list->empty() && (*list)[0].is_string() ? std::string((*list)[0].get_string()) : "";
    if (single.empty() && !first.empty())
      (*spec)["podCIDR"] = first;
    else if (!single.empty() && single != first)
      (*spec)["podCIDRs"] = json::array{single};
  }
  if (auto* status = object_in(body, "status")) {
    normalize_quantities(*status, "capacity");
    normalize_quantities(*status, "allocatable");
    if (absent(*status, "allocatable") && !absent(*status, "capacity"))
      (*status)["allocatable"] = json::value((*status)["capacity"]);
  }
}

void set_limit_range(json::object& body) {
  if (auto* spec = object_in(body, "spec")) each(*spec, "limits", set_limit);
}

void set_resource_quota(json::object& body) {
  if (auto* spec = object_in(body, "spec")) normalize_quantities(*spec, "hard");
  if (auto* status = object_in(body, "status")) {
    normalize_quantities(*status, "hard");
    normalize_quantities(*status, "used");
  }
}

} // namespace troupe::policies::defaulting
