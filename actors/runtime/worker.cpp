#include "actors/runtime/worker.hpp"
#include "actors/base/atoms.hpp"
#include <caf/send.hpp>

namespace troupe::actors::runtime {

namespace {
struct worker_state {
  static inline const char* name = "runtime_worker";
};

/// Does one piece of work at a time and tells its owner. It ends with its owner, because it monitors it.
caf::behavior worker(stateful<worker_state>* self, caf::actor_addr owner) {
  // The library must not monitor an address whose actor is already destroyed.
  auto alive = caf::actor_cast<caf::strong_actor_ptr>(owner);
  if (!alive) {
    self->quit();
    return {};
  }
  self->monitor(alive);
  self->set_down_handler([=](caf::down_msg&) { self->quit(); });
  return {
    [=](run_atom, std::uint32_t index, const std::string& lane, const work& w) {
      auto then = w.call();
      if (auto to = caf::actor_cast<caf::actor>(owner))
        self->send(to, done_atom::value, index, lane, continuation{std::move(then)});
    },
    [=](stop_atom) { self->quit(); },
  };
}
} // namespace

worker_pool::worker_pool(caf::local_actor* owner, const environment& env, std::uint32_t size) {
  for (std::uint32_t i = 0; i < size; ++i) {
    workers_.push_back(spawn_blocking(*owner, env, worker, owner->address()));
    idle_.push_back(i);
  }
}

void worker_pool::submit(const std::string& lane, job j) {
  auto& l = lanes_[lane];
  l.jobs.push_back(std::move(j));
  if (!l.busy && l.jobs.size() == 1) ready_.push_back(lane);
  pump();
}

void worker_pool::pump() {
  while (!idle_.empty() && !ready_.empty()) {
    auto lane = std::move(ready_.front());
    ready_.pop_front();
    auto& l = lanes_[lane];
    auto j = std::move(l.jobs.front());
    l.jobs.pop_front();
    // Also while the job looks at the state: it may submit more jobs, to its own lane or others.
    l.busy = true;
    auto index = idle_.back();
    idle_.pop_back();
    auto w = j();
    auto& after = lanes_[lane];
    if (!w) {
      idle_.push_back(index);
      after.busy = false;
      if (!after.jobs.empty())
        ready_.push_back(lane);
      else
        lanes_.erase(lane);
      continue;
    }
    caf::anon_send(workers_[index], run_atom::value, index, lane, work{std::move(w)});
  }
}

void worker_pool::done(std::uint32_t worker, const std::string& lane, const continuation& then) {
  idle_.push_back(worker);
  // Before the lane goes on: its next job must see what this one has changed.
  if (then.call) then.call();
  auto& l = lanes_[lane];
  l.busy = false;
  if (!l.jobs.empty())
    ready_.push_back(lane);
  else
    lanes_.erase(lane);
  pump();
}

std::size_t worker_pool::waiting() const {
  std::size_t out = 0;
  for (auto& [lane, l] : lanes_) out += l.jobs.size();
  return out;
}

void worker_pool::stop() {
  for (auto& w : workers_) caf::anon_send(w, stop_atom::value);
}

} // namespace troupe::actors::runtime
