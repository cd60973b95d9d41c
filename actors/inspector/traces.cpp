#include "actors/apiserver/interface.hpp"
#include "actors/base/trace.hpp"
#include "actors/inspector/inspector.hpp"
#include "actors/mirror/interface.hpp"
#include "actors/watch_cache/interface.hpp"
#include <algorithm>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

// Traces of messages: each is begun, emptied and kept alive by the same question.
namespace troupe::actors::inspector {

namespace {

namespace json = api::json;
constexpr std::int64_t default_rate = 1'000;

template <class T> void read(void (*tell)(const T&, const object_sink&)) {
  read_objects(typeid(shared<T>), [tell](const void* element, const object_sink& found) {
    if (auto& x = *static_cast<const shared<T>*>(element)) tell(*x, found);
  });
}

void one(const object_handle& o, const object_sink& found) {
  if (o) found(o->ns(), o->name());
}
/// The object as it is, or as it was last.
void one(const object_handle& before, const object_handle& after, const object_sink& found) {
  one(after ? after : before, found);
}

void know_contents() {
  read<mirror::update>([](const mirror::update& u, const object_sink& found) {
    for (auto& c : u.changes) one(c.before, c.after, found);
  });
  read<watch_cache::event_batch>([](const watch_cache::event_batch& b, const object_sink& found) {
    for (auto& e : b.events)
      if (e) one(e->before, e->after, found);
  });
  read<apiserver::call>([](const apiserver::call& c, const object_sink& found) {
    if (!c.name.empty()) found(c.ns, c.name);
    else one(c.object, found);
  });
  read<apiserver::reply>([](const apiserver::reply& r, const object_sink& found) {
    if (r.ok()) one(r.object, found);
    for (auto& item : r.items) one(item, found);
  });
}

/// Names of actors of this process by their ids.
struct actor_names {
  std::map<std::uint64_t, const policies::inspection::actor_sample*> all;

  explicit actor_names(const policies::inspection::node_sample& s) {
    for (auto& a : s.actors) all[a.id] = &a;
  }
  json::object of(std::uint64_t id, const std::string& kind) const {
    json::object out{{"id", id}};
    auto found = all.find(id);
    out["name"] = found == all.end() ? kind : found->second->shown_name();
    if (found != all.end() && !found->second->roles.empty()) out["role"] = found->second->roles.front();
    return out;
  }
};

json::object describe(const traced_message& m, const actor_names& names,
                      const std::map<std::string, std::string>& nodes) {
  json::object out{{"atNs", m.at.time_since_epoch().count()}};
  out["receiver"] = names.of(m.receiver, m.receiver_kind);
  if (m.sender != 0) {
    auto from = m.sender_node.empty() ? names.of(m.sender, "") : json::object{{"id", m.sender}};
    auto node = nodes.find(m.sender_node);
    if (node != nodes.end()) from["node"] = node->second;
    else if (!m.sender_node.empty()) from["node"] = "another";
    out["sender"] = std::move(from);
  }
  out["type"] = m.type;
  out["kind"] = m.kind == 'q' ? "request" : m.kind == 'a' ? "answer" : "message";
  if (!m.objects.empty()) out["objects"] = json::array(m.objects.begin(), m.objects.end());
  if (m.elements > 0) out["elements"] = m.elements;
  if (m.bytes > 0) out["bytes"] = m.bytes;
  if (m.waited_ns) out["waitedNs"] = *m.waited_ns;
  out["handledNs"] = m.handled_ns;
  return out;
}

trace_filter filter_of(const json::object& question, const inspector_state& s) {
  trace_filter out;
  out.hidden.insert(s.self->id());
  out.type = api::string_at(question, {"type"});
  out.object = api::string_at(question, {"object"});
  auto role = api::string_at(question, {"role"});
  auto actor = static_cast<std::uint64_t>(api::int_at(question, {"actor"}));
  if (actor == 0 && role.empty()) return out;
  out.every_actor = false;
  if (actor != 0) out.actors.insert(actor);
  if (role.empty()) return out;
  for (auto& a : s.sample(true).actors)
    if (a.name == role || a.label == role || std::find(a.roles.begin(), a.roles.end(), role) != a.roles.end())
      out.actors.insert(a.id);
  return out;
}

} // namespace

inspector_state::~inspector_state() {
  for (auto& [session, t] : traces) end_trace(t.number);
}

void inspector_state::trace(const json::object& question, const on_answer& then) {
  json::object out{{"node", config.node_id}, {"name", config.node_name}};
  auto refuse = [&](std::string why) {
    out["error"] = std::move(why);
    then(std::move(out));
  };
  std::string session(api::string_at(question, {"session"}));
  if (session.empty()) return refuse("a trace needs the name of a session");
  auto t = traces.find(session);
  auto filter = filter_of(question, *this);
  if (api::bool_at(question, {"end"})) {
    if (t != traces.end()) end_trace(t->second.number);
    traces.erase(session);
    return then(std::move(out));
  }
  if (t == traces.end()) {
    know_contents();
    auto rate = api::int_at(question, {"limit"});
    if (rate <= 0) rate = default_rate;
    rate = std::min<std::int64_t>(rate, trace_rate_max);
    auto number = begin_trace(self->system(), std::move(filter), static_cast<std::uint32_t>(rate));
    if (!number) return refuse(fmt::format("there are {} traces already", traces_max));
    t = traces.emplace(session, open_trace{*number}).first;
    spdlog::warn("inspector: trace limit={} by=\"{}\"", rate, api::string_at(question, {"by"}));
    out["done"] = fmt::format("messages are traced, at most {} per second", rate);
  } else if (!filter.every_actor) {
    aim_trace(t->second.number, std::move(filter)); // Actors of a role come and go.
  }
  self->delayed_send(self, config.trace_lease, tick_atom::value, session, ++t->second.asked);
  auto found = take_trace(t->second.number);
  std::map<std::string, std::string> others;
  for (auto& [id, peer] : peers)
    if (auto called = nodes.find(id); peer && called != nodes.end())
      others[caf::to_string(peer.node())] = called->second;
  policies::inspection::node_sample living;
  if (!found.messages.empty()) living = sample(true);
  actor_names names(living);
  json::array messages;
  for (auto& m : found.messages) messages.push_back(describe(m, names, others));
  out["nowNs"] = std::chrono::steady_clock::now().time_since_epoch().count();
  out["messages"] = std::move(messages);
  out["dropped"] = found.dropped;
  out["unseen"] = found.unseen;
  then(std::move(out));
}

void inspector_state::end_if_forgotten(const std::string& session, std::uint64_t asked) {
  auto t = traces.find(session);
  if (t == traces.end() || t->second.asked != asked) return;
  end_trace(t->second.number);
  traces.erase(t);
}

} // namespace troupe::actors::inspector
