#pragma once
#include "storage/raft/types.hpp"
#include <functional>
#include <span>
#include <tl/expected.hpp>

/// Who counts, and how many are enough: quorum arithmetic and changes of the configuration (thesis chapter 4).
namespace troupe::storage::raft {

[[nodiscard]] bool is_voter(const configuration& c, server_id id) noexcept;   ///< in either half
[[nodiscard]] bool is_learner(const configuration& c, server_id id) noexcept; ///< and not a voter
[[nodiscard]] bool is_member(const configuration& c, server_id id) noexcept;
/// All voters and learners, sorted.
[[nodiscard]] std::vector<server_id> members(const configuration& c);

/// The largest x such that a majority (of each half, if joint) has at least x. With `of` = match index this is what
/// is replicated; with ticks or rounds, what is confirmed. Zero when there are no voters.
[[nodiscard]] std::uint64_t quorum_value(const configuration& c, const std::function<std::uint64_t(server_id)>& of);

enum class change_kind : std::uint8_t { add_voter, add_learner, remove };
/// One wish: a voter may be added or promoted, added or demoted to learner, or removed.
struct membership_change {
  change_kind kind;
  server_id id;
};

/// How to get from one configuration to the next.
enum class transition : std::uint8_t {
  automatic,      ///< directly if at most one voter comes or goes, else as `joint`
  joint,          ///< joint, which the leader leaves by itself
  joint_explicit, ///< joint until `leave_joint` is asked for
};

enum class configuration_errc : std::uint8_t {
  already_joint = 1, ///< finish the last change first
  not_joint = 2,     ///< nothing to leave
  no_voters = 3,     ///< the last voter would go
  no_change = 4,     ///< nothing would be different
  bad_id = 5,        ///< zero, or the same server twice
  malformed = 6,     ///< not sorted, not disjoint, or learners_next outside of outgoing
};

/// The configuration after `changes`: a direct one moves at most one voter, so that old and new majorities overlap
/// (thesis 4.1); anything else is joint (thesis 4.3).
[[nodiscard]] tl::expected<configuration, configuration_errc>
change_members(const configuration& now, std::span<const membership_change> changes, transition how);

/// The configuration after the joint part: the incoming half, and the learners that waited.
[[nodiscard]] tl::expected<configuration, configuration_errc> leave_joint(const configuration& now);

/// Lists sorted and unique; learners apart from voters; `learners_next` within `outgoing` and apart from `voters`.
[[nodiscard]] tl::expected<void, configuration_errc> check(const configuration& c);

} // namespace troupe::storage::raft
