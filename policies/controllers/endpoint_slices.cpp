#include "policies/controllers/endpoint_slices.hpp"
#include "policies/controllers/owner.hpp"
#include "policies/controllers/pods.hpp"
#include "policies/controllers/service_backends.hpp"
#include <algorithm>
#include <fmt/format.h>
#include <set>

namespace troupe::policies::controllers {

namespace {

using api::array_at, api::find, api::int_at, api::object_at, api::string_at;

const api::group_resource slices_type{"discovery.k8s.io", "endpointslices"};
constexpr std::string_view managed_by_label = "endpointslice.kubernetes.io/managed-by";
constexpr std::string_view manager = "endpointslice-controller.k8s.io";
constexpr std::string_view service_name_label = "kubernetes.io/service-name";
constexpr std::string_view headless_label = "service.kubernetes.io/headless";
constexpr std::string_view trigger_annotation = "endpoints.kubernetes.io/last-change-trigger-time";

/// Slices of one group have the same family and ports.
struct group_key {
  std::string family;
  std::vector<backend_port> ports;
  auto operator<=>(const group_key&) const = default;
};

using endpoints = std::map<std::string, json::object>; ///< by uid of the pod

std::string_view family_of(std::string_view ip) { return ip.find(':') == ip.npos ? "IPv4" : "IPv6"; }

/// The families that the service has; the pods' own where it does not say.
std::set<std::string> families(const api::object& service) {
  std::set<std::string> out;
  if (auto* list = array_at(service.spec(), {"ipFamilies"}))
    for (auto& f : *list)
      if (auto* text = f.if_string()) out.emplace(*text);
  if (out.empty()) {
    auto ip = string_at(service.spec(), {"clusterIP"});
    out.emplace(ip.empty() || ip == "None" ? "IPv4" : family_of(ip));
  }
  return out;
}

json::object endpoint(const api::object& service, const backend& b, json::array addresses,
                      const api::object_table& nodes) {
  json::object out{{"addresses", std::move(addresses)},
                   {"conditions", json::object{{"ready", b.ready}, {"serving", b.serving},
                                               {"terminating", b.terminating}}}};
  auto& spec = b.pod->spec();
  auto hostname = string_at(spec, {"hostname"});
  if (!hostname.empty() && string_at(spec, {"subdomain"}) == service.name()) out["hostname"] = hostname;
  out["targetRef"] = target_reference(*b.pod);
  if (auto node_name = string_at(spec, {"nodeName"}); !node_name.empty()) {
    out["nodeName"] = node_name;
    auto node = nodes.find({"", std::string(node_name)});
    auto zone = node ? string_at(node->labels(), {"topology.kubernetes.io/zone"}) : std::string_view();
    if (!zone.empty()) out["zone"] = zone;
  }
  return out;
}

std::map<group_key, endpoints> wanted_endpoints(const endpoint_slices_view& view, const api::object& service) {
  std::map<group_key, endpoints> out;
  auto backends = service_backends(service, view.pods, terminating::included);
  for (auto& family : families(service))
    for (auto& b : backends) {
      json::array addresses;
      for (auto ip : pod_ips(*b.pod))
        if (family_of(ip) == family) addresses.push_back(json::value(ip));
      if (addresses.empty()) continue;
      auto ports = b.ports;
      std::ranges::sort(ports);
      out[{family, std::move(ports)}].emplace(b.pod->uid(), endpoint(service, b, std::move(addresses), view.nodes));
    }
  return out;
}

json::object labels_of(const api::object& service) {
  json::object out(service.labels(), json::storage_ptr());
  out[service_name_label] = service.name();
  out[managed_by_label] = manager;
  if (string_at(service.spec(), {"clusterIP"}) == "None") out[headless_label] = "";
  else out.erase(headless_label);
  return out;
}

json::array port_documents(const std::vector<backend_port>& ports) {
  json::array out;
  for (auto& p : ports) {
    json::object port{{"name", p.name}, {"port", p.port}, {"protocol", p.protocol}};
    if (!p.app_protocol.empty()) port["appProtocol"] = p.app_protocol;
    out.push_back(std::move(port));
  }
  return out;
}

group_key key_of(const api::object& slice) {
  group_key out{std::string(string_at(slice.body(), {"addressType"})), {}};
  if (auto* ports = array_at(slice.body(), {"ports"}))
    for (auto& p : *ports)
      out.ports.push_back({std::string(string_at(p, {"name"})), int_at(p, {"port"}),
                           std::string(string_at(p, {"protocol"})), std::string(string_at(p, {"appProtocol"}))});
  std::ranges::sort(out.ports);
  return out;
}

/// Work on the slices of one service.
class turn {
public:
  turn(const endpoint_slices_view& view, api::object_ptr service) : view_(view), service_(std::move(service)) {}

  plan run() {
    auto wanted = wanted_endpoints(view_, *service_);
    auto current = current_slices();
    // A service without pods still has one empty slice for each family, so that readers know that it was looked at.
    for (auto& family : families(*service_))
      if (std::ranges::none_of(wanted, [&](auto& w) { return w.first.family == family; }))
        wanted[{family, {}}];
    for (auto& [key, list] : wanted) fill(key, list, current[key]);
    for (auto& [key, slices] : current)
      if (!wanted.contains(key))
        for (auto& slice : slices) removals_.push_back(remove(slices_type, *slice));
    // New endpoints first, so that a service that changes its ports is never without any.
    out_.then(std::move(creations_));
    out_.then(std::move(updates_));
    out_.then(std::move(removals_));
    return std::move(out_);
  }

private:
  std::map<group_key, std::vector<api::object_ptr>> current_slices() const {
    std::map<group_key, std::vector<api::object_ptr>> out;
    for_each_in(view_.slices, std::string(service_->ns()), [&](const api::object_ptr& slice) {
      if (string_at(slice->labels(), {service_name_label}) == service_->name() &&
          string_at(slice->labels(), {managed_by_label}) == manager && !slice->deleting())
        out[key_of(*slice)].push_back(slice);
    });
    return out;
  }

  void fill(const group_key& key, endpoints& wanted, const std::vector<api::object_ptr>& slices) {
    std::vector<json::array> kept;
    for (auto& slice : slices) kept.push_back(keep(*slice, wanted));
    auto next = wanted.begin();
    auto top_up = [&](json::array& list) {
      for (; next != wanted.end() && list.size() < slice_endpoints_max; ++next) list.push_back(std::move(next->second));
    };
    for (auto& list : kept) top_up(list);
    // Of slices that became empty one stays, if there is nothing else.
    bool any = std::ranges::any_of(kept, [](auto& list) { return !list.empty(); }) || next != wanted.end();
    for (std::size_t i = 0; i < slices.size(); ++i) {
      if (kept[i].empty() && (any || i > 0)) removals_.push_back(remove(slices_type, *slices[i]));
      else rewrite(*slices[i], std::move(kept[i]));
    }
    while (next != wanted.end() || (slices.empty() && !any)) {
      json::array list;
      top_up(list);
      any = true;
      make(key, std::move(list));
    }
  }

  /// The endpoints of a slice that are still wanted, in their present form; they leave `wanted`.
  static json::array keep(const api::object& slice, endpoints& wanted) {
    json::array out;
    if (auto* list = array_at(slice.body(), {"endpoints"}))
      for (auto& e : *list) {
        auto found = wanted.find(std::string(string_at(e, {"targetRef", "uid"})));
        if (found == wanted.end()) continue;
        out.push_back(std::move(found->second));
        wanted.erase(found);
      }
    return out;
  }

  void rewrite(const api::object& slice, json::array list) {
    auto body = editable(slice);
    body["endpoints"] = std::move(list);
    api::ensure_object(body, {"metadata"})["labels"] = labels_of(*service_);
    api::erase_at(body, {"metadata", "annotations", trigger_annotation});
    if (!api::semantically_equal(body, slice.body()))
      updates_.push_back(with_failure(update(slices_type, std::move(body))));
  }

  void make(const group_key& key, json::array list) {
    json::object body{{"apiVersion", "discovery.k8s.io/v1"},
                      {"kind", "EndpointSlice"},
                      {"metadata", json::object{{"generateName", fmt::format("{}-", service_->name())},
                                                {"namespace", service_->ns()},
                                                {"labels", labels_of(*service_)}}},
                      {"addressType", key.family},
                      {"endpoints", std::move(list)},
                      {"ports", port_documents(key.ports)}};
    add_owner(body, controller_reference(*service_, "v1", "Service"));
    creations_.push_back(with_failure(create(slices_type, std::move(body))));
  }

  step with_failure(step s) const {
    s.on_failure =
        event{service_, true, "FailedToUpdateEndpointSlices",
              fmt::format("Error updating Endpoint Slices for Service {}: {{error}}", service_->key().text())};
    return s;
  }

  const endpoint_slices_view& view_;
  api::object_ptr service_;
  plan out_;
  batch creations_, updates_, removals_;
};

} // namespace

plan plan_endpoint_slices(const endpoint_slices_view& view, const api::object_key& key, api::time_point) {
  auto service = view.services.find(key);
  // Slices of a service that is gone go with their owner.
  if (!service || service->deleting() || !has_backends(*service)) return {};
  return turn(view, service).run();
}

} // namespace troupe::policies::controllers
