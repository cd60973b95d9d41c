#pragma once
#include "policies/api/json.hpp"
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tl/expected.hpp>
#include <vector>

/// The language of chaos: what cluster, what it is asked to do, what breaks, and what must hold. Times are virtual or
/// real milliseconds since the cluster was ready, as the engine has it.
namespace troupe::policies::chaos {

struct shape {
  std::uint32_t control_plane = 3, workers = 5;
};

/// Clients that read and write config maps, each write under the condition that nobody wrote before.
struct register_load {
  std::uint32_t keys = 4, clients = 0;
  std::uint64_t every_ms = 200; ///< about, of one client
};
/// Deployments whose image and size change.
struct rollout_load {
  std::uint32_t deployments = 0, replicas = 4;
  std::uint64_t every_ms = 10'000; ///< between two changes
};
/// Namespaces that come, with objects in them, and go.
struct namespace_load {
  std::uint64_t every_ms = 0; ///< 0: none
  std::uint32_t objects = 5;
};
/// Clients that watch config maps through the API servers' caches, and resume elsewhere every now and then.
struct watch_load {
  std::uint32_t clients = 0;
  std::uint64_t every_ms = 5'000; ///< about, of one client
};
/// Objects with a finalizer that are deleted and released a while later.
struct guard_load {
  std::uint64_t every_ms = 0; ///< 0: none
};
/// Pods with somebody else's controller, which a replica set would select.
struct stranger_load {
  std::uint32_t pods = 0;
};
struct workload {
  register_load registers;
  rollout_load rollouts;
  namespace_load namespaces;
  watch_load watches;
  guard_load guards;
  stranger_load strangers;
};

enum class fault_kind : std::uint8_t {
  crash,   ///< a process is killed; its peers see closed connections
  power,   ///< a host goes dark; its peers see silence
  pause,   ///< a process stands still, its mail waits
  cut,     ///< two nodes lose each other
  one_way, ///< one node does not reach another any more, but hears it
  isolate, ///< one node loses all others
  split,   ///< two groups of nodes lose each other
  slow,    ///< the whole network is slow
  reset,   ///< all connections of a node break
  skew,    ///< a wall clock jumps, and later back
  slow_disk,   ///< every write of the store's log takes a while
  full_disk,   ///< nothing can be written any more
  failing_sync,///< syncs fail, and what was to be synced may be there or not
  bit_rot,     ///< reads find damage
  slow_actor,  ///< actors of one kind need a while for each message
};
[[nodiscard]] std::string_view text(fault_kind k) noexcept;

/// One fault and, after its time, its healing.
struct fault {
  std::uint64_t at_ms = 0, for_ms = 0;
  fault_kind what = fault_kind::crash;
  std::uint64_t node = 0, other = 0; ///< nodes are 1 to n, those of the control plane first
  std::set<std::uint64_t> side;      ///< of a split
  std::int64_t amount_ms = 0;        ///< of what is slow the delay, of `skew` the error
  std::string actor;                 ///< of `slow_actor`: the name of the kind
};

/// Faults that chance picks.
struct fault_mix {
  std::uint64_t every_ms = 0;                  ///< about; 0: none
  std::uint64_t for_min_ms = 500, for_max_ms = 15'000;
  std::map<fault_kind, std::uint32_t> weights; ///< of the kinds that may be; empty: all alike
  std::uint32_t control_plane_percent = 60;    ///< how often a node of the control plane is the victim
};

struct scenario {
  std::string name, description;
  shape cluster;
  std::uint64_t run_ms = 60'000;       ///< how long workload and faults go on
  std::uint64_t ready_ms = 60'000;     ///< bound for the start of the cluster
  std::uint64_t converge_ms = 120'000; ///< bound for everything to be in order after the last fault
  workload load;
  fault_mix random;
  std::vector<fault> schedule;
  std::set<std::string> checks; ///< names of `known_checks`; empty: all
};

/// "writes", "watches", "leaders", "members", "bindings", "finalizers", "owners", "surge", "leaks", "convergence".
[[nodiscard]] const std::set<std::string>& known_checks();
[[nodiscard]] inline bool checks(const scenario& s, const std::string& name) {
  return s.checks.empty() || s.checks.contains(name);
}

/// Only nodes of the control plane have a disk that matters.
[[nodiscard]] bool of_disk(fault_kind k) noexcept;

/// Reads a scenario document; the error is a sentence that names the field. Unknown fields are errors.
[[nodiscard]] tl::expected<scenario, std::string> read_scenario(const api::json::object& document);
/// "90s", "1m30s", "250ms", "2h" as milliseconds.
[[nodiscard]] tl::expected<std::uint64_t, std::string> read_duration(std::string_view text);

} // namespace troupe::policies::chaos
