#include "policies/printing/cells.hpp"
#include <algorithm>
#include <fmt/format.h>
#include <set>

namespace troupe::policies::printing {

namespace {

using api::array_at, api::find, api::int_at, api::object_at, api::string_at;

json::value node_status(const row& r) {
  auto* ready = condition(r.body, "Ready");
  std::string out = !ready ? "Unknown" : string_at(*ready, {"status"}) == "True" ? "Ready" : "NotReady";
  if (api::bool_at(r.body, {"spec", "unschedulable"})) out += ",SchedulingDisabled";
  return json::value(out);
}

json::value node_roles(const row& r) {
  constexpr std::string_view prefix = "node-role.kubernetes.io/";
  std::set<std::string> roles;
  if (auto* labels = object_at(r.body, {"metadata", "labels"}))
    for (auto& member : *labels) {
      std::string_view key = member.key();
      if (key.starts_with(prefix) && key.size() > prefix.size()) roles.emplace(key.substr(prefix.size()));
      else if (key == "kubernetes.io/role") roles.insert(scalar_text(&member.value(), ""));
    }
  roles.erase("");
  return json::value(roles.empty() ? "<none>" : fmt::format("{}", fmt::join(roles, ",")));
}

json::value node_address(const row& r, std::string_view type) {
  if (auto* addresses = array_at(r.body, {"status", "addresses"}))
    for (auto& a : *addresses)
      if (string_at(a, {"type"}) == type) return json::value(string_at(a, {"address"}));
  return "<none>";
}

constexpr column node_columns[] = {
  name_column,
  {"Status", "string", "", 0, "Whether the node takes and runs pods.", node_status},
  {"Roles", "string", "", 0, "What the node is for.", node_roles},
  age_column,
  {"Version", "string", "", 0, "Version of the kubelet.",
   [](const row& r) { return json::value(string_at(r.body, {"status", "nodeInfo", "kubeletVersion"})); }},
  {"Internal-IP", "string", "", 1, "Address inside the cluster.",
   [](const row& r) { return node_address(r, "InternalIP"); }},
  {"External-IP", "string", "", 1, "Address for clients outside the cluster.",
   [](const row& r) { return node_address(r, "ExternalIP"); }},
  {"OS-Image", "string", "", 1, "Operating system.",
   [](const row& r) { return text_or(r.body, {"status", "nodeInfo", "osImage"}, "<unknown>"); }},
  {"Kernel-Version", "string", "", 1, "Version of the kernel.",
   [](const row& r) { return text_or(r.body, {"status", "nodeInfo", "kernelVersion"}, "<unknown>"); }},
  {"Container-Runtime", "string", "", 1, "Name and version of the container runtime.",
   [](const row& r) { return text_or(r.body, {"status", "nodeInfo", "containerRuntimeVersion"}, "<unknown>"); }},
};

/// Core events and events.k8s.io name the same things differently; the first one that is there counts.
std::string_view either(const json::object& body, api::path core, api::path other) {
  auto text = string_at(body, core);
  return text.empty() ? string_at(body, other) : text;
}

std::string first_seen(const row& r) {
  auto first = either(r.body, {"firstTimestamp"}, {"deprecatedFirstTimestamp"});
  return age(first.empty() ? string_at(r.body, {"eventTime"}) : first, r.now);
}

json::value last_seen(const row& r) {
  if (object_at(r.body, {"series"})) return json::value(age(string_at(r.body, {"series", "lastObservedTime"}), r.now));
  auto last = either(r.body, {"lastTimestamp"}, {"deprecatedLastTimestamp"});
  return json::value(last.empty() ? first_seen(r) : age(last, r.now));
}

json::value event_object(const row& r) {
  std::string kind(either(r.body, {"involvedObject", "kind"}, {"regarding", "kind"}));
  std::ranges::transform(kind, kind.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
  auto name = either(r.body, {"involvedObject", "name"}, {"regarding", "name"});
  return json::value(name.empty() ? kind : fmt::format("{}/{}", kind, name));
}

json::value event_source(const row& r) {
  std::string out(either(r.body, {"source", "component"}, {"deprecatedSource", "component"}));
  if (out.empty()) out = either(r.body, {"reportingComponent"}, {"reportingController"});
  auto host = either(r.body, {"source", "host"}, {"deprecatedSource", "host"});
  if (host.empty()) host = string_at(r.body, {"reportingInstance"});
  if (!host.empty()) out += fmt::format(", {}", host);
  return json::value(out);
}

json::value event_message(const row& r) {
  auto text = either(r.body, {"message"}, {"note"});
  constexpr std::string_view blank = " \t\r\n";
  auto first = text.find_first_not_of(blank);
  if (first == text.npos) return "";
  return json::value(text.substr(first, text.find_last_not_of(blank) - first + 1));
}

json::value event_count(const row& r) {
  if (object_at(r.body, {"series"})) return int_at(r.body, {"series", "count"});
  auto count = int_at(r.body, {"count"}, int_at(r.body, {"deprecatedCount"}));
  return count == 0 ? 1 : count;
}

constexpr column event_columns[] = {
    {"Last Seen", "string", "", 0, "Time since it happened last.", last_seen},
    {"Type", "string", "", 0, "Normal or Warning.",
     [](const row& r) { return json::value(string_at(r.body, {"type"})); }},
    {"Reason", "string", "", 0, "One word what happened.",
     [](const row& r) { return json::value(string_at(r.body, {"reason"})); }},
    {"Object", "string", "", 0, "Object to which it happened.", event_object},
    {"Subobject", "string", "", 1, "Part of the object.",
     [](const row& r) {
       return json::value(either(r.body, {"involvedObject", "fieldPath"}, {"regarding", "fieldPath"}));
     }},
    {"Source", "string", "", 1, "Component that saw it, and where.", event_source},
    {"Message", "string", "", 0, "A sentence what happened.", event_message},
    {"First Seen", "string", "", 1, "Time since it happened first.",
     [](const row& r) { return json::value(first_seen(r)); }},
    {"Count", "string", "", 1, "How often it happened.", event_count},
    {"Name", "string", "name", 1, "Name of the event.", name_cell},
};

constexpr column lease_columns[] = {
  name_column,
  {"Holder", "string", "", 0, "Who holds the lease.",
   [](const row& r) { return json::value(string_at(r.body, {"spec", "holderIdentity"})); }},
  age_column,
};

constexpr column runtime_class_columns[] = {
  name_column,
  {"Handler", "string", "", 0, "Configuration of the container runtime.",
   [](const row& r) { return json::value(string_at(r.body, {"handler"})); }},
  age_column,
};

constexpr printer list[] = {
  {"", "Node", node_columns},
  {"", "Event", event_columns},
  {"events.k8s.io", "Event", event_columns},
  {"coordination.k8s.io", "Lease", lease_columns},
  {"node.k8s.io", "RuntimeClass", runtime_class_columns},
};

} // namespace

printers node_printers() noexcept { return list; }

} // namespace troupe::policies::printing
