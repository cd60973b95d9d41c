#pragma once
#include <cstdint>
#include <string>
#include <vector>

/// Who votes in the store: grows the group to the wanted odd number of voters out of the control-plane nodes, and
/// replaces voters that are gone for long, in steps that never cost a majority.
namespace troupe::policies::cluster {

struct group_member {
  std::uint64_t id = 0;
  bool voter = false;
  std::uint64_t match = 0;       ///< its log agrees with the leader's up to here
  bool alive = false;            ///< heard just now
  std::int64_t dead_seconds = 0; ///< since it was last heard
};

struct group_view {
  std::uint64_t leader = 0;                   ///< who asks
  std::uint64_t last_index = 0;               ///< of the leader's log
  std::vector<group_member> members;
  std::vector<std::uint64_t> control_plane;   ///< nodes that belong to the cluster and may be members
};

struct autopilot_config {
  std::uint32_t voters = 3;                   ///< wanted; odd
  std::uint64_t lag_max = 1'000;              ///< entries that a learner may be behind when it is promoted
  std::int64_t replace_after_seconds = 300;   ///< a voter silent for so long gives its place to a learner
};

/// `hand_over`: the leader gives its office to another voter, because it has to go.
enum class member_step_kind : std::uint8_t { add_voter, add_learner, remove, hand_over };
struct member_step {
  member_step_kind what;
  std::uint64_t id;
  bool operator==(const member_step&) const = default;
};

/// The next change, to be made as one; empty if all is well or nothing safe can be done now. Two voters are promoted
/// together, because a group of two stops when either is lost. A group that has become one of two, because a node was
/// removed, keeps both until a third comes: what is acknowledged stays on two disks.
[[nodiscard]] std::vector<member_step> next_change(const group_view& view, const autopilot_config& config = {});

} // namespace troupe::policies::cluster
