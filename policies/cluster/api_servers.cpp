#include "policies/cluster/api_servers.hpp"
#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <set>

namespace troupe::policies::cluster {

namespace {

namespace json = api::json;

/// Addresses by port, in order.
std::map<std::uint16_t, std::set<std::string>> by_port(const std::vector<api_server>& servers) {
  std::map<std::uint16_t, std::set<std::string>> out;
  for (auto& s : servers)
    if (!s.address.starts_with("127.")) out[s.port].insert(s.address);
  return out;
}

json::array ports_of(std::uint16_t port) {
  return json::array{json::object{{"name", "https"}, {"port", port}, {"protocol", "TCP"}}};
}

} // namespace

json::object api_endpoints(std::vector<api_server> servers) {
  json::array subsets;
  for (auto& [port, addresses] : by_port(servers)) {
    json::array list;
    for (auto& a : addresses) list.push_back(json::object{{"ip", a}});
    subsets.push_back(json::object{{"addresses", std::move(list)}, {"ports", ports_of(port)}});
  }
  return {{"apiVersion", "v1"},
          {"kind", "Endpoints"},
          {"metadata",
           {{"name", "kubernetes"},
            {"namespace", "default"},
            {"labels", {{"endpointslice.kubernetes.io/skip-mirror", "true"}}}}},
          {"subsets", std::move(subsets)}};
}

std::vector<json::object> api_endpoint_slices(std::vector<api_server> servers) {
  auto ports = by_port(servers);
  auto main = std::max_element(ports.begin(), ports.end(),
                               [](auto& a, auto& b) { return a.second.size() < b.second.size(); });
  std::vector<json::object> out;
  for (auto at = ports.begin(); at != ports.end(); ++at) {
    auto name = at == main ? std::string("kubernetes") : fmt::format("kubernetes-{}", at->first);
    json::array endpoints;
    for (auto& a : at->second)
      endpoints.push_back(json::object{{"addresses", json::array{a}}, {"conditions", {{"ready", true}}}});
    out.push_back({{"apiVersion", "discovery.k8s.io/v1"},
                   {"kind", "EndpointSlice"},
                   {"metadata",
                    {{"name", name},
                     {"namespace", "default"},
                     {"labels", {{"kubernetes.io/service-name", "kubernetes"}}}}},
                   {"addressType", "IPv4"},
                   {"endpoints", std::move(endpoints)},
                   {"ports", ports_of(at->first)}});
  }
  return out;
}

bool is_api_endpoint_slice(std::string_view name) noexcept {
  constexpr std::string_view prefix = "kubernetes-";
  if (name == "kubernetes") return true;
  if (!name.starts_with(prefix) || name.size() == prefix.size()) return false;
  return std::all_of(name.begin() + prefix.size(), name.end(), [](char c) { return c >= '0' && c <= '9'; });
}

} // namespace troupe::policies::cluster
