#include "actors/base/error.hpp"
#include "actors/runtime/answer.hpp"
#include "actors/runtime/pods.hpp"
#include <caf/send.hpp>
#include <csignal>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

namespace troupe::actors::runtime {

using then = std::function<void()>;
using job_work = std::function<then()>;

namespace {
caf::error no_container(const std::string& id) {
  return make_error(errc::not_found, fmt::format("container \"{}\" not found", id));
}
} // namespace

caf::result<container_id> pods_state::create(const std::string& sandbox, const shared<container_config>& config) {
  auto answer = self->make_response_promise<container_id>();
  container_record wanted;
  wanted.status.id = fresh_id();
  wanted.status.sandbox = sandbox;
  wanted.status.config = *config;
  pool->submit(sandbox, [=, this, m = machine]() mutable -> job_work {
    auto found = sandboxes.find(sandbox);
    if (found == sandboxes.end() || !found->second.record.status.ready) {
      answer.deliver(make_error(errc::not_found, fmt::format("failed to find sandbox id \"{}\": not found", sandbox)));
      return {};
    }
    auto record = found->second.record;
    return [=, this]() -> then {
      auto made = m->make_container(record, wanted);
      return [=, this]() mutable {
        if (!made) {
          answer.deliver(make_error(errc::runtime_failed, made.error()));
          return;
        }
        containers[made->status.id].record = *made;
        answer.deliver(container_id{made->status.id});
      };
    };
  });
  return answer;
}

caf::result<void> pods_state::start(const std::string& id) {
  if (!containers.contains(id)) return no_container(id);
  auto answer = self->make_response_promise<void>();
  pool->submit(lane_of(id), [=, this, m = machine]() mutable -> job_work {
    auto found = containers.find(id);
    if (found == containers.end()) {
      answer.deliver(no_container(id));
      return {};
    }
    auto record = found->second.record;
    if (record.status.state == container_state::running) {
      fulfil(answer);
      return {};
    }
    auto sandbox = sandboxes.find(record.status.sandbox);
    if (record.status.state == container_state::exited || sandbox == sandboxes.end() ||
        !sandbox->second.record.status.ready) {
      answer.deliver(
          make_error(errc::invalid_argument, fmt::format("container \"{}\" cannot be started any more", id)));
      return {};
    }
    return [=, this]() -> then {
      auto started = m->start_container(record);
      return [=, this]() mutable {
        auto at = containers.find(id);
        if (at == containers.end()) return;
        if (started) {
          at->second.record = *started;
          notify(container_event::kind::started, started->status);
          fulfil(answer);
          return;
        }
        auto failed = record;
        failed.status.state = container_state::exited;
        failed.status.exit_code = 128;
        failed.status.reason = "StartError";
        failed.status.message = started.error();
        failed.status.finished_us = env->now().time_since_epoch().count();
        set_exited(id, failed);
        answer.deliver(make_error(errc::runtime_failed, started.error()));
      };
    };
  });
  return answer;
}

void pods_state::signal(const std::string& id, int number) {
  pool->submit(lane_of(id), [=, this, m = machine]() -> job_work {
    auto found = containers.find(id);
    if (found == containers.end() || found->second.record.status.state != container_state::running) return {};
    auto record = found->second.record;
    auto sent = number == 0 ? record.stop_signal : number;
    return [=]() -> then {
      if (auto done = m->signal(record, sent); !done)
        spdlog::warn("runtime: signal_failed container={} signal={} why=\"{}\"", id, sent, done.error());
      return {};
    };
  });
}

caf::result<void> pods_state::stop(const std::string& id, std::uint32_t grace_seconds) {
  auto found = containers.find(id);
  if (found == containers.end()) return caf::unit;
  auto answer = self->make_response_promise<void>();
  // In the lane, so that a start under way has come to its end.
  pool->submit(lane_of(id), [=, this]() mutable -> job_work {
    auto at = containers.find(id);
    if (at == containers.end() || at->second.record.status.state != container_state::running) {
      fulfil(answer);
      return {};
    }
    auto& e = at->second;
    e.stopping.push_back(answer);
    if (grace_seconds == 0) {
      signal(id, SIGKILL);
      return {};
    }
    if (!e.signalled) {
      e.signalled = true;
      signal(id, 0);
    }
    // Several stops leave several timers; the first to fire kills, the others find nothing to do.
    self->delayed_send(self, std::chrono::seconds(grace_seconds), kill_atom::value, container_id{id});
    return {};
  });
  return answer;
}

void pods_state::ended(const std::string& id) {
  if (sandboxes.contains(id)) return sandbox_broke(id);
  if (!containers.contains(id)) return;
  pool->submit(lane_of(id), [=, this, m = machine]() -> job_work {
    auto found = containers.find(id);
    if (found == containers.end() || found->second.record.status.state != container_state::running) return {};
    auto record = found->second.record;
    return [=, this]() -> then {
      auto now = m->collect(record);
      return [=, this]() {
        if (now.status.state == container_state::exited) set_exited(id, now);
      };
    };
  });
}

void pods_state::set_exited(const std::string& id, const container_record& record) {
  auto found = containers.find(id);
  if (found == containers.end()) return;
  auto& e = found->second;
  e.record = record;
  if (record.status.reason == "OOMKilled") notify(container_event::kind::oom, record.status);
  notify(container_event::kind::exited, record.status);
  auto waiting = std::move(e.stopping);
  e.stopping.clear();
  for (auto& p : waiting) fulfil(p);
  auto sandbox = record.status.sandbox;
  if (e.removing) remove_now(id);
  advance_stop(sandbox);
}

caf::result<void> pods_state::remove(const std::string& id) {
  if (!containers.contains(id)) return caf::unit;
  auto answer = self->make_response_promise<void>();
  pool->submit(lane_of(id), [=, this]() mutable -> job_work {
    auto at = containers.find(id);
    if (at == containers.end()) {
      fulfil(answer);
      return {};
    }
    auto& e = at->second;
    e.removing_for.push_back(answer);
    e.removing = true;
    if (e.record.status.state == container_state::running)
      signal(id, SIGKILL);
    else
      remove_now(id);
    return {};
  });
  return answer;
}

void pods_state::remove_now(const std::string& id) {
  pool->submit(lane_of(id), [=, this, m = machine]() -> job_work {
    auto found = containers.find(id);
    if (found == containers.end()) return {};
    auto record = found->second.record;
    return [=, this]() -> then {
      auto done = m->remove_container(record);
      return [=, this]() {
        auto at = containers.find(id);
        if (at == containers.end()) return;
        auto waiting = std::move(at->second.removing_for);
        if (done) {
          notify(container_event::kind::removed, at->second.record.status);
          containers.erase(at);
        } else {
          at->second.removing_for.clear();
          spdlog::warn("runtime: remove_container_failed id={} why=\"{}\"", id, done.error());
        }
        for (auto& p : waiting) fulfil(p, done);
      };
    };
  });
}

caf::result<shared<container_status>> pods_state::status(const std::string& id) const {
  auto found = containers.find(id);
  if (found == containers.end()) return no_container(id);
  return share(found->second.record.status);
}

caf::result<exec_result> pods_state::exec(const std::string& id, const std::vector<std::string>& command,
                                          std::uint32_t limit_ms) {
  auto found = containers.find(id);
  if (found == containers.end()) return no_container(id);
  if (found->second.record.status.state != container_state::running)
    return make_error(errc::invalid_argument, fmt::format("container \"{}\" is not running", id));
  if (command.empty()) return make_error(errc::invalid_argument, "no command specified");
  auto answer = self->make_response_promise<exec_result>();
  auto ticket = ++tickets;
  execs.emplace(ticket, answer);
  machine->exec(found->second.record, command, limit_ms,
                [ticket, address = self->address()](exec_result result) {
                  if (auto to = caf::actor_cast<caf::actor>(address))
                    caf::anon_send(to, exec_atom::value, ticket, std::move(result));
                });
  return answer;
}

void pods_state::exec_done(std::uint64_t ticket, const exec_result& result) {
  auto found = execs.find(ticket);
  if (found == execs.end()) return;
  found->second.deliver(result);
  execs.erase(found);
}

caf::result<void> pods_state::rotate(const std::string& id, std::uint32_t keep) {
  auto found = containers.find(id);
  if (found == containers.end()) return no_container(id);
  auto answer = self->make_response_promise<void>();
  pool->submit(lane_of(id), [=, this, m = machine]() mutable -> job_work {
    auto at = containers.find(id);
    if (at == containers.end() || at->second.record.status.state != container_state::running) {
      answer.deliver(make_error(errc::invalid_argument, fmt::format("container \"{}\" is not running", id)));
      return {};
    }
    auto record = at->second.record;
    return [=]() -> then {
      auto done = m->rotate_log(record, keep);
      return [=]() mutable {
        fulfil(answer, done);
      };
    };
  });
  return answer;
}

} // namespace troupe::actors::runtime
