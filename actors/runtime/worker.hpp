#pragma once
#include "actors/base/environment.hpp"
#include "actors/base/spawn.hpp"
#include <caf/actor.hpp>
#include <caf/allowed_unsafe_message_type.hpp>
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace troupe::actors::runtime {

/// Runs in the owner, after the work.
struct continuation {
  std::function<void()> call;
};
/// Runs on a worker's thread and may block; gives what to do then in the owner.
struct work {
  std::function<std::function<void()>()> call;
};

using done_atom = caf::atom_constant<caf::atom("done")>;

/// Threads for blocking work, with lanes: jobs of one lane run one after another in the order of their submission, jobs
/// of different lanes at the same time, as many as there are workers. Owned by one actor, which forwards
/// (done_atom, worker, lane, continuation) to `done`. A lane costs nothing while it is empty.
class worker_pool {
public:
  /// Called in the owner when the job's turn comes, to see the state as it is then; empty work: nothing to do.
  using job = std::function<std::function<std::function<void()>()>()>;

  worker_pool(caf::local_actor* owner, const environment& env, std::uint32_t size);
  void submit(const std::string& lane, job j);
  void done(std::uint32_t worker, const std::string& lane, const continuation& then);
  /// Jobs that wait for a worker or for their lane.
  [[nodiscard]] std::size_t waiting() const;
  /// Lets the workers end when they have done what they do.
  void stop();

private:
  struct line {
    std::deque<job> jobs;
    bool busy = false;
  };
  void pump();
  std::vector<caf::actor> workers_;
  std::vector<std::uint32_t> idle_;
  std::map<std::string, line> lanes_;
  std::deque<std::string> ready_; ///< lanes with a job that could start
};

} // namespace troupe::actors::runtime

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::actors::runtime::continuation)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::actors::runtime::work)
