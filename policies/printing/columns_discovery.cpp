#include "policies/printing/cells.hpp"
#include <fmt/format.h>
#include <set>

namespace troupe::policies::printing {

namespace {

using api::array_at, api::find, api::object_at, api::string_at;

json::value slice_ports(const row& r) {
  std::vector<std::string> out;
  if (auto* ports = array_at(r.body, {"ports"}))
    for (auto& p : *ports) {
      auto text = scalar_text(find(p, {"port"}), "");
      if (text.empty()) text = string_at(p, {"name"});
      out.push_back(text.empty() ? "*" : text);
    }
  return json::value(out.empty() ? "<unset>" : clipped(out, 3, ","));
}

json::value slice_addresses(const row& r) {
  std::vector<std::string> out;
  if (auto* endpoints = array_at(r.body, {"endpoints"}))
    for (auto& e : *endpoints)
      if (auto* addresses = array_at(e, {"addresses"}))
        for (auto& a : *addresses) out.push_back(scalar_text(&a, ""));
  return json::value(out.empty() ? "<unset>" : clipped(out, 3, ","));
}

constexpr column slice_columns[] = {
  name_column,
  {"AddressType", "string", "", 0, "Kind of the addresses.",
   [](const row& r) { return json::value(string_at(r.body, {"addressType"})); }},
  {"Ports", "string", "", 0, "Ports on every endpoint.", slice_ports},
  {"Endpoints", "string", "", 0, "Addresses of the endpoints.", slice_addresses},
  age_column,
};

json::value ingress_hosts(const row& r) {
  std::vector<std::string> hosts;
  if (auto* rules = array_at(r.body, {"spec", "rules"}))
    for (auto& rule : *rules)
      if (auto host = string_at(rule, {"host"}); !host.empty()) hosts.emplace_back(host);
  return json::value(hosts.empty() ? "*" : clipped(hosts, 3, ","));
}

json::value ingress_addresses(const row& r) {
  std::set<std::string> out;
  if (auto* list = array_at(r.body, {"status", "loadBalancer", "ingress"}))
    for (auto& i : *list) {
      auto ip = string_at(i, {"ip"});
      out.emplace(ip.empty() ? string_at(i, {"hostname"}) : ip);
    }
  out.erase("");
  return json::value(fmt::format("{}", fmt::join(out, ",")));
}

constexpr column ingress_columns[] = {
  name_column,
  {"Class", "string", "", 0, "Class, which names the controller in charge.",
   [](const row& r) { return text_or(r.body, {"spec", "ingressClassName"}, "<none>"); }},
  {"Hosts", "string", "", 0, "Names under which clients ask.", ingress_hosts},
  {"Address", "string", "", 0, "Addresses for clients.", ingress_addresses},
  {"Ports", "string", "", 0, "Ports for clients.",
   [](const row& r) -> json::value { return count_at(r.body, {"spec", "tls"}) > 0 ? "80, 443" : "80"; }},
  age_column,
};

json::value parameters(const row& r) {
  auto* p = object_at(r.body, {"spec", "parameters"});
  if (!p) return "<none>";
  auto group = string_at(*p, {"apiGroup"});
  return json::value(fmt::format("{}{}{}/{}", string_at(*p, {"kind"}), group.empty() ? "" : ".", group,
                                 string_at(*p, {"name"})));
}

constexpr column ingress_class_columns[] = {
  name_column,
  {"Controller", "string", "", 0, "Controller in charge of the class.",
   [](const row& r) { return json::value(string_at(r.body, {"spec", "controller"})); }},
  {"Parameters", "string", "", 0, "Object with the controller's settings.", parameters},
  age_column,
};

constexpr column network_policy_columns[] = {
  name_column,
  {"Pod-Selector", "string", "", 0, "Labels of the pods to which the policy applies.",
   [](const row& r) { return json::value(selector_text(object_at(r.body, {"spec", "podSelector"}))); }},
  age_column,
};

constexpr printer list[] = {
  {"discovery.k8s.io", "EndpointSlice", slice_columns},
  {"networking.k8s.io", "Ingress", ingress_columns},
  {"networking.k8s.io", "IngressClass", ingress_class_columns},
  {"networking.k8s.io", "NetworkPolicy", network_policy_columns},
};

} // namespace

printers discovery_printers() noexcept { return list; }

} // namespace troupe::policies::printing
