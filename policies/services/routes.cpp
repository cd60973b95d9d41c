#include "policies/services/routes.hpp"
#include <algorithm>

namespace troupe::policies::services {

namespace {

/// Slots of both kinds of client share one number range of 65536.
constexpr std::size_t endpoints_max = 32768;

constexpr std::int64_t affinity_default = 10'800, affinity_max = 86'400; // Kubernetes' limits.

std::uint32_t affinity_seconds(const api::json::object& spec) {
  if (api::string_at(spec, {"sessionAffinity"}) != "ClientIP") return 0;
  auto seconds = api::int_at(spec, {"sessionAffinityConfig", "clientIP", "timeoutSeconds"}, affinity_default);
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(seconds, 1, affinity_max));
}

struct port_rules {
  protocol proto;
  std::uint16_t port;
  std::uint16_t node_port;
  backends to;
};

std::vector<ipv4> strings_to_addresses(const api::json::array* all) {
  std::vector<ipv4> out;
  if (!all) return out;
  for (auto& one : *all)
    if (one.is_string())
      if (auto a = parse_ipv4(std::string_view(one.get_string()))) out.push_back(*a);
  return out;
}

/// External IPs, and load balancer addresses that are not served by the balancer itself (ipMode Proxy).
std::vector<ipv4> outside_addresses(const api::object& service) {
  auto out = strings_to_addresses(api::array_at(service.spec(), {"externalIPs"}));
  if (api::string_at(service.spec(), {"type"}) != "LoadBalancer") return out;
  auto* ingress = api::array_at(service.status(), {"loadBalancer", "ingress"});
  if (!ingress) return out;
  for (auto& i : *ingress)
    if (api::string_at(i, {"ipMode"}, "VIP") != "Proxy")
      if (auto a = parse_ipv4(api::string_at(i, {"ip"}))) out.push_back(*a);
  return out;
}

route to(std::vector<endpoint> endpoints, std::uint32_t sticky, bool masquerade,
         when_empty otherwise = when_empty::reject) {
  if (endpoints.size() > endpoints_max) endpoints.resize(endpoints_max);
  return {std::move(endpoints), sticky, masquerade, otherwise};
}

/// With the policy Local: the node's endpoints. If only other nodes have some, packets are dropped, not refused.
route local_only(const backends& b, std::uint32_t sticky) {
  return to(b.local, sticky, false, b.cluster.empty() ? when_empty::reject : when_empty::drop);
}

void add_outside(service_routes& out, const port_rules& p, ipv4 address, std::uint16_t port, bool local,
                 std::uint32_t sticky) {
  if (!local) {
    out.routes.emplace(frontend{p.proto, client::any, address, port}, to(p.to.cluster, sticky, true));
    return;
  }
  out.routes.emplace(frontend{p.proto, client::any, address, port}, local_only(p.to, sticky));
  out.routes.emplace(frontend{p.proto, client::inside, address, port}, to(p.to.cluster, sticky, true));
}

std::vector<port_rules> ports_of(const api::object& service, const std::vector<api::object_ptr>& slices,
                                 std::string_view node) {
  std::vector<port_rules> out;
  auto* ports = api::array_at(service.spec(), {"ports"});
  if (!ports) return out;
  for (auto& p : *ports) {
    auto proto = api::string_at(p, {"protocol"}, "TCP");
    auto number = api::int_at(p, {"port"}), node_port = api::int_at(p, {"nodePort"});
    if ((proto != "TCP" && proto != "UDP") || number < 1 || number > 65535 || node_port < 0 || node_port > 65535)
      continue;
    out.push_back({proto == "TCP" ? protocol::tcp : protocol::udp, static_cast<std::uint16_t>(number),
                   static_cast<std::uint16_t>(node_port),
                   backends_of(slices, api::string_at(p, {"name"}), proto, node)});
  }
  return out;
}

} // namespace

service_routes routes_of(const api::object& service, const std::vector<api::object_ptr>& slices,
                         const routes_view& view) {
  service_routes out;
  auto& spec = service.spec();
  if (api::string_at(spec, {"type"}) == "ExternalName") return out;
  if (service.labels().contains("service.kubernetes.io/service-proxy-name")) return out;
  auto vip = parse_ipv4(api::string_at(spec, {"clusterIP"}));
  if (!vip) return out;
  auto sticky = affinity_seconds(spec);
  bool inside_local = api::string_at(spec, {"internalTrafficPolicy"}) == "Local";
  bool outside_local = api::string_at(spec, {"externalTrafficPolicy"}) == "Local";
  auto outside = outside_addresses(service);
  for (auto& p : ports_of(service, slices, view.node)) {
    auto inner = inside_local ? local_only(p.to, sticky) : to(p.to.cluster, sticky, false);
    if (*vip != view.dns_address || !inner.endpoints.empty())
      out.routes.emplace(frontend{p.proto, client::any, *vip, p.port}, std::move(inner));
    for (auto address : outside)
      add_outside(out, p, address, p.port, outside_local, sticky);
    if (p.node_port != 0) add_outside(out, p, 0, p.node_port, outside_local, sticky);
    for (auto& e : p.to.local)
      out.hairpins.insert(e.address);
  }
  return out;
}

} // namespace troupe::policies::services
