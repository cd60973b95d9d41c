#include "policies/inspection/sample.hpp"
#include <algorithm>
#include <set>

namespace troupe::policies::inspection {

namespace {

namespace json = api::json;

json::object document(const actor_sample& a) {
  json::object out{{"id", a.id},           {"parent", a.parent},   {"name", a.name},       {"mailbox", a.mailbox},
                   {"handled", a.handled}, {"busyNs", a.busy_ns},  {"ageNs", a.age_ns},    {"p50Ns", a.p50_ns},
                   {"p99Ns", a.p99_ns},    {"restarts", a.restarts}};
  if (!a.label.empty()) out["label"] = a.label;
  if (!a.roles.empty()) out["roles"] = json::array(a.roles.begin(), a.roles.end());
  if (!a.last_error.empty()) out["lastError"] = a.last_error;
  return out;
}

std::uint64_t count_at(const json::value& v, std::string_view name) {
  auto n = api::int_at(v, {name});
  return n < 0 ? 0 : static_cast<std::uint64_t>(n);
}

actor_sample read_actor(const json::value& v) {
  actor_sample a;
  a.id = count_at(v, "id");
  a.parent = count_at(v, "parent");
  a.name = api::string_at(v, {"name"});
  a.label = api::string_at(v, {"label"});
  a.mailbox = count_at(v, "mailbox");
  a.handled = count_at(v, "handled");
  a.busy_ns = count_at(v, "busyNs");
  a.age_ns = count_at(v, "ageNs");
  a.p50_ns = count_at(v, "p50Ns");
  a.p99_ns = count_at(v, "p99Ns");
  a.restarts = count_at(v, "restarts");
  a.last_error = api::string_at(v, {"lastError"});
  if (auto* roles = api::array_at(v, {"roles"}))
    for (auto& role : *roles)
      if (role.is_string()) a.roles.emplace_back(role.get_string());
  return a;
}

} // namespace

json::object document(const node_sample& s) {
  json::object out{{"node", s.node}, {"name", s.name}};
  if (!s.error.empty()) {
    out["error"] = s.error;
    return out;
  }
  out["atNs"] = s.at_ns;
  out["memoryBytes"] = s.memory_bytes;
  json::array actors;
  for (auto& a : s.actors) actors.push_back(document(a));
  out["actors"] = std::move(actors);
  return out;
}

node_sample read_node(const json::value& v) {
  node_sample s;
  s.node = count_at(v, "node");
  s.name = api::string_at(v, {"name"});
  s.error = api::string_at(v, {"error"});
  s.at_ns = api::int_at(v, {"atNs"});
  s.memory_bytes = count_at(v, "memoryBytes");
  if (auto* actors = api::array_at(v, {"actors"}))
    for (auto& a : *actors) s.actors.push_back(read_actor(a));
  return s;
}

std::vector<node_sample> read_nodes(const json::object& o) {
  std::vector<node_sample> out;
  if (auto* nodes = api::array_at(o, {"nodes"}))
    for (auto& n : *nodes) out.push_back(read_node(n));
  return out;
}

void hide_inspectors(node_sample& s) {
  std::set<std::uint64_t> hidden;
  auto hide = [&](const actor_sample& a) { return a.name == "inspector" || hidden.contains(a.parent); };
  // A parent is older than its children, so its id is lower: one pass in this order finds all generations.
  std::sort(s.actors.begin(), s.actors.end(), [](auto& a, auto& b) { return a.id < b.id; });
  for (auto& a : s.actors)
    if (hide(a)) hidden.insert(a.id);
  std::erase_if(s.actors, [&](auto& a) { return hidden.contains(a.id); });
}

} // namespace troupe::policies::inspection
