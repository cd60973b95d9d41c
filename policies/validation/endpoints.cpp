#include "policies/validation/kinds.hpp"
#include "policies/validation/metadata.hpp"
#include "policies/validation/service.hpp"
#include <set>

namespace troupe::policies::validation {

namespace {

void check_address(report& out, const field_path& at, const json::object& address) {
  auto ip = api::string_at(address, {"ip"}), host = api::string_at(address, {"hostname"}),
       node = api::string_at(address, {"nodeName"});
  out.invalid(at / "ip", ip, is_ip(ip));
  if (!host.empty()) out.invalid(at / "hostname", host, is_dns_label(host));
  if (!absent(address, "nodeName")) out.invalid(at / "nodeName", node, is_dns_subdomain(node));
  check_ordinary_ip(out, at / "ip", ip);
}

void check_endpoint_port(report& out, const field_path& at, const json::object& port, bool named) {
  auto name = api::string_at(port, {"name"});
  if (named && name.empty())
    out.required(at / "name");
  else if (!name.empty())
    out.invalid(at / "name", name, is_dns_label(name));
  auto number = api::int_at(port, {"port"});
  for (auto& message : is_port_number(number))
    out.invalid(at / "port", number, message);
  check_one_of(out, at / "protocol", api::string_at(port, {"protocol"}), {"SCTP", "TCP", "UDP"});
  if (auto protocol = api::string_at(port, {"appProtocol"}); !absent(port, "appProtocol"))
    out.invalid(at / "appProtocol", protocol, is_qualified_name(protocol));
}

constexpr std::size_t endpoints_max = 1000, addresses_max = 100, ports_max = 20000, topology_max = 16, zones_max = 8;

void check_slice_address(report& out, const field_path& at, std::string_view type, std::string_view address) {
  if (type == "IPv4" || type == "IPv6") {
    auto ip = parse_ip(address);
    if (!ip || ip->v6 != (type == "IPv6"))
      out.invalid(at, address, type == "IPv6" ? "must be a valid IPv6 address" : "must be a valid IPv4 address");
    check_ordinary_ip(out, at, address);
  } else if (type == "FQDN") {
    auto name = address;
    if (name.empty()) return out.required(at);
    if (name.ends_with('.')) name.remove_suffix(1);
    auto wrong = is_dns_subdomain(name);
    out.invalid(at, address, wrong);
    if (wrong.empty() && name.find('.') == std::string_view::npos)
      out.invalid(at, address, "should be a domain with at least two segments separated by dots");
  }
}

void check_hints(report& out, const field_path& at, const json::object& endpoint) {
  auto* zones = api::array_at(endpoint, {"hints", "forZones"});
  if (zones && zones->size() > zones_max) return out.too_many(at, zones->size(), zones_max);
  std::set<std::string_view> seen;
  for_each(zones, [&](std::size_t i, const json::object& zone) {
    auto entry = at[i];
    auto name = api::string_at(zone, {"name"});
    if (!seen.insert(name).second) out.duplicate(entry / "name", name);
    out.invalid(entry / "name", name, is_label_value(name));
  });
}

void check_slice_endpoint(report& out, const field_path& at, const json::object& endpoint, std::string_view type) {
  auto addresses = at / "addresses";
  auto* list = api::array_at(endpoint, {"addresses"});
  if (!list || list->empty())
    out.required(addresses, "must contain at least 1 address");
  else if (list->size() > addresses_max)
    out.too_many(addresses, list->size(), addresses_max);
  for_each_string(
      list, [&](std::size_t i, std::string_view address) { check_slice_address(out, addresses[i], type, address); });
  auto node = api::string_at(endpoint, {"nodeName"}), host = api::string_at(endpoint, {"hostname"});
  if (!absent(endpoint, "nodeName")) out.invalid(at / "nodeName", node, is_dns_subdomain(node));
  auto* topology = api::object_at(endpoint, {"deprecatedTopology"});
  if (topology && topology->size() > topology_max)
    out.too_many(at / "deprecatedTopology", topology->size(), topology_max);
  check_labels(out, at / "deprecatedTopology", topology);
  if (!absent(endpoint, "hostname")) out.invalid(at / "hostname", host, is_dns_label(host));
  check_hints(out, at / "hints.forZones", endpoint);
}

} // namespace

void check_endpoints(report& out, const json::object& body) {
  constexpr field_path root("subsets");
  for_each(api::array_at(body, {"subsets"}), [&](std::size_t i, const json::object& subset) {
    auto at = root[i];
    bool any = false;
    for (auto name : {"addresses", "notReadyAddresses"})
      if (auto* list = api::array_at(subset, {name})) any |= !list->empty();
    if (!any) out.required(at, "must specify `addresses` or `notReadyAddresses`");
    for (auto name : {"addresses", "notReadyAddresses"}) {
      auto list = at / name;
      for_each(api::array_at(subset, {name}),
               [&](std::size_t k, const json::object& address) { check_address(out, list[k], address); });
    }
    auto ports_at = at / "ports";
    auto* ports = api::array_at(subset, {"ports"});
    for_each(ports, [&](std::size_t k, const json::object& port) {
      check_endpoint_port(out, ports_at[k], port, ports->size() > 1);
    });
  });
}

void check_endpoint_slice(report& out, const json::object& body) {
  constexpr field_path endpoints_at("endpoints"), ports_at("ports");
  auto type = api::string_at(body, {"addressType"});
  check_one_of(out, field_path("addressType"), type, {"FQDN", "IPv4", "IPv6"});
  auto *endpoints = api::array_at(body, {"endpoints"}), *ports = api::array_at(body, {"ports"});
  if (endpoints && endpoints->size() > endpoints_max)
    out.too_many(endpoints_at, endpoints->size(), endpoints_max);
  else
    for_each(endpoints, [&](std::size_t i, const json::object& endpoint) {
      check_slice_endpoint(out, endpoints_at[i], endpoint, type);
    });
  if (ports && ports->size() > ports_max) return out.too_many(ports_at, ports->size(), ports_max);
  std::set<std::string_view> names;
  for_each(ports, [&](std::size_t i, const json::object& port) {
    auto at = ports_at[i];
    auto name = api::string_at(port, {"name"}), protocol = api::string_at(port, {"appProtocol"});
    if (!name.empty()) out.invalid(at / "name", name, is_dns_label(name));
    if (!names.insert(name).second) out.duplicate(at / "name", name);
    check_one_of(out, at / "protocol", api::string_at(port, {"protocol"}), {"SCTP", "TCP", "UDP"});
    if (!absent(port, "appProtocol")) out.invalid(at / "appProtocol", protocol, is_qualified_name(protocol));
  });
}

void check_endpoint_slice_update(report& out, const json::object& body, const json::object& old) {
  check_immutable(out, field_path("addressType"), body.if_contains("addressType"), old.if_contains("addressType"));
}

} // namespace troupe::policies::validation
