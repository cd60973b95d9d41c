#include "tests/actors/kubelet/fake_runtime.hpp"
#include "actors/base/error.hpp"
#include <algorithm>
#include <caf/actor_system.hpp>
#include <caf/send.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <fmt/format.h>

namespace troupe::actors::kubelet::testing {

using runtime::container_event;
using runtime::container_id;
using runtime::container_state;
using runtime::container_status;
using runtime::sandbox_id;

container_status* fake_runtime::find(const std::string& container) {
  container_status* newest = nullptr;
  for (auto& [id, c] : containers)
    if (c.config.name == container && (!newest || c.config.attempt >= newest->config.attempt)) newest = &c;
  return newest;
}

void fake_runtime::tell(container_event::kind what, const container_status& c) {
  for (auto& w : watchers) caf::anon_send(w, event_atom::value, share(container_event{what, c}));
}

void fake_runtime::end(container_status& c, int code, std::string reason) {
  if (c.state == container_state::exited) return;
  c.state = container_state::exited;
  c.exit_code = code;
  c.reason = !reason.empty() ? reason : code == 0 ? "Completed" : "Error";
  c.finished_us = env->now().time_since_epoch().count();
  tell(container_event::kind::exited, c);
}

void fake_runtime::break_sandbox(const std::string& pod) {
  for (auto& [id, s] : sandboxes) {
    if (s.config.name != pod || !s.ready) continue;
    s.ready = false;
    container_status about;
    about.sandbox = id;
    about.config.labels = s.config.labels;
    tell(container_event::kind::broken, about);
    return;
  }
}

int fake_runtime::count(const std::string& verb) const {
  return static_cast<int>(std::count_if(log.begin(), log.end(), [&](auto& l) { return l.starts_with(verb); }));
}

namespace {

std::string take(std::string& text) { return std::exchange(text, {}); }

struct fake_state { static inline const char* name = "fake_runtime"; };
using fake_stop_atom = caf::atom_constant<caf::atom("fakestop")>;
using fake_pods = runtime::runtime_actor::extend<caf::reacts_to<fake_stop_atom, container_id>>;

fake_pods::behavior_type pods_behavior(stateful<fake_state, fake_pods::base>* self, fake_runtime* d) {
  return {
      [d](run_atom, const shared<runtime::sandbox_config>& c) -> caf::result<shared<runtime::sandbox_status>> {
        d->log.push_back("run " + c->name);
        if (auto e = take(d->run_error); !e.empty()) return make_error(errc::runtime_failed, e);
        runtime::sandbox_status s;
        s.id = fmt::format("s{}", ++d->ids);
        s.ready = true;
        s.ips = {fmt::format("10.1.0.{}", d->ids)};
        s.config = *c;
        d->sandboxes[s.id] = s;
        return share(std::move(s));
      },
      [d](stop_atom, const sandbox_id& id) {
        d->log.push_back("stop-sandbox " + id.value);
        if (auto s = d->sandboxes.find(id.value); s != d->sandboxes.end()) s->second.ready = false;
      },
      [d](remove_atom, const sandbox_id& id) {
        d->log.push_back("remove-sandbox " + id.value);
        d->sandboxes.erase(id.value);
        std::erase_if(d->containers, [&](auto& c) { return c.second.sandbox == id.value; });
      },
      [d](list_atom) {
        runtime::inventory all;
        for (auto& [id, s] : d->sandboxes)
          all.sandboxes.push_back(s);
        for (auto& [id, c] : d->containers)
          all.containers.push_back(c);
        return share(std::move(all));
      },
      [d](watch_atom, const caf::actor& who) { d->watchers.push_back(who); },
      [](runtime::version_atom) {
        return share(runtime::version{"fake", "1", {}});
      },
      [](write_atom, const std::string&) {},
      [d](runtime::create_atom, const sandbox_id& sandbox,
          const shared<runtime::container_config>& c) -> caf::result<container_id> {
        d->log.push_back(fmt::format("create {}/{}", c->name, c->attempt));
        if (auto e = take(d->create_error); !e.empty()) return make_error(errc::runtime_failed, e);
        container_status s;
        s.id = fmt::format("c{}", ++d->ids);
        s.sandbox = sandbox.value;
        s.image_id = "sha256:1";
        s.config = *c;
        s.created_us = d->env->now().time_since_epoch().count();
        d->containers[s.id] = s;
        return container_id{s.id};
      },
      [d](start_atom, const container_id& id) -> caf::result<void> {
        auto& c = d->containers.at(id.value);
        d->log.push_back(fmt::format("start {}/{}", c.config.name, c.config.attempt));
        if (auto e = take(d->start_error); !e.empty()) {
          d->end(c, 128, "StartError");
          return make_error(errc::runtime_failed, e);
        }
        c.state = container_state::running;
        c.started_us = d->env->now().time_since_epoch().count();
        d->tell(container_event::kind::started, c);
        return caf::unit;
      },
      [self, d](stop_atom, const container_id& id, std::uint32_t grace) {
        auto c = d->containers.find(id.value);
        if (c == d->containers.end()) return;
        d->log.push_back(fmt::format("stop {} {}", c->second.config.name, grace));
        if (grace > 0 && d->stubborn.contains(c->second.config.name))
          self->delayed_send(self, std::chrono::seconds(grace), fake_stop_atom::value, id);
        else
          d->end(c->second, grace == 0 ? 137 : 143);
      },
      [d](remove_atom, const container_id& id) {
        d->log.push_back("remove " + id.value);
        d->containers.erase(id.value);
      },
      [d](status_atom, const container_id& id) -> caf::result<shared<container_status>> {
        auto c = d->containers.find(id.value);
        if (c == d->containers.end()) return make_error(errc::not_found, "no such container");
        return share(container_status(c->second));
      },
      [d](exec_atom, const container_id&, const std::vector<std::string>& command, std::uint32_t) {
        d->log.push_back("exec " + command.front());
        auto r = d->exec_results.find(command.front());
        return r == d->exec_results.end() ? runtime::exec_result{} : r->second;
      },
      [d](runtime::rotate_atom, const container_id& id, std::uint32_t keep) {
        d->log.push_back(fmt::format("rotate {} {}", id.value, keep));
      },
      [](stats_atom) { return share(std::vector<runtime::container_usage>{}); },
      [d](fake_stop_atom, const container_id& id) {
        if (auto c = d->containers.find(id.value); c != d->containers.end()) d->end(c->second, 137);
      },
  };
}

runtime::image_actor::behavior_type images_behavior(stateful<fake_state, runtime::image_actor::base>*,
                                                    fake_runtime* d) {
  auto info = [](const std::string& image) {
    runtime::image_info i;
    i.id = "sha256:" + image;
    i.tags = {image};
    i.size_bytes = 1000;
    return i;
  };
  return {
    [](load_atom, const std::string&) { return std::vector<std::string>{}; },
    [d, info](list_atom) {
      std::vector<runtime::image_info> all;
      for (auto& i : d->images) all.push_back(info(i));
      return share(std::move(all));
    },
    [d, info](runtime::pull_atom, const shared<runtime::pull_request>& r) -> caf::result<shared<runtime::image_info>> {
      d->log.push_back("pull " + r->image);
      if (auto e = d->pull_errors.find(r->image); e != d->pull_errors.end())
        return make_error(errc::runtime_failed, e->second);
      d->images.insert(r->image);
      return share(info(r->image));
    },
    [d, info](status_atom, const std::string& image) {
      return d->images.contains(image) ? share(info(image)) : shared<runtime::image_info>{};
    },
    [d](remove_atom, const std::string& image) { d->images.erase(image); },
    [](stats_atom) { return runtime::disk_usage{}; },
  };
}

runtime::session_actor::behavior_type sessions_behavior(stateful<fake_state, runtime::session_actor::base>*,
                                                        fake_runtime* d) {
  return {[d](open_atom, const shared<runtime::session_request>& r, const caf::actor& client) {
    d->last_session = *r;
    return client; // Any handle serves as the node's end.
  }};
}

} // namespace

runtime::handles spawn_fake_runtime(caf::actor_system& system, fake_runtime* data) {
  return {system.spawn(pods_behavior, data), system.spawn(images_behavior, data),
          system.spawn(sessions_behavior, data)};
}

} // namespace troupe::actors::kubelet::testing
