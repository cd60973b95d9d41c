#include "actors/base/error.hpp"
#include "actors/base/vitals.hpp"
#include "actors/inspector/inspector.hpp"
#include "actors/inspector/states.hpp"
#include "policies/inspection/store.hpp"
#include <caf/actor_cast.hpp>
#include <fstream>
#include <unistd.h>

namespace troupe::actors::inspector {

namespace {

namespace inspection = policies::inspection;
namespace json = api::json;

/// Resident pages; 0 where the kernel does not tell.
std::uint64_t memory_bytes() {
  std::uint64_t all = 0, resident = 0;
  std::ifstream("/proc/self/statm") >> all >> resident;
  return resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

std::uint64_t since(std::chrono::steady_clock::time_point begun, std::chrono::steady_clock::time_point now) {
  return begun < now ? static_cast<std::uint64_t>((now - begun).count()) : 0;
}

} // namespace

inspection::node_sample inspector_state::sample(bool all) const {
  // Ages are of the machine's clock, as are the times in handlers.
  auto now = std::chrono::steady_clock::now();
  inspection::node_sample out{.node = config.node_id, .name = config.node_name};
  out.at_ns = now.time_since_epoch().count();
  out.memory_bytes = memory_bytes();
  auto known = vitals();
  std::multimap<std::uint64_t, const std::string*> played;
  for (auto& [role, id] : roles) played.emplace(id, &role);
  for (auto& row : probe_table::instance().rows()) {
    inspection::actor_sample a;
    a.id = row.id;
    a.parent = row.parent;
    a.name = row.name;
    a.mailbox = row.mailbox_depth;
    a.handled = row.handled;
    a.busy_ns = row.busy_ns;
    if (auto v = known.find(row.id); v != known.end()) {
      a.age_ns = since(v->second.begun, now);
      a.p50_ns = inspection::percentile(v->second.latency, 0.5);
      a.p99_ns = inspection::percentile(v->second.latency, 0.99);
      a.label = v->second.label;
      a.restarts = v->second.restarts;
      a.last_error = v->second.last_error;
    }
    auto [from, to] = played.equal_range(row.id);
    for (auto it = from; it != to; ++it) a.roles.push_back(*it->second);
    out.actors.push_back(std::move(a));
  }
  if (!all) inspection::hide_inspectors(out);
  return out;
}

void inspector_state::answer(const json::object& question, on_answer then) {
  auto what = api::string_at(question, {"what"});
  auto base = json::object{{"node", config.node_id}, {"name", config.node_name}};
  if (what == "actors") return then(document(sample(api::bool_at(question, {"all"}))));
  if (what == "actor")
    return describe_actor(static_cast<std::uint64_t>(api::int_at(question, {"id"})), std::move(then));
  if (what == "store") return describe_store(std::move(then));
  std::string by(api::string_at(question, {"by"}));
  if (what == "trace") return trace(question, then);
  auto id = static_cast<std::uint64_t>(api::int_at(question, {"id"}));
  if (what == "pause")
    return pause_actor(id, std::chrono::seconds(api::int_at(question, {"seconds"})), by, then);
  if (what == "resume") return resume_actor(id, by, then);
  if (what == "restart") return restart_actor(id, by, then);
  if (what == "logLevel") return set_log_level(std::string(api::string_at(question, {"level"})), by, then);
  base["error"] = "this version does not know the question \"" + std::string(what) + "\"";
  then(std::move(base));
}

void inspector_state::describe_actor(std::uint64_t id, on_answer then) {
  json::object out{{"node", config.node_id}, {"name", config.node_name}};
  auto now = sample(true);
  auto row = std::find_if(now.actors.begin(), now.actors.end(), [&](auto& a) { return a.id == id; });
  if (row == now.actors.end()) {
    out["error"] = "no actor " + std::to_string(id) + " lives there";
    return then(std::move(out));
  }
  json::array children;
  for (auto& a : now.actors)
    if (a.parent == id) children.push_back(json::object{{"id", a.id}, {"name", a.shown_name()}});
  now.actors = {*row};
  out["actor"] = document(now)["actors"].as_array()[0];
  out["children"] = std::move(children);
  auto target = living_actor(self, id);
  if (!target) { // It is on its way out.
    out["stateError"] = "it has ended";
    return then(std::move(out));
  }
  ask_state(self, target, row->name, config.actor_timeout, [then, out](json::object told) mutable {
    for (auto& m : told) out[m.key()] = m.value();
    then(std::move(out));
  });
}

void inspector_state::describe_store(on_answer then) {
  json::object out{{"node", config.node_id}, {"name", config.node_name}};
  if (!store) {
    out["error"] = policies::inspection::no_store;
    return then(std::move(out));
  }
  ask_store(self, store, shards, config.actor_timeout, [then, out](json::object told) mutable {
    for (auto& m : told) out[m.key()] = m.value();
    then(std::move(out));
  });
}

} // namespace troupe::actors::inspector
