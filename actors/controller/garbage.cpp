#include "actors/controller/garbage.hpp"
#include "actors/apiserver/client.hpp"
#include "actors/controller/steps.hpp"
#include "policies/schema/registry.hpp"
#include <caf/actor_cast.hpp>
#include <caf/actor_clock.hpp>
#include <spdlog/spdlog.h>

namespace troupe::actors::controller {

namespace {

constexpr std::size_t in_work_max = 32;

/// Where an owner is read: its type by kind, its namespace if it has one.
std::optional<std::pair<apiserver::resource_path, api::object_key>> place_of(const controllers::owner_reference& o,
                                                                             const std::string& ns) {
  auto* type = policies::schema::registry::builtin().find(api::group_version_kind::parse(o.api_version, o.kind));
  if (!type || !type->stored()) return std::nullopt;
  return std::pair{apiserver::resource_path{type->gvk.group, type->gvk.version, type->resource.resource},
                   api::object_key{type->namespaced ? ns : "", o.name}};
}

} // namespace

void garbage_state::changed(const mirror::update& u) {
  auto add_all = [this](const std::vector<std::string>& uids) {
    for (auto& uid : uids) queue.add(uid);
  };
  for (auto& c : u.changes) {
    if (c.after) {
      absent.erase(std::string(c.after->uid()));
      add_all(graph.put(u.type, c.after));
    } else {
      add_all(graph.erase(*c.before));
    }
  }
  seen.insert(u.type);
  pump();
}

void garbage_state::pump() {
  // With a type missing, owners would look gone that are only not known yet.
  if (seen.size() < expected.size() || !api) return;
  auto now = self->clock().now();
  while (in_work < in_work_max) {
    auto uid = queue.take(now);
    if (!uid) break;
    ++in_work;
    work(*uid);
  }
  if (auto due = queue.next_due(); due && !armed) {
    armed = true;
    self->delayed_send(self,
                       std::chrono::duration_cast<caf::timespan>(std::max(*due - now, policies::queueing::duration{0})),
                       tick_atom::value);
  }
}

void garbage_state::work(const std::string& uid) {
  auto decided = controllers::plan_garbage({graph, absent}, uid);
  if (!decided.verify.empty()) {
    auto* node = graph.find(uid);
    return verify(uid, std::move(decided.verify), node ? std::string(node->object->ns()) : std::string{});
  }
  run(uid, std::make_shared<const controllers::plan>(std::move(decided.steps)), 0);
}

void garbage_state::verify(const std::string& uid, std::vector<controllers::owner_reference> owners, std::string ns) {
  auto open = std::make_shared<std::size_t>(owners.size());
  auto failed = std::make_shared<bool>(false);
  auto one_done = [=, this] {
    if (--*open > 0) return;
    if (*failed) return done(uid, false);
    work(uid);
  };
  for (auto& owner : owners) {
    auto place = place_of(owner, ns);
    if (!place) {
      // An owner of a type that is not served may exist elsewhere: its dependents are left alone.
      *failed = true;
      one_done();
      continue;
    }
    self->request(api, config.call_timeout, call_atom::value,
                  apiserver::get(apiserver::component("system:kube-controller-manager"), place->first, place->second))
      .then(
        [=, this](const shared<apiserver::reply>& r) {
          if (r->code == 404 || (r->ok() && r->object->uid() != owner.uid)) absent.insert(owner.uid);
          else *failed = true; // It is there: the mirror will show it, and then the graph knows.
          one_done();
        },
        [=](caf::error&) {
          *failed = true;
          one_done();
        });
  }
}

void garbage_state::run(const std::string& uid, std::shared_ptr<const controllers::plan> p, std::size_t batch) {
  if (batch >= p->batches.size()) return done(uid, true);
  auto open = std::make_shared<std::size_t>(p->batches[batch].size());
  auto ok = std::make_shared<bool>(true);
  for (auto& s : p->batches[batch])
    self->request(api, config.call_timeout, call_atom::value, call_of(s))
      .then(
        [=, this](const shared<apiserver::reply>& r) {
          if (!is_success(s, *r)) *ok = false;
          if (--*open == 0) *ok ? run(uid, p, batch + 1) : done(uid, false);
        },
        [=, this](caf::error&) {
          *ok = false;
          if (--*open == 0) done(uid, false);
        });
}

void garbage_state::done(const std::string& uid, bool ok) {
  --in_work;
  if (ok) queue.forget(uid);
  else queue.retry(uid, self->clock().now());
  queue.done(uid);
  pump();
}

caf::behavior garbage_collector(garbage_state::self_pointer self, environment_ptr env,
                                directory::directory_actor directory, controller_config config) {
  auto& s = self->state;
  s.env = std::move(env);
  s.config = config;
  auto me = caf::actor_cast<caf::actor>(self);
  self->send(directory, watch_atom::value, std::string("apiserver"), me);
  for (auto& type : policies::schema::registry::builtin().all())
    // Events have no dependents and are nobody's; they end by their own time.
    if (type.stored() && type.storage.resource != "events") s.expected.insert(type.storage);
  for (auto& type : s.expected) self->send(directory, watch_atom::value, "mirror/" + type.text(), me);
  return {
    [=](changed_atom, const shared<mirror::update>& u) { self->state.changed(*u); },
    [=](peer_atom, const std::string& role, const caf::strong_actor_ptr& player) {
      if (role == "apiserver") {
        self->state.api = caf::actor_cast<apiserver::apiserver_actor>(player);
        self->state.pump();
      } else if (player) {
        self->send(caf::actor_cast<mirror::mirror_actor>(player), watch_atom::value, me, std::string{});
      }
    },
    [=](tick_atom) {
      self->state.armed = false;
      self->state.pump();
    },
  };
}

} // namespace troupe::actors::controller
