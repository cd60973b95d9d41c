#include "policies/controllers/endpoints.hpp"
#include "policies/controllers/service_backends.hpp"
#include <algorithm>
#include <map>

namespace troupe::policies::controllers {

namespace {

using api::object_at, api::string_at;

const api::group_resource endpoints_type{"", "endpoints"};
constexpr std::string_view trigger_annotation = "endpoints.kubernetes.io/last-change-trigger-time";
constexpr std::string_view over_capacity_annotation = "endpoints.kubernetes.io/over-capacity";
constexpr std::string_view headless_label = "service.kubernetes.io/headless";

struct subset {
  std::vector<const backend*> ready, not_ready;
};

json::object address(const backend& b) {
  json::object out{{"ip", pod_ip(*b.pod)}};
  auto hostname = string_at(b.pod->spec(), {"hostname"});
  if (!hostname.empty() && !string_at(b.pod->spec(), {"subdomain"}).empty()) out["hostname"] = hostname;
  if (auto node = string_at(b.pod->spec(), {"nodeName"}); !node.empty()) out["nodeName"] = node;
  out["targetRef"] = target_reference(*b.pod);
  return out;
}

json::array addresses(std::vector<const backend*>& list) {
  std::ranges::sort(list, {}, [](auto* b) { return std::pair(pod_ip(*b->pod), b->pod->uid()); });
  json::array out;
  for (auto* b : list) out.push_back(address(*b));
  return out;
}

json::array ports_of(const std::vector<backend_port>& ports) {
  json::array out;
  for (auto& p : ports) {
    json::object port;
    if (!p.name.empty()) port["name"] = p.name;
    port["port"] = p.port;
    port["protocol"] = p.protocol;
    if (!p.app_protocol.empty()) port["appProtocol"] = p.app_protocol;
    out.push_back(std::move(port));
  }
  return out;
}

/// Pods that serve the same ports share a subset. Ready addresses go first into what there is room for.
json::array subsets_of(std::vector<backend>& backends, bool& over_capacity) {
  std::ranges::stable_partition(backends, [](auto& b) { return b.ready; });
  over_capacity = backends.size() > endpoints_addresses_max;
  std::map<std::vector<backend_port>, subset> by_ports;
  std::size_t count = 0;
  for (auto& b : backends) {
    if (count++ == endpoints_addresses_max) break;
    auto ports = b.ports;
    std::ranges::sort(ports);
    auto& s = by_ports[std::move(ports)];
    (b.ready ? s.ready : s.not_ready).push_back(&b);
  }
  json::array out;
  for (auto& [ports, s] : by_ports) {
    json::object one;
    if (!s.ready.empty()) one["addresses"] = addresses(s.ready);
    if (!s.not_ready.empty()) one["notReadyAddresses"] = addresses(s.not_ready);
    if (!ports.empty()) one["ports"] = ports_of(ports);
    out.push_back(std::move(one));
  }
  return out;
}

json::object labels_of(const api::object& service) {
  json::object out(service.labels(), json::storage_ptr());
  if (string_at(service.spec(), {"clusterIP"}) == "None") out[headless_label] = "";
  else out.erase(headless_label);
  return out;
}

json::object wanted(const api::object& service, std::vector<backend> backends, const api::object* current) {
  bool over_capacity = false;
  auto subsets = subsets_of(backends, over_capacity);
  json::object body = current ? editable(*current)
                              : json::object{{"apiVersion", "v1"},
                                             {"kind", "Endpoints"},
                                             {"metadata", json::object{{"name", service.name()},
                                                                       {"namespace", service.ns()}}}};
  auto labels = labels_of(service);
  auto& metadata = api::ensure_object(body, {"metadata"});
  if (labels.empty()) metadata.erase("labels");
  else metadata["labels"] = std::move(labels);
  // The time of the change that triggered the last version would be wrong for this one.
  api::erase_at(body, {"metadata", "annotations", trigger_annotation});
  if (over_capacity) api::set_at(body, {"metadata", "annotations", over_capacity_annotation}, "truncated");
  else api::erase_at(body, {"metadata", "annotations", over_capacity_annotation});
  if (subsets.empty()) body.erase("subsets");
  else body["subsets"] = std::move(subsets);
  return body;
}

} // namespace

plan plan_endpoints(const endpoints_view& view, const api::object_key& key, api::time_point) {
  plan out;
  auto service = view.services.find(key);
  auto current = view.endpoints.find(key);
  if (!service || service->deleting()) {
    // Endpoints outlive their service only when somebody made them without one.
    if (!service && current) out.then(remove(endpoints_type, *current));
    return out;
  }
  if (!has_backends(*service)) return out;
  auto body = wanted(*service, service_backends(*service, view.pods, terminating::excluded), current.get());
  if (!current) {
    auto s = create(endpoints_type, std::move(body));
    s.on_failure = event{service, true, "FailedToCreateEndpoint",
                         "Failed to create endpoint for service " + key.text() + ": {error}"};
    out.then(std::move(s));
  } else if (!api::semantically_equal(body, current->body())) {
    auto s = update(endpoints_type, std::move(body));
    s.on_failure =
        event{current, true, "FailedToUpdateEndpoint", "Failed to update endpoint " + key.text() + ": {error}"};
    out.then(std::move(s));
  }
  return out;
}

} // namespace troupe::policies::controllers
