#include "actors/kubelet/kubelet.hpp"
#include "actors/base/error.hpp"
#include "actors/kubelet/pod.hpp"
#include "actors/mirror/apply.hpp"
#include "policies/node/volume_place.hpp"
#include <algorithm>
#include <caf/send.hpp>
#include <fmt/format.h>
#include <set>
#include <spdlog/spdlog.h>

namespace troupe::actors::kubelet {

namespace node_rules = policies::node;

namespace {
constexpr auto revive_pause = std::chrono::seconds(1);
}

kubelet_state::~kubelet_state() {
  for (auto& [uid, e] : pods) caf::anon_send_exit(e.actor, caf::exit_reason::user_shutdown);
  // A timer of a request may keep the memory of a pod, and so the handle, long after the end of the pod.
  if (ctx) caf::anon_send_exit(ctx->puller, caf::exit_reason::user_shutdown);
}

void kubelet_state::begin(directory::directory_actor dir, node_context_ptr context) {
  ctx = std::move(context);
  auto me = caf::actor_cast<caf::actor>(self);
  self->send(dir, watch_atom::value, std::string("apiserver"), me);
  self->send(dir, watch_atom::value, std::string("mirror/pods"), me);
  // Subscribe first: what happens while the inventory travels is heard twice rather than not at all.
  self->send(ctx->config.runtime.pods, watch_atom::value, me);
  self->delayed_send(self, ctx->config.status_interval, status_atom::value);
  self->delayed_send(self, ctx->config.lease_interval, tick_atom::value);
}

/// Asked for when the pods are known, and matched with them as soon as it is here: an end that was told in between
/// would reach no pod.
void kubelet_state::take_inventory() {
  if (counting) return;
  counting = true;
  self->request(ctx->config.runtime.pods, ctx->config.runtime_timeout, list_atom::value)
    .then(
      [this](const shared<runtime::inventory>& all) {
        inventory = all;
        settle();
      },
      [this](caf::error& e) {
        counting = false;
        spdlog::warn("kubelet: inventory_failed node={} why=\"{}\"", ctx->config.facts.name, text_of(e));
        retry_later();
      });
}

void kubelet_state::peer(const std::string& role, const caf::strong_actor_ptr& player) {
  if (role == "apiserver") {
    api = caf::actor_cast<apiserver::apiserver_actor>(player);
    if (api && !node) register_node();
    return;
  }
  if (player)
    self->send(caf::actor_cast<mirror::mirror_actor>(player), watch_atom::value, caf::actor_cast<caf::actor>(self),
               ctx->config.facts.name);
}

void kubelet_state::pods_changed(const mirror::update& u) {
  if (!adopted) {
    mirror::apply(desired, u);
    listed = true;
    return take_inventory();
  }
  std::set<std::string, std::less<>> present;
  for (auto& c : u.changes) {
    auto& now_there = c.after;
    auto& object = now_there ? now_there : c.before;
    if (!object) continue;
    std::string uid(object->uid());
    if (now_there) present.insert(uid);
    // A pod of the same name with another uid takes the place of one that was deleted.
    if (c.before && now_there && c.before->uid() != now_there->uid()) {
      auto old = pods.find(std::string(c.before->uid()));
      if (old != pods.end() && !old->second.gone) {
        old->second.gone = true;
        caf::anon_send(old->second.actor, changed_atom::value, object_handle{});
      }
    }
    auto found = pods.find(uid);
    if (found == pods.end()) {
      if (now_there) spawn_pod(uid, now_there);
    } else if (now_there) {
      if (now_there->revision() <= found->second.pod->revision()) continue;
      found->second.pod = now_there;
      caf::anon_send(found->second.actor, changed_atom::value, now_there);
    } else if (!found->second.gone) {
      found->second.gone = true;
      caf::anon_send(found->second.actor, changed_atom::value, object_handle{});
    }
  }
  if (!u.replace) return;
  for (auto& [uid, e] : pods)
    if (!present.contains(uid) && !e.gone) {
      e.gone = true;
      caf::anon_send(e.actor, changed_atom::value, object_handle{});
    }
}

void kubelet_state::settle() {
  if (adopted || !listed || !inventory) return;
  adopted = true;
  for (auto& c : inventory->containers)
    if (c.state == runtime::container_state::running) logs.emplace(c.id, c.config.log_path);
  arm_rotation();
  for (auto& [key, pod] : desired.all()) spawn_pod(std::string(pod->uid()), pod);
  remove_orphans();
  desired.clear();
  inventory = {};
}

void kubelet_state::spawn_pod(const std::string& uid, const object_handle& object) {
  // A pod that ended and that left nothing on this node is history; it needs nobody.
  std::vector<runtime::sandbox_status> sandboxes;
  std::vector<runtime::container_status> runs;
  if (inventory) {
    for (auto& s : inventory->sandboxes)
      if (s.config.uid == uid) sandboxes.push_back(s);
    for (auto& c : inventory->containers)
      if (std::any_of(sandboxes.begin(), sandboxes.end(), [&](auto& s) { return s.id == c.sandbox; }))
        runs.push_back(c);
  }
  auto phase = api::string_at(object->status(), {"phase"});
  if ((phase == "Succeeded" || phase == "Failed") && sandboxes.empty() && !object->deleting()) return;
  auto actor = self->spawn<caf::monitored>(pod, ctx, caf::actor_cast<caf::actor>(self), object, std::move(sandboxes),
                                           std::move(runs));
  pods[uid] = {actor, object, false};
}

void kubelet_state::remove_orphans() {
  std::set<std::string> known;
  for (auto& [uid, e] : pods) known.insert(uid);
  for (auto& s : inventory->sandboxes) {
    if (known.contains(s.config.uid)) continue;
    spdlog::info("kubelet: orphan_removed node={} pod={}/{} uid={}", ctx->config.facts.name, s.config.ns, s.config.name,
                 s.config.uid);
    caf::anon_send(ctx->config.runtime.pods, remove_atom::value, runtime::sandbox_id{s.id});
  }
  if (!ctx->config.disk) return;
  self->request(ctx->config.disk, ctx->config.runtime_timeout, list_atom::value, ctx->config.pods_dir)
    .then(
      [this, known](const std::vector<std::string>& uids) {
        for (auto& uid : uids)
          if (!known.contains(uid) && !pods.contains(uid))
            caf::anon_send(ctx->config.disk, remove_atom::value, ctx->config.pods_dir + "/" + uid, std::string());
      },
      [](caf::error&) {}); // Left-over files are looked for again at the next start.
}

void kubelet_state::happened(const shared<runtime::container_event>& event) {
  using kind = runtime::container_event::kind;
  if (event->what == kind::started) logs.emplace(event->status.id, event->status.config.log_path), arm_rotation();
  if (event->what == kind::exited || event->what == kind::removed) logs.erase(event->status.id);
  auto& labels = event->status.config.labels;
  auto uid = labels.find("io.kubernetes.pod.uid");
  if (uid == labels.end()) return;
  auto found = pods.find(uid->second);
  if (found != pods.end()) caf::anon_send(found->second.actor, event_atom::value, event);
}

void kubelet_state::pod_down(const caf::down_msg& down) {
  auto found = std::find_if(pods.begin(), pods.end(), [&](auto& p) { return p.second.actor.address() == down.source; });
  if (found == pods.end()) return;
  if (!down.reason) {
    pods.erase(found);
    return;
  }
  // It failed: a new one rebuilds its state from the API and the runtime.
  ++restarts;
  spdlog::error("kubelet: pod_failed node={} uid={} why=\"{}\"", ctx->config.facts.name, found->first,
                text_of(down.reason));
  self->delayed_send(self, revive_pause, restart_atom::value, found->first);
}

void kubelet_state::revive(const std::string& uid) {
  self->request(ctx->config.runtime.pods, ctx->config.runtime_timeout, list_atom::value)
    .then(
      [this, uid](const shared<runtime::inventory>& all) {
        auto found = pods.find(uid);
        if (found == pods.end()) return;
        bool was_gone = found->second.gone;
        inventory = all;
        spawn_pod(uid, found->second.pod);
        inventory = {};
        if (!was_gone) return;
        found->second.gone = true;
        caf::anon_send(found->second.actor, changed_atom::value, object_handle{});
      },
      [this, uid](caf::error&) { self->delayed_send(self, revive_pause, restart_atom::value, uid); });
}

caf::result<caf::actor> kubelet_state::open(const shared<streams::request>& request, const caf::actor& client) {
  auto found = std::find_if(pods.begin(), pods.end(), [&](auto& p) {
    auto& object = p.second.pod;
    return object->ns() == request->ns && object->name() == request->pod && !p.second.gone &&
           (request->uid.empty() || request->uid == p.first);
  });
  if (found == pods.end())
    return make_error(errc::not_found, fmt::format("pod \"{}\" not found", request->pod));
  auto promise = self->make_response_promise<caf::actor>();
  self->request(found->second.actor, ctx->config.call_timeout, open_atom::value, request, client)
    .then([promise](const caf::actor& end) mutable { promise.deliver(end); },
          [promise](caf::error& e) mutable { promise.deliver(std::move(e)); });
  return promise;
}

kubelet_inside::behavior_type kubelet(kubelet_state::self_pointer self, environment_ptr env,
                                      directory::directory_actor dir, kubelet_config config) {
  node_context context{env, std::move(config), {}, {}};
  context.puller = self->spawn(puller, env, context.config.runtime.images, puller_config{});
  auto status = node_rules::node_status(context.config.facts, {}, {}, {}, env->now());
  context.allocatable = status.at("allocatable").as_object();
  self->set_down_handler([self](caf::down_msg& down) { self->state.pod_down(down); });
  self->state.begin(std::move(dir), std::make_shared<const node_context>(std::move(context)));
  return {
      [self](open_atom, const shared<streams::request>& r, const caf::actor& client) {
        return self->state.open(r, client);
      },
      [self](call_atom, const shared<apiserver::call>& c) -> caf::result<shared<apiserver::reply>> {
        if (!self->state.api) return make_error(errc::unavailable, "no API server");
        return self->delegate(self->state.api, call_atom::value, c);
      },
      [self](changed_atom, const shared<mirror::update>& u) { self->state.pods_changed(*u); },
      [self](event_atom, const shared<runtime::container_event>& e) { self->state.happened(e); },
      [self](peer_atom, const std::string& role, const caf::strong_actor_ptr& player) {
        self->state.peer(role, player);
      },
      [self](tick_atom) {
        self->delayed_send(self, self->state.ctx->config.lease_interval, tick_atom::value);
        self->state.renew_lease();
      },
      [self](status_atom) {
        self->delayed_send(self, self->state.ctx->config.status_interval, status_atom::value);
        self->state.look_at_node();
      },
      [self](restart_atom, const std::string& uid) { self->state.revive(uid); },
      [self](logs_atom) { self->state.rotate_logs(); },
      [self](retry_atom) {
        auto& s = self->state;
        s.retrying = false;
        if (!s.adopted && s.listed) s.take_inventory();
        if (!s.node) s.register_node();
      },
  };
}

} // namespace troupe::actors::kubelet
