#pragma once
#include "actors/runtime/messages.hpp"
#include <cstdint>
#include <functional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

namespace troupe::actors::runtime {

/// A sandbox as its state file keeps it.
struct sandbox_record {
  sandbox_status status;
  std::string cgroup;           ///< "/kubepods-x/burstable/pod1"
  std::string network;          ///< what the CNI plugin answered, JSON; empty with host network
  std::string pod_cidr;         ///< the node's when the sandbox was made
  std::uint32_t pause_pid = 0;  ///< holder of the shared pid namespace; 0: none
  std::uint64_t pause_ticks = 0;///< its start time, so that a reused pid is not taken for it
};

/// A container as its state file keeps it.
struct container_record {
  container_status status;
  std::string cgroup;
  std::int32_t stop_signal = 15;
  std::uint64_t start_ticks = 0; ///< start time of `status.pid` as in /proc/<pid>/stat
};

/// What the embedded runtime does to the kernel and the disk. The verbs block and are called on worker threads, never
/// two at once for the same sandbox; all are idempotent. Their errors are texts for the user.
class backend {
public:
  using outcome = tl::expected<void, std::string>;
  template <class T> using result = tl::expected<T, std::string>;
  virtual ~backend() = default;

  struct recovered {
    std::vector<sandbox_record> sandboxes;
    std::vector<container_record> containers;
  };
  /// Everything that an earlier process left. Containers that ended meanwhile are still `running` here: `collect` them.
  virtual recovered recover() = 0;
  [[nodiscard]] virtual std::vector<condition> conditions() = 0;
  virtual outcome set_pod_cidr(const std::string& cidr) = 0;

  /// Fills in what the making found out: addresses, network.
  virtual result<sandbox_record> make_sandbox(sandbox_record wanted) = 0;
  virtual outcome stop_sandbox(const sandbox_record& s) = 0;
  virtual outcome remove_sandbox(const sandbox_record& s) = 0;
  /// Whether what holds the sandbox together is there.
  virtual bool sandbox_lives(const sandbox_record& s) = 0;

  virtual result<container_record> make_container(const sandbox_record& s, container_record wanted) = 0;
  virtual result<container_record> start_container(const container_record& c) = 0;
  virtual outcome signal(const container_record& c, int number) = 0;
  /// The container as it is now that it has ended: state, code, reason, message; gives its kernel resources back.
  /// Unchanged while it still runs.
  virtual container_record collect(const container_record& c) = 0;
  virtual outcome remove_container(const container_record& c) = 0;
  virtual outcome rotate_log(const container_record& c, std::uint32_t keep) = 0;
  virtual std::vector<container_usage> stats(const std::vector<sandbox_record>& sandboxes,
                                             const std::vector<container_record>& containers) = 0;

  /// Runs a command in a running container; `done` is called once, on any thread.
  virtual void exec(const container_record& c, const std::vector<std::string>& command, std::uint32_t limit_ms,
                    std::function<void(exec_result)> done) = 0;
  /// From now on calls `ended` with the id of each container that ends and of each sandbox that breaks, on any thread;
  /// perhaps twice, perhaps too early.
  virtual void watch(std::function<void(std::string)> ended) = 0;
};

template <class Visitor> void describe(Visitor&& v, sandbox_record& x) {
  v("x.status, x.cgroup, x.network, x.pod_cidr, x.pause_pid, x.pause_ticks", x.status, x.cgroup, x.network, x.pod_cidr,
    x.pause_pid, x.pause_ticks);
}
template <class Visitor> void describe(Visitor&& v, container_record& x) {
  v("x.status, x.cgroup, x.stop_signal, x.start_ticks", x.status, x.cgroup, x.stop_signal, x.start_ticks);
}
} // namespace troupe::actors::runtime
