#include "policies/defaulting/fill.hpp"
#include "policies/defaulting/kinds.hpp"

namespace troupe::policies::defaulting {

void set_network_policy(json::object& body) {
  auto* spec = object_in(body, "spec");
  if (!spec) return;
  for (auto direction : {"ingress", "egress"})
    each(*spec, direction, [](json::object& rule) {
      each(rule, "ports", [](json::object& port) { fill_absent(port, "protocol", "TCP"); });
    });
  auto* types = api::array_at(*spec, {"policyTypes"});
  if (types && !types->empty()) return;
  auto* egress = api::array_at(*spec, {"egress"});
  if (egress && !egress->empty())
    (*spec)["policyTypes"] = json::array{"Ingress", "Egress"};
  else
    (*spec)["policyTypes"] = json::array{"Ingress"};
}

void set_ingress_class(json::object& body) {
  if (auto* spec = object_in(body, "spec"))
    if (auto* parameters = object_in(*spec, "parameters")) fill_absent(*parameters, "scope", "Cluster");
}

void set_endpoint_slice(json::object& body) {
  each(body, "ports", [](json::object& port) {
    fill_absent(port, "name", "");
    fill_absent(port, "protocol", "TCP");
  });
}

} // namespace troupe::policies::defaulting
