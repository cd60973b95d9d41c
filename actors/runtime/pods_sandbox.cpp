#include "actors/base/error.hpp"
#include "actors/runtime/answer.hpp"
#include "actors/runtime/pods.hpp"
#include <csignal>
#include <spdlog/spdlog.h>

namespace troupe::actors::runtime {

using then = std::function<void()>;
using job_work = std::function<then()>;

caf::result<shared<sandbox_status>> pods_state::run_sandbox(const shared<sandbox_config>& config) {
  auto answer = self->make_response_promise<shared<sandbox_status>>();
  sandbox_record wanted;
  wanted.status.id = fresh_id();
  wanted.status.config = *config;
  pool->submit(wanted.status.id, [=, this, m = machine]() -> job_work {
    return [=, this]() -> then {
      auto made = m->make_sandbox(wanted);
      return [=, this]() mutable {
        if (!made) {
          answer.deliver(make_error(errc::runtime_failed, made.error()));
          return;
        }
        sandboxes[made->status.id].record = *made;
        answer.deliver(share(made->status));
        // What it tells of its end may have come before this.
        if (made->pause_pid != 0) sandbox_broke(made->status.id);
      };
    };
  });
  return answer;
}

caf::result<void> pods_state::stop_sandbox(const std::string& id) {
  auto found = sandboxes.find(id);
  if (found == sandboxes.end() || found->second.stopped) return caf::unit;
  auto answer = self->make_response_promise<void>();
  auto& e = found->second;
  e.stopping.push_back(answer);
  e.record.status.ready = false; // From now on nothing new starts in it.
  // What starts just now is killed after it has started.
  pool->submit(id, [=, this]() -> job_work {
    for (auto& [cid, c] : containers)
      if (c.record.status.sandbox == id && c.record.status.state == container_state::running) signal(cid, SIGKILL);
    advance_stop(id);
    return {};
  });
  return answer;
}

void pods_state::sandbox_broke(const std::string& id) {
  pool->submit(id, [=, this, m = machine]() -> job_work {
    auto at = sandboxes.find(id);
    if (at == sandboxes.end() || !at->second.record.status.ready) return {};
    auto record = at->second.record;
    return [=, this]() -> then {
      bool lives = m->sandbox_lives(record);
      return [=, this]() {
        auto entry = sandboxes.find(id);
        if (lives || entry == sandboxes.end() || !entry->second.record.status.ready) return;
        auto& status = entry->second.record.status;
        status.ready = false;
        container_status about;
        about.sandbox = id;
        about.config.labels = status.config.labels;
        notify(container_event::kind::broken, about);
      };
    };
  });
}

/// When nothing runs in it any more, gives back the sandbox's own resources.
void pods_state::advance_stop(const std::string& id) {
  auto found = sandboxes.find(id);
  if (found == sandboxes.end() || (found->second.stopping.empty() && !found->second.removing)) return;
  for (auto& [cid, c] : containers)
    if (c.record.status.sandbox == id && c.record.status.state == container_state::running) return;
  pool->submit(id, [=, this, m = machine]() -> job_work {
    auto at = sandboxes.find(id);
    if (at == sandboxes.end()) return {};
    auto record = at->second.record;
    bool done_before = at->second.stopped;
    return [=, this]() -> then {
      backend::outcome done;
      if (!done_before) done = m->stop_sandbox(record);
      return [=, this]() {
        auto entry = sandboxes.find(id);
        if (entry == sandboxes.end()) return;
        entry->second.stopped = done.has_value();
        auto waiting = std::move(entry->second.stopping);
        entry->second.stopping.clear();
        for (auto& p : waiting) fulfil(p, done);
        if (!done) spdlog::warn("runtime: stop_sandbox_failed id={} why=\"{}\"", id, done.error());
        if (entry->second.removing) finish_remove(id);
      };
    };
  });
}

caf::result<void> pods_state::remove_sandbox(const std::string& id) {
  auto found = sandboxes.find(id);
  if (found == sandboxes.end()) return caf::unit;
  auto answer = self->make_response_promise<void>();
  auto& e = found->second;
  e.removing_for.push_back(answer);
  if (e.removing) return answer;
  e.removing = true;
  e.record.status.ready = false;
  pool->submit(id, [=, this]() -> job_work {
    for (auto& [cid, c] : containers)
      if (c.record.status.sandbox == id && c.record.status.state == container_state::running) signal(cid, SIGKILL);
    advance_stop(id);
    return {};
  });
  return answer;
}

void pods_state::finish_remove(const std::string& id) {
  pool->submit(id, [=, this, m = machine]() -> job_work {
    auto at = sandboxes.find(id);
    if (at == sandboxes.end()) return {};
    auto record = at->second.record;
    std::vector<container_record> inside;
    for (auto& [cid, c] : containers)
      if (c.record.status.sandbox == id) inside.push_back(c.record);
    return [=, this]() -> then {
      backend::outcome done;
      for (auto& c : inside)
        if (auto one = m->remove_container(c); !one && done) done = one;
      if (done) done = m->remove_sandbox(record);
      return [=, this]() {
        auto entry = sandboxes.find(id);
        if (entry == sandboxes.end()) return;
        auto waiting = std::move(entry->second.removing_for);
        if (done) {
          for (auto& c : inside) {
            auto gone = containers.find(c.status.id);
            if (gone == containers.end()) continue;
            for (auto& p : gone->second.removing_for) fulfil(p);
            notify(container_event::kind::removed, gone->second.record.status);
            containers.erase(gone);
          }
          sandboxes.erase(entry);
        } else {
          entry->second.removing = false;
          entry->second.removing_for.clear();
          spdlog::warn("runtime: remove_sandbox_failed id={} why=\"{}\"", id, done.error());
        }
        for (auto& p : waiting) fulfil(p, done);
      };
    };
  });
}

} // namespace troupe::actors::runtime
