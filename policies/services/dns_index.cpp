#include "policies/services/dns_index.hpp"
#include "policies/services/backends.hpp"
#include <algorithm>

namespace troupe::policies::services {

namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  for (auto& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::vector<dns_port> ports_of(const api::json::array* ports) {
  std::vector<dns_port> out;
  if (!ports) return out;
  for (auto& p : *ports) {
    auto name = api::string_at(p, {"name"});
    auto number = api::int_at(p, {"port"});
    if (number < 1 || number > 65535) continue;
    // Ports without a name have no SRV record of their own, but count where all ports are asked for.
    auto key = name.empty() ? std::string() : "_" + lower(name) + "._" + lower(api::string_at(p, {"protocol"}, "TCP"));
    out.push_back({std::move(key), static_cast<std::uint16_t>(number)});
  }
  return out;
}

std::string dashed(ipv4 address) {
  auto out = to_text(address);
  std::replace(out.begin(), out.end(), '.', '-');
  return out;
}

void add_endpoints(std::vector<dns_endpoint>& out, const api::object& slice) {
  auto* endpoints = api::array_at(slice.body(), {"endpoints"});
  if (!endpoints || api::string_at(slice.body(), {"addressType"}) != "IPv4") return;
  auto ports = ports_of(api::array_at(slice.body(), {"ports"}));
  for (auto& e : *endpoints) {
    auto* addresses = api::array_at(e, {"addresses"});
    if (!addresses || !api::bool_at(e, {"conditions", "ready"}, true)) continue;
    for (auto& a : *addresses) {
      auto address = a.is_string() ? parse_ipv4(std::string_view(a.get_string())) : std::nullopt;
      if (!address) continue;
      auto host = lower(api::string_at(e, {"hostname"}));
      out.push_back({host.empty() ? dashed(*address) : host, *address, ports});
    }
  }
}

} // namespace

std::shared_ptr<const dns_service> dns_service_of(const api::object& service,
                                                  const std::vector<api::object_ptr>& slices) {
  auto out = std::make_shared<dns_service>();
  auto& spec = service.spec();
  if (api::string_at(spec, {"type"}) == "ExternalName") {
    auto name = api::string_at(spec, {"externalName"});
    while (!name.empty() && name.back() == '.')
      name.remove_suffix(1);
    out->external_name = name;
    return out;
  }
  out->ports = ports_of(api::array_at(spec, {"ports"}));
  out->cluster_ip = parse_ipv4(api::string_at(spec, {"clusterIP"}));
  if (out->cluster_ip) return out;
  for (auto& s : slices)
    add_endpoints(out->endpoints, *s);
  std::stable_sort(out->endpoints.begin(), out->endpoints.end(), [](auto& a, auto& b) { return a.host < b.host; });
  return out;
}

std::shared_ptr<const dns_index> make_dns_index(std::string_view domain, const api::object_table& services,
                                                const api::object_table& slices, const api::object_table& namespaces) {
  auto out = std::make_shared<dns_index>();
  out->domain = lower(domain);
  std::map<api::object_key, std::vector<api::object_ptr>> by_service;
  for (auto& [key, slice] : slices.all())
    by_service[{key.ns, std::string(api::string_at(slice->labels(), {service_name_label}))}].push_back(slice);
  const std::vector<api::object_ptr> none;
  for (auto& [key, service] : services.all()) {
    auto found = by_service.find(key);
    auto made = dns_service_of(*service, found == by_service.end() ? none : found->second);
    auto name = lower(key.name) + "." + lower(key.ns) + ".svc." + out->domain;
    if (made->cluster_ip) out->names.emplace(*made->cluster_ip, name);
    for (auto& e : made->endpoints)
      out->names.emplace(e.address, e.host + "." + name);
    out->services[lower(key.ns)].emplace(lower(key.name), std::move(made));
  }
  for (auto& [key, ns] : namespaces.all())
    out->namespaces.insert(lower(key.name));
  return out;
}

} // namespace troupe::policies::services
