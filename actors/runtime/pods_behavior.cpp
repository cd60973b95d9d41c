#include "actors/base/error.hpp"
#include "actors/runtime/answer.hpp"
#include "actors/runtime/pods.hpp"
#include <caf/send.hpp>
#include <fmt/format.h>

namespace troupe::actors::runtime {

std::string pods_state::fresh_id() {
  return fmt::format("{:016x}{:016x}{:016x}{:016x}", random(), random(), random(), random());
}

std::string pods_state::lane_of(const std::string& container) const {
  auto found = containers.find(container);
  return found == containers.end() ? container : found->second.record.status.sandbox;
}

void pods_state::notify(container_event::kind what, const container_status& status) {
  auto event = share(container_event{what, status});
  for (auto& s : subscribers) caf::anon_send(s, event_atom::value, event);
}

void pods_state::recover(const backend::recovered& found) {
  for (auto& s : found.sandboxes) {
    auto& e = sandboxes[s.status.id];
    e.record = s;
    e.stopped = s.pod_cidr.empty() && s.network.empty() && !s.status.ready;
  }
  for (auto& c : found.containers) {
    containers[c.status.id].record = c;
    // Perhaps it has ended while nobody looked.
    if (c.status.state == container_state::running) ended(c.status.id);
  }
}

caf::result<shared<inventory>> pods_state::list() const {
  inventory out;
  for (auto& [id, e] : sandboxes) out.sandboxes.push_back(e.record.status);
  for (auto& [id, e] : containers) out.containers.push_back(e.record.status);
  return share(std::move(out));
}

caf::result<void> pods_state::set_pod_cidr(const std::string& cidr) {
  for (auto& [id, e] : sandboxes)
    if (!e.record.pod_cidr.empty() && e.record.pod_cidr != cidr)
      return make_error(errc::invalid_argument, "sandbox " + id + " has an address of " + e.record.pod_cidr);
  auto answer = self->make_response_promise<void>();
  pool->submit("network", [=, this, m = machine]() -> std::function<std::function<void()>()> {
    return [=]() -> std::function<void()> {
      auto done = m->set_pod_cidr(cidr);
      return [=]() mutable {
        fulfil(answer, done, errc::invalid_argument);
      };
    };
  });
  return answer;
}

caf::result<shared<std::vector<container_usage>>> pods_state::stats() {
  auto answer = self->make_response_promise<shared<std::vector<container_usage>>>();
  pool->submit("stats", [=, this, m = machine]() -> std::function<std::function<void()>()> {
    std::vector<sandbox_record> s;
    std::vector<container_record> c;
    for (auto& [id, e] : sandboxes)
      if (e.record.status.ready) s.push_back(e.record);
    for (auto& [id, e] : containers)
      if (e.record.status.state == container_state::running) c.push_back(e.record);
    return [=]() -> std::function<void()> {
      auto usage = share(m->stats(s, c));
      return [=]() mutable { answer.deliver(usage); };
    };
  });
  return answer;
}

pods_actor::behavior_type pods(pods_state::self_pointer self, std::shared_ptr<backend> machine, environment_ptr env,
                               std::uint32_t workers, backend::recovered found) {
  auto& s = self->state;
  s.machine = std::move(machine);
  s.env = env;
  s.random = env->random();
  s.pool.emplace(self, *env, workers);
  self->set_down_handler([=](caf::down_msg& down) {
    auto& all = self->state.subscribers;
    std::erase_if(all, [&](auto& a) { return a.address() == down.source; });
  });
  s.recover(found);
  s.machine->watch([handle = self->address()](std::string id) {
    if (auto to = caf::actor_cast<caf::actor>(handle))
      caf::anon_send(to, exited_atom::value, container_id{std::move(id)});
  });
  return {
    [=](run_atom, const shared<sandbox_config>& config) { return self->state.run_sandbox(config); },
    [=](stop_atom, const sandbox_id& id) { return self->state.stop_sandbox(id.value); },
    [=](remove_atom, const sandbox_id& id) { return self->state.remove_sandbox(id.value); },
    [=](list_atom) { return self->state.list(); },
    [=](watch_atom, const caf::actor& subscriber) {
      if (self->state.subscribers.insert(subscriber).second) self->monitor(subscriber);
    },
    [=](version_atom) -> shared<version> {
      return share(version{"troupe-embedded", "1", self->state.machine->conditions()});
    },
    [=](write_atom, const std::string& cidr) { return self->state.set_pod_cidr(cidr); },
    [=](create_atom, const sandbox_id& sandbox, const shared<container_config>& config) {
      return self->state.create(sandbox.value, config);
    },
    [=](start_atom, const container_id& id) { return self->state.start(id.value); },
    [=](stop_atom, const container_id& id, std::uint32_t grace) { return self->state.stop(id.value, grace); },
    [=](remove_atom, const container_id& id) { return self->state.remove(id.value); },
    [=](status_atom, const container_id& id) { return self->state.status(id.value); },
    [=](exec_atom, const container_id& id, const std::vector<std::string>& command, std::uint32_t limit_ms) {
      return self->state.exec(id.value, command, limit_ms);
    },
    [=](rotate_atom, const container_id& id, std::uint32_t keep) { return self->state.rotate(id.value, keep); },
    [=](stats_atom) { return self->state.stats(); },
    [=](done_atom, std::uint32_t worker, const std::string& lane, const continuation& then) {
      self->state.pool->done(worker, lane, then);
    },
    [=](exited_atom, const container_id& id) { self->state.ended(id.value); },
    [=](kill_atom, const container_id& id) { self->state.signal(id.value, 9); },
    [=](exec_atom, std::uint64_t ticket, const exec_result& result) { self->state.exec_done(ticket, result); },
  };
}

} // namespace troupe::actors::runtime
