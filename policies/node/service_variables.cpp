#include "policies/node/service_variables.hpp"
#include <fmt/format.h>
#include <map>

namespace troupe::policies::node {

namespace {

std::string variable_name(std::string_view text) {
  std::string out(text);
  for (auto& c : out) c = c == '-' ? '_' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  return out;
}

std::string join_host_port(std::string_view host, std::int64_t port) {
  return host.find(':') == std::string_view::npos ? fmt::format("{}:{}", host, port)
                                                  : fmt::format("[{}]:{}", host, port);
}

void add_service(const api::object& service, std::vector<std::pair<std::string, std::string>>& out) {
  auto name = variable_name(service.name());
  std::string ip(api::string_at(service.spec(), {"clusterIP"}));
  auto* ports = api::array_at(service.spec(), {"ports"});
  if (!ports || ports->empty()) return;
  auto first = std::to_string(api::int_at((*ports)[0], {"port"}));
  out.emplace_back(name + "_SERVICE_HOST", ip);
  out.emplace_back(name + "_SERVICE_PORT", first);
  for (auto& p : *ports)
    if (auto port_name = api::string_at(p, {"name"}); !port_name.empty())
      out.emplace_back(fmt::format("{}_SERVICE_PORT_{}", name, variable_name(port_name)),
                       std::to_string(api::int_at(p, {"port"})));
  bool is_first = true;
  for (auto& p : *ports) {
    auto number = api::int_at(p, {"port"});
    auto upper = std::string(api::string_at(p, {"protocol"}, "TCP"));
    std::string lower = upper;
    for (auto& c : lower) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    auto url = fmt::format("{}://{}", lower, join_host_port(ip, number));
    if (is_first) out.emplace_back(name + "_PORT", url);
    is_first = false;
    auto prefix = fmt::format("{}_PORT_{}_{}", name, number, upper);
    out.emplace_back(prefix, url);
    out.emplace_back(prefix + "_PROTO", lower);
    out.emplace_back(prefix + "_PORT", std::to_string(number));
    out.emplace_back(prefix + "_ADDR", ip);
  }
}

} // namespace

std::vector<std::pair<std::string, std::string>> service_variables(const std::vector<api::object_ptr>& services,
                                                                   std::string_view ns, bool links) {
  // A service of the pod's namespace hides default/kubernetes where it has the same name.
  std::map<std::string_view, api::object_ptr> chosen;
  for (auto& s : services) {
    auto ip = api::string_at(s->spec(), {"clusterIP"});
    if (ip.empty() || ip == "None") continue;
    if (s->ns() == "default" && s->name() == "kubernetes") chosen.emplace(s->name(), s);
  }
  for (auto& s : services) {
    auto ip = api::string_at(s->spec(), {"clusterIP"});
    if (!links || ip.empty() || ip == "None" || s->ns() != ns) continue;
    chosen.insert_or_assign(s->name(), s);
  }
  std::vector<std::pair<std::string, std::string>> out;
  for (auto& [name, service] : chosen) add_service(*service, out);
  return out;
}

} // namespace troupe::policies::node
