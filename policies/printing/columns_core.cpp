#include "policies/printing/cells.hpp"
#include <algorithm>
#include <fmt/format.h>
#include <set>

namespace troupe::policies::printing {

namespace {

using api::array_at, api::find, api::int_at, api::object_at, api::string_at;

const pod_status& pod(const row& r) {
  if (!r.pod) r.pod = summarize_pod(r.body, r.now);
  return *r.pod;
}

json::value readiness_gates(const row& r) {
  auto* gates = array_at(r.body, {"spec", "readinessGates"});
  if (!gates || gates->empty()) return "<none>";
  auto met = std::ranges::count_if(*gates, [&](auto& gate) {
    auto* c = condition(r.body, string_at(gate, {"conditionType"}));
    return c && string_at(*c, {"status"}) == "True";
  });
  return json::value(fmt::format("{}/{}", met, gates->size()));
}

json::value pod_ip(const row& r) {
  auto* ips = array_at(r.body, {"status", "podIPs"});
  if (ips && !ips->empty()) return text_or(*r.body.at("status").if_object(), {"podIP"}, "<none>");
  return text_or(r.body, {"status", "podIP"}, "<none>");
}

constexpr column pod_columns[] = {
  name_column,
  {"Ready", "string", "", 0, "Containers that are ready, of all that the pod has.",
   [](const row& r) { return json::value(fmt::format("{}/{}", pod(r).ready, pod(r).total)); }},
  {"Status", "string", "", 0, "Where the pod is in its life, summed up over its containers.",
   [](const row& r) { return json::value(pod(r).word); }},
  {"Restarts", "string", "", 0, "How often containers were restarted, and when the last time was.",
   [](const row& r) { return json::value(pod(r).restarts); }},
  age_column,
  {"IP", "string", "", 1, "Address of the pod.", pod_ip},
  {"Node", "string", "", 1, "Node on which the pod runs.",
   [](const row& r) { return text_or(r.body, {"spec", "nodeName"}, "<none>"); }},
  {"Nominated Node", "string", "", 1, "Node on which others make room for the pod.",
   [](const row& r) { return text_or(r.body, {"status", "nominatedNodeName"}, "<none>"); }},
  {"Readiness Gates", "string", "", 1, "Further conditions that hold, of those that must hold before the pod is ready.",
   readiness_gates},
};

json::value external_ips(const row& r) {
  std::vector<std::string> addresses;
  auto type = string_at(r.body, {"spec", "type"});
  if (type == "ExternalName") return json::value(string_at(r.body, {"spec", "externalName"}));
  if (type == "LoadBalancer") {
    std::set<std::string> ingress;
    if (auto* list = array_at(r.body, {"status", "loadBalancer", "ingress"}))
      for (auto& i : *list) {
        auto ip = string_at(i, {"ip"});
        ingress.emplace(ip.empty() ? string_at(i, {"hostname"}) : ip);
      }
    ingress.erase("");
    addresses.assign(ingress.begin(), ingress.end());
  } else if (type != "ClusterIP" && type != "NodePort") {
    return "<unknown>";
  }
  if (auto* list = array_at(r.body, {"spec", "externalIPs"}))
    for (auto& ip : *list) addresses.push_back(scalar_text(&ip, ""));
  if (addresses.empty()) return type == "LoadBalancer" ? "<pending>" : "<none>";
  return json::value(fmt::format("{}", fmt::join(addresses, ",")));
}

json::value cluster_ip(const row& r) {
  auto* ips = array_at(r.body, {"spec", "clusterIPs"});
  if (ips && !ips->empty()) return json::value(scalar_text(&ips->front(), "<none>"));
  return text_or(r.body, {"spec", "clusterIP"}, "<none>");
}

json::value service_ports(const row& r) {
  std::vector<std::string> out;
  if (auto* ports = array_at(r.body, {"spec", "ports"}))
    for (auto& p : *ports) {
      auto number = int_at(p, {"port"}), node = int_at(p, {"nodePort"});
      auto protocol = string_at(p, {"protocol"}, "TCP");
      out.push_back(node > 0 ? fmt::format("{}:{}/{}", number, node, protocol)
                             : fmt::format("{}/{}", number, protocol));
    }
  return json::value(out.empty() ? "<none>" : fmt::format("{}", fmt::join(out, ",")));
}

constexpr column service_columns[] = {
  name_column,
  {"Type", "string", "", 0, "How the service can be reached.",
   [](const row& r) { return json::value(string_at(r.body, {"spec", "type"})); }},
  {"Cluster-IP", "string", "", 0, "Virtual address inside the cluster.", cluster_ip},
  {"External-IP", "string", "", 0, "Addresses for clients outside the cluster.", external_ips},
  {"Port(s)", "string", "", 0, "Ports, with the port on the nodes where there is one, and protocols.", service_ports},
  age_column,
  {"Selector", "string", "", 1, "Labels of the pods behind the service.",
   [](const row& r) { return json::value(label_pairs(object_at(r.body, {"spec", "selector"}))); }},
};

json::value endpoint_addresses(const row& r) {
  auto* subsets = array_at(r.body, {"subsets"});
  if (!subsets || subsets->empty()) return "<none>";
  std::vector<std::string> out;
  for (auto& subset : *subsets) {
    auto *addresses = array_at(subset, {"addresses"}), *ports = array_at(subset, {"ports"});
    if (!addresses) continue;
    for (auto& a : *addresses) {
      auto ip = string_at(a, {"ip"});
      if (!ports || ports->empty()) out.emplace_back(ip);
      else
        for (auto& p : *ports)
          out.push_back(ip.find(':') == ip.npos ? fmt::format("{}:{}", ip, int_at(p, {"port"}))
                                                : fmt::format("[{}]:{}", ip, int_at(p, {"port"})));
    }
  }
  return json::value(out.empty() ? "" : clipped(out, 3, ","));
}

constexpr column endpoints_columns[] = {
  name_column,
  {"Endpoints", "string", "", 0, "Addresses and ports that take the traffic.", endpoint_addresses},
  age_column,
};

constexpr column config_map_columns[] = {
  name_column,
  {"Data", "string", "", 0, "Number of entries.",
   [](const row& r) -> json::value { return count_at(r.body, {"data"}) + count_at(r.body, {"binaryData"}); }},
  age_column,
};

constexpr column secret_columns[] = {
  name_column,
  {"Type", "string", "", 0, "What the secret is for, which tells programs what entries to expect.",
   [](const row& r) { return json::value(string_at(r.body, {"type"})); }},
  {"Data", "string", "", 0, "Number of entries.",
   [](const row& r) -> json::value { return count_at(r.body, {"data"}); }},
  age_column,
};

constexpr column service_account_columns[] = {
  name_column,
  {"Secrets", "string", "", 0, "Number of secrets that pods of the account may use.",
   [](const row& r) -> json::value { return count_at(r.body, {"secrets"}); }},
  age_column,
};

constexpr column namespace_columns[] = {
  name_column,
  {"Status", "string", "", 0, "Whether the namespace is in use or going away.",
   [](const row& r) { return json::value(string_at(r.body, {"status", "phase"})); }},
  age_column,
};

std::string usage(const json::object& body, bool limits) {
  std::vector<std::string> out;
  if (auto* hard = object_at(body, {"status", "hard"}))
    for (auto& member : *hard) {
      std::string_view resource = member.key();
      if (resource.starts_with("limits.") != limits) continue;
      auto used = scalar_text(find(body, {"status", "used", resource}), "0");
      out.push_back(fmt::format("{}: {}/{}", resource, used, scalar_text(&member.value(), "0")));
    }
  std::ranges::sort(out);
  return fmt::format("{}", fmt::join(out, ", "));
}

constexpr column quota_columns[] = {
  name_column,
  age_column,
  {"Request", "string", "", 0, "Use and bound of what may be requested.",
   [](const row& r) { return json::value(usage(r.body, false)); }},
  {"Limit", "string", "", 0, "Use and bound of what limits may add up to.",
   [](const row& r) { return json::value(usage(r.body, true)); }},
};

constexpr column pod_template_columns[] = {
  name_column,
  {"Containers", "string", "", 0, "Names of the containers.",
   [](const row& r) { return json::value(container_list(object_at(r.body, {"template", "spec"}), "name")); }},
  {"Images", "string", "", 0, "Images of the containers.",
   [](const row& r) { return json::value(container_list(object_at(r.body, {"template", "spec"}), "image")); }},
  {"Pod Labels", "string", "", 0, "Labels of pods made from the template.",
   [](const row& r) { return json::value(label_pairs(object_at(r.body, {"template", "metadata", "labels"}))); }},
};

json::value component_health(const row& r) {
  auto* conditions = array_at(r.body, {"conditions"});
  if (!conditions || conditions->empty()) return "Unknown";
  return string_at(conditions->front(), {"status"}) == "True" ? "Healthy" : "Unhealthy";
}

json::value component_text(const row& r, std::string_view member) {
  auto* conditions = array_at(r.body, {"conditions"});
  return json::value(conditions && !conditions->empty() ? string_at(conditions->front(), {member}) : "");
}

constexpr column component_columns[] = {
    name_column,
    {"Status", "string", "", 0, "Whether the component works.", component_health},
    {"Message", "string", "", 0, "What the component says.", [](const row& r) { return component_text(r, "message"); }},
    {"Error", "string", "", 0, "Why the component does not work.",
     [](const row& r) { return component_text(r, "error"); }},
};

constexpr column status_columns[] = {
    {"Status", "string", "", 0, "Success or failure.",
     [](const row& r) { return json::value(string_at(r.body, {"status"})); }},
    {"Reason", "string", "", 0, "One word why.",
     [](const row& r) { return json::value(string_at(r.body, {"reason"})); }},
    {"Message", "string", "", 0, "A sentence why.",
     [](const row& r) { return json::value(string_at(r.body, {"message"})); }},
};

constexpr printer list[] = {
  {"", "Pod", pod_columns},
  {"", "Service", service_columns},
  {"", "Endpoints", endpoints_columns},
  {"", "ConfigMap", config_map_columns},
  {"", "Secret", secret_columns},
  {"", "ServiceAccount", service_account_columns},
  {"", "Namespace", namespace_columns},
  {"", "ResourceQuota", quota_columns},
  {"", "PodTemplate", pod_template_columns},
  {"", "ComponentStatus", component_columns},
  {"", "Status", status_columns},
};

} // namespace

printers core_printers() noexcept { return list; }

} // namespace troupe::policies::printing
