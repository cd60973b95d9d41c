#include "actors/apiserver/client.hpp"
#include "actors/base/error.hpp"
#include "actors/base/probe.hpp"
#include "actors/base/trace.hpp"
#include "actors/base/vitals.hpp"
#include "actors/inspector/inspector.hpp"
#include "actors/inspector/states.hpp"
#include <algorithm>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

// What changes something in this process.
namespace troupe::actors::inspector {

namespace {

namespace json = api::json;

std::uint64_t parent_of(std::uint64_t id) {
  for (auto& row : probe_table::instance().rows())
    if (row.id == id) return row.parent;
  return 0;
}

std::string kind_of(std::uint64_t id) {
  for (auto& row : probe_table::instance().rows())
    if (row.id == id) return row.name;
  return {};
}

/// Who takes part when an actor is let go on, or when the cluster agrees who leads: these are not held.
constexpr std::string_view never_held[] = {"inspector", "supervisor", "links",  "directory",  "gateway",
                                           "store",     "store_transport", "log", "log_writer", "shards"};
constexpr std::int64_t hold_seconds_max = 600;

} // namespace

bool inspector_state::trusts(const caf::strong_actor_ptr& asker) const {
  if (!config.control_plane) return true; // Workers are linked to the control plane alone.
  if (!asker) return false;
  if (asker->node() == self->node()) return true;
  return std::any_of(peers.begin(), peers.end(),
                     [&](auto& p) { return masters.contains(p.first) && p.second && p.second.address() == asker; });
}

void inspector_state::restart_actor(std::uint64_t id, const std::string& by, const on_answer& then) {
  json::object base{{"node", config.node_id}, {"name", config.node_name}};
  auto answer = [=](std::string_view key, std::string text) {
    auto out = base;
    out[key] = std::move(text);
    then(std::move(out));
  };
  if (!living_actor(self, id)) return answer("error", fmt::format("no actor {} lives there", id));
  auto known = vitals();
  auto label = known.contains(id) ? known[id].label : std::string();
  auto parent = living_actor(self, parent_of(id));
  if (label.empty() || !parent)
    return answer("error", fmt::format("actor {} has no supervisor that makes it again: restart one above it", id));
  spdlog::warn("inspector: restart actor={} name={} by=\"{}\"", id, label, by);
  self->request(parent, config.actor_timeout, restart_atom::value, id, "restarted by " + by)
    .then(
      [=](bool there) {
        if (!there) return answer("error", fmt::format("actor {} is about to end", id));
        answer("done", fmt::format("{} (actor {}) ends and is made again, with all that depends on it", label, id));
      },
      [=](caf::error& e) { answer("error", "its supervisor does not answer: " + text_of(e)); });
}

void inspector_state::pause_actor(std::uint64_t id, caf::timespan lease, const std::string& by, const on_answer& then) {
  json::object out{{"node", config.node_id}, {"name", config.node_name}};
  auto seconds = std::chrono::duration_cast<std::chrono::seconds>(lease).count();
  auto target = living_actor(self, id);
  std::string kind = kind_of(id);
  if (!target) {
    out["error"] = fmt::format("no actor {} lives there", id);
  } else if (std::find(std::begin(never_held), std::end(never_held), kind) != std::end(never_held)) {
    out["error"] = fmt::format("actor {} is a {}: it is needed to let actors go on, and is never paused", id, kind);
  } else if (seconds < 1 || seconds > hold_seconds_max) {
    out["error"] = fmt::format("a pause takes 1 to {} seconds", hold_seconds_max);
  } else if (!actors::pause(target, lease)) {
    out["error"] = fmt::format("actor {} has ended", id);
  } else {
    spdlog::warn("inspector: pause actor={} kind={} seconds={} by=\"{}\"", id, kind, seconds, by);
    out["done"] = fmt::format("{} (actor {}) is paused for {} seconds", kind, id, seconds);
  }
  then(std::move(out));
}

void inspector_state::resume_actor(std::uint64_t id, const std::string& by, const on_answer& then) {
  json::object out{{"node", config.node_id}, {"name", config.node_name}};
  auto target = living_actor(self, id);
  if (!target) {
    out["error"] = fmt::format("no actor {} lives there", id);
  } else if (!actors::wake(target)) {
    out["error"] = fmt::format("actor {} is not paused", id);
  } else {
    spdlog::warn("inspector: resume actor={} by=\"{}\"", id, by);
    out["done"] = fmt::format("{} (actor {}) goes on", kind_of(id), id);
  }
  then(std::move(out));
}

void inspector_state::set_log_level(const std::string& level, const std::string& by, const on_answer& then) {
  json::object out{{"node", config.node_id}, {"name", config.node_name}};
  auto wanted = spdlog::level::from_str(level); // "off" also for what it does not know.
  if (wanted == spdlog::level::off && level != "off") {
    out["error"] = fmt::format("\"{}\" is no log level: trace, debug, info, warning, error, critical, off", level);
    return then(std::move(out));
  }
  auto before = spdlog::level::to_string_view(spdlog::get_level());
  out["done"] = fmt::format("log level {} instead of {}", level, std::string_view(before.data(), before.size()));
  spdlog::warn("inspector: log_level level={} by=\"{}\"", level, by);
  spdlog::set_level(wanted);
  then(std::move(out));
}

void inspector_state::record(const std::string& node, const std::string& reason, const std::string& message) {
  if (!config.recorder || !*config.recorder) return;
  events::report r;
  r.who = apiserver::admin();
  r.what.about = {"v1", "Node", "", node, node, "", ""};
  r.what.reason = reason;
  r.what.message = message;
  r.what.component = "inspector";
  self->send(*config.recorder, event_atom::value, share(std::move(r)));
}

} // namespace troupe::actors::inspector
