#include "policies/validation/service.hpp"
#include "policies/validation/kinds.hpp"
#include "policies/validation/metadata.hpp"
#include "policies/validation/pod_spec.hpp"
#include <fmt/format.h>
#include <set>

namespace troupe::policies::validation {

namespace {

constexpr field_path root("spec");

void check_type(report& out, const json::object& spec) {
  auto type = api::string_at(spec, {"type"});
  auto list = root / "ports", addresses = root / "clusterIPs";
  bool headless = api::string_at(spec, {"clusterIP"}) == "None";
  if (type == "LoadBalancer") {
    constexpr std::int64_t kubelet = 10250;
    for_each(api::array_at(spec, {"ports"}), [&](std::size_t i, const json::object& port) {
      if (api::int_at(port, {"port"}) == kubelet)
        out.invalid(list[i], kubelet,
                    fmt::format("may not expose port {} externally since it is used by kubelet", kubelet));
    });
  }
  if (headless && (type == "LoadBalancer" || type == "NodePort"))
    out.invalid(addresses[0], "None", std::string_view(fmt::format("may not be set to 'None' for {} services", type)));
  if (type == "ExternalName") {
    constexpr std::string_view why = "may not be set for ExternalName services";
    for (auto name : {"clusterIPs", "ipFamilies"})
      if (auto* values = api::array_at(spec, {name}); values && !values->empty()) out.forbidden(root / name, why);
    if (!absent(spec, "ipFamilyPolicy")) out.forbidden(root / "ipFamilyPolicy", why);
    auto name = api::string_at(spec, {"externalName"});
    if (name.ends_with('.')) name.remove_suffix(1);
    if (name.empty())
      out.required(root / "externalName");
    else
      out.invalid(root / "externalName", name, is_dns_subdomain(name));
  }
  check_one_of(out, root / "type", type, {"ClusterIP", "ExternalName", "LoadBalancer", "NodePort"});
}

void check_port(report& out, const field_path& at, const json::object& port, bool named,
                std::set<std::string_view>& names) {
  auto name = api::string_at(port, {"name"});
  if (named && name.empty())
    out.required(at / "name");
  else if (!name.empty()) {
    out.invalid(at / "name", name, is_dns_label(name));
    if (!names.insert(name).second) out.duplicate(at / "name", name);
  }
  auto number = api::int_at(port, {"port"});
  for (auto& message : is_port_number(number))
    out.invalid(at / "port", number, message);
  check_one_of(out, at / "protocol", api::string_at(port, {"protocol"}), {"SCTP", "TCP", "UDP"});
  check_port_reference(out, at / "targetPort", port.if_contains("targetPort"));
  if (auto protocol = api::string_at(port, {"appProtocol"}); !absent(port, "appProtocol"))
    out.invalid(at / "appProtocol", protocol, is_qualified_name(protocol));
}

void check_ports(report& out, const json::object& spec) {
  auto list = root / "ports";
  auto* ports = api::array_at(spec, {"ports"});
  auto type = api::string_at(spec, {"type"});
  if ((!ports || ports->empty()) && api::string_at(spec, {"clusterIP"}) != "None" && type != "ExternalName")
    return out.required(list);
  std::set<std::string_view> names;
  std::set<std::pair<std::string_view, std::int64_t>> node_ports, numbers;
  for_each(ports,
           [&](std::size_t i, const json::object& port) { check_port(out, list[i], port, ports->size() > 1, names); });
  for_each(ports, [&](std::size_t i, const json::object& port) {
    auto at = list[i];
    auto protocol = api::string_at(port, {"protocol"});
    auto node = api::int_at(port, {"nodePort"}), number = api::int_at(port, {"port"});
    if (node != 0 && type == "ClusterIP") out.forbidden(at / "nodePort", "may not be used when `type` is 'ClusterIP'");
    if (node != 0 && !node_ports.emplace(protocol, node).second)
      out.duplicate_shown(at / "nodePort", std::to_string(node));
    if (!numbers.emplace(protocol, number).second)
      out.duplicate_shown(at,
                          fmt::format("core.ServicePort{{Name:\"\", Protocol:{}, AppProtocol:(*string)(nil), Port:{}, "
                                      "TargetPort:intstr.IntOrString{{Type:0, IntVal:0, StrVal:\"\"}}, NodePort:0}}",
                                      shown(protocol), number));
  });
}

void check_affinity(report& out, const json::object& spec) {
  auto affinity = api::string_at(spec, {"sessionAffinity"});
  check_one_of(out, root / "sessionAffinity", affinity, {"ClientIP", "None"});
  auto at = root / "sessionAffinityConfig";
  auto* config = api::object_at(spec, {"sessionAffinityConfig"});
  if (affinity == "None" && config) out.forbidden(at, "must not be set when session affinity is None");
  if (affinity != "ClientIP") return;
  auto client = at / "clientIP";
  constexpr std::int64_t seconds_max = 86400;
  if (!config) return out.required(at, "when session affinity type is ClientIP");
  if (!api::object_at(*config, {"clientIP"})) return out.required(client, "when session affinity type is ClientIP");
  if (!api::find(*config, {"clientIP", "timeoutSeconds"}))
    return out.required(client / "timeoutSeconds", "when session affinity type is ClientIP");
  if (auto seconds = api::int_at(*config, {"clientIP", "timeoutSeconds"}); seconds <= 0 || seconds > seconds_max)
    out.invalid(client / "timeoutSeconds", seconds,
                fmt::format("must be greater than 0 and less than {}", seconds_max));
}

void check_source_ranges(report& out, const json::object& body, const json::object& spec) {
  bool balanced = api::string_at(spec, {"type"}) == "LoadBalancer";
  constexpr std::string_view why = "may only be used when `type` is 'LoadBalancer'",
                             key = "service.beta.kubernetes.io/load-balancer-source-ranges";
  auto at = root / "LoadBalancerSourceRanges";
  auto* ranges = api::array_at(spec, {"loadBalancerSourceRanges"});
  constexpr field_path annotations("metadata.annotations");
  if (ranges && !ranges->empty()) {
    if (!balanced) out.forbidden(at, why);
    for_each_string(ranges, [&](std::size_t i, std::string_view range) { out.invalid(at[i], range, is_cidr(range)); });
  } else if (auto* text = api::find(body, {"metadata", "annotations", key}); text && text->is_string()) {
    if (!balanced) out.forbidden(annotations.key(key), why);
    for (std::string_view rest = text->get_string(); !rest.empty();) {
      auto comma = rest.find(',');
      auto range = rest.substr(0, comma);
      while (range.starts_with(' '))
        range.remove_prefix(1);
      while (range.ends_with(' '))
        range.remove_suffix(1);
      out.invalid(annotations.key(key), range, is_cidr(range));
      rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
    }
  }
}

bool needs_health_check(const json::object& spec) {
  return api::string_at(spec, {"type"}) == "LoadBalancer" && api::string_at(spec, {"externalTrafficPolicy"}) == "Local";
}

void check_traffic(report& out, const json::object& spec) {
  auto type = api::string_at(spec, {"type"}), policy = api::string_at(spec, {"externalTrafficPolicy"});
  auto* external = api::array_at(spec, {"externalIPs"});
  bool reachable =
      type == "LoadBalancer" || type == "NodePort" || (type == "ClusterIP" && external && !external->empty());
  if (reachable)
    check_one_of(out, root / "externalTrafficPolicy", policy, {"Cluster", "Local"});
  else if (!policy.empty())
    out.invalid(root / "externalTrafficPolicy", policy, "may only be set for externally-accessible services");
  auto health = api::int_at(spec, {"healthCheckNodePort"});
  if (!needs_health_check(spec)) {
    if (health != 0)
      out.invalid(root / "healthCheckNodePort", health,
                  "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'");
  } else if (health == 0) {
    out.required(root / "healthCheckNodePort");
  } else {
    for (auto& message : is_port_number(health))
      out.invalid(root / "healthCheckNodePort", health, message);
  }
  if (type == "ClusterIP" || type == "NodePort" || type == "LoadBalancer")
    if (absent(spec, "internalTrafficPolicy")) out.required(root / "internalTrafficPolicy");
  check_optional_one_of(out, root, spec, "internalTrafficPolicy", {"Cluster", "Local"});
  check_optional_one_of(out, root, spec, "trafficDistribution", {"PreferClose"});
}

void check_balancer(report& out, const json::object& spec) {
  bool balanced = api::string_at(spec, {"type"}) == "LoadBalancer";
  constexpr std::string_view why = "may only be used when `type` is 'LoadBalancer'",
                             ports = "allocateLoadBalancerNodePorts";
  if (!absent(spec, ports) && !balanced) out.forbidden(root / ports, why);
  if (absent(spec, ports) && balanced) out.required(field_path(ports));
  if (absent(spec, "loadBalancerClass")) return;
  auto name = api::string_at(spec, {"loadBalancerClass"});
  out.invalid(root / "loadBalancerClass", name, is_qualified_name(name));
  if (!balanced) out.forbidden(root / "loadBalancerClass", why);
}

} // namespace

void check_service(report& out, const json::object& body) {
  static const json::object empty;
  auto* found = api::object_at(body, {"spec"});
  auto& spec = found ? *found : empty;
  check_type(out, spec);
  check_ports(out, spec);
  check_labels(out, root / "selector", api::object_at(spec, {"selector"}));
  check_affinity(out, spec);
  check_service_addresses(out, spec);
  auto external = root / "externalIPs";
  for_each_string(api::array_at(spec, {"externalIPs"}), [&](std::size_t i, std::string_view ip) {
    auto wrong = is_ip(ip);
    out.invalid(external[i], ip, wrong);
    if (wrong.empty()) check_ordinary_ip(out, external[i], ip);
  });
  check_source_ranges(out, body, spec);
  check_balancer(out, spec);
  check_traffic(out, spec);
}

void check_service_update(report& out, const json::object& body, const json::object& old) {
  auto *spec = api::object_at(body, {"spec"}), *before = api::object_at(old, {"spec"});
  if (!spec || !before) return;
  check_address_changes(out, *spec, *before);
  bool balanced =
      api::string_at(*spec, {"type"}) == "LoadBalancer" && api::string_at(*before, {"type"}) == "LoadBalancer";
  auto now = api::string_at(*spec, {"loadBalancerClass"}), was = api::string_at(*before, {"loadBalancerClass"});
  if (balanced && now != was)
    out.invalid(root / "loadBalancerClass", spec->if_contains("loadBalancerClass"), "may not change once set");
  if (needs_health_check(*spec) && needs_health_check(*before) &&
      api::int_at(*spec, {"healthCheckNodePort"}) != api::int_at(*before, {"healthCheckNodePort"}))
    out.forbidden(root / "healthCheckNodePort", immutable);
}

void check_service_status(report& out, const json::object& body, const json::object&) {
  constexpr field_path list("status.loadBalancer.ingress");
  auto* ingress = api::array_at(body, {"status", "loadBalancer", "ingress"});
  if (ingress && !ingress->empty() && api::string_at(body, {"spec", "type"}) != "LoadBalancer")
    return out.forbidden(list, "may only be used when `spec.type` is 'LoadBalancer'");
  for_each(ingress, [&](std::size_t i, const json::object& entry) {
    auto at = list[i];
    auto ip = api::string_at(entry, {"ip"}), host = api::string_at(entry, {"hostname"});
    if (!ip.empty()) out.invalid(at / "ip", ip, is_ip(ip));
    if (absent(entry, "ipMode")) {
      if (!ip.empty()) out.required(at / "ipMode", "must be specified when `ip` is set");
    } else if (ip.empty()) {
      out.forbidden(at / "ipMode", "may not be specified when `ip` is not set");
    } else {
      check_optional_one_of(out, at, entry, "ipMode", {"Proxy", "VIP"});
    }
    if (host.empty()) return;
    out.invalid(at / "hostname", host, is_dns_subdomain(host));
    if (parse_ip(host)) out.invalid(at / "hostname", host, "must be a DNS name, not an IP address");
  });
}

} // namespace troupe::policies::validation
