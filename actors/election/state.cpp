#include "actors/apiserver/client.hpp"
#include "actors/base/error.hpp"
#include "actors/election/election.hpp"
#include <caf/actor_cast.hpp>
#include <caf/actor_clock.hpp>
#include <spdlog/spdlog.h>

namespace troupe::actors::election {

namespace {

using policies::election::election_step;

const apiserver::resource_path leases{"coordination.k8s.io", "v1", "leases"};
constexpr std::string_view node_role = "node/";

} // namespace

void election_state::changed(const mirror::update& u) {
  api::object_key key{"kube-system", config.rules.lease};
  auto now = self->clock().now();
  bool seen = false;
  for (auto& c : u.changes) {
    auto& o = c.after ? c.after : c.before;
    if (o->name() != key.name || o->ns() != key.ns) continue;
    seen = true;
    if (c.after) elector->observed(c.after, c.after->revision(), now);
    else elector->observed({}, u.revision, now);
  }
  if (!seen && !u.replace) return; // Most changes are those of the nodes' leases.
  if (!seen) elector->observed({}, u.revision, now);
  turn();
}

void election_state::roster(const std::vector<policies::cluster::node_record>& nodes) {
  peers.clear();
  for (auto& n : nodes)
    if (n.control_plane && !n.removed && n.id != config.node_id) peers[n.id] = n.name;
  for (auto& [id, identity] : peers)
    if (watched.insert(id).second)
      self->send(directory, watch_atom::value, fmt::format("{}{}", node_role, id), caf::actor_cast<caf::actor>(self));
}

void election_state::peer(const std::string& role, const caf::strong_actor_ptr& player) {
  if (role == "apiserver") {
    api = caf::actor_cast<apiserver::apiserver_actor>(player);
  } else if (role.starts_with("mirror/")) {
    if (player)
      self->send(caf::actor_cast<mirror::mirror_actor>(player), watch_atom::value, caf::actor_cast<caf::actor>(self),
                 std::string());
  } else if (role == "roster") {
    if (player) self->send(caf::actor_cast<caf::actor>(player), watch_atom::value, caf::actor_cast<caf::actor>(self));
  } else if (role.starts_with(node_role)) {
    auto id = std::strtoull(role.c_str() + node_role.size(), nullptr, 10);
    auto known = peers.find(id);
    if (known == peers.end()) return;
    if (player) {
      present.insert(id);
      elector->process_back(known->second);
    } else if (present.erase(id) > 0) {
      elector->process_gone(known->second, self->clock().now());
    }
  }
  turn();
}

/// Starts or ends the children as the elector says. They never run twice: a new group waits for the end of the old.
void election_state::follow_elector() {
  bool wanted = elector->leading() && !stopping;
  if (wanted && !group) {
    spdlog::info("election: leading lease={}", config.rules.lease);
    group_ends = false;
    group = self->spawn<caf::monitored>(supervisor::supervisor,
                                        supervisor::supervisor_config{config.rules.lease, config.children});
  } else if (!wanted && group && !group_ends) {
    spdlog::info("election: {} lease={} holder=\"{}\"", stopping ? "stopping" : "lost", config.rules.lease,
                 elector->holder());
    group_ends = true;
    self->send(group, stop_atom::value);
  }
}

void election_state::group_down(const caf::down_msg& msg) {
  if (!group || group.address() != msg.source) return;
  group = nullptr;
  if (!group_ends) return self->quit(msg.reason); // It gave up; the supervisor of this actor decides.
  if (stopping) resign();
  turn();
}

void election_state::resign() {
  elector->resign();
  self->delayed_send(self, config.release_timeout, cancel_atom::value);
}

void election_state::stop() {
  if (stopping) return;
  stopping = true;
  if (!group) resign();
  turn();
}

void election_state::turn() {
  if (stopping && !group && elector->resigned()) return self->quit();
  auto now = self->clock().now();
  if (!api) {
    // Without an API server nothing can be written, but a holder must still stop in time.
    elector->expire(now);
    follow_elector();
    if (elector->leading()) arm(now + config.rules.retry_max);
    return;
  }
  auto step = elector->next(now, env->now());
  if (step.what != election_step::kind::wait) write(std::move(step));
  else arm(step.next);
  follow_elector();
}

void election_state::arm(policies::election::instant at) {
  auto delay = std::max<caf::timespan>(at - self->clock().now(), std::chrono::milliseconds(1));
  self->delayed_send(self, delay, tick_atom::value, ++timer);
}

void election_state::write(election_step step) {
  bool fresh = step.what == election_step::kind::create;
  auto call = fresh ? apiserver::create(config.who, leases, std::move(step.document))
                    : apiserver::update(config.who, leases, std::move(step.document));
  arm(step.next);
  self->request(api, config.call_timeout, call_atom::value, call)
    .then(
      [this](const shared<apiserver::reply>& r) {
        auto now = self->clock().now();
        if (r->ok()) {
          elector->written(r->object, now);
        } else {
          spdlog::debug("election: refused lease={} code={} message=\"{}\"", config.rules.lease, r->code, r->message());
          elector->failed(now);
        }
        turn();
      },
      [this](caf::error& e) {
        spdlog::debug("election: no_answer lease={} error=\"{}\"", config.rules.lease, text_of(e));
        elector->failed(self->clock().now());
        turn();
      });
}

} // namespace troupe::actors::election
