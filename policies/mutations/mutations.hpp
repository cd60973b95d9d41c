#pragma once
#include <cstdint>

/// Bugs that a test can switch on, to prove that the simulation finds them. They exist only where the build defines
/// TROUPE_MUTATIONS; in the release build `active` is a constant, and nothing is left of them.
namespace troupe::policies::mutations {

enum class bug : std::uint8_t {
  none,
  unsynced_log,        ///< what must be on disk before an answer is not
  early_answer,        ///< a leader commits what only itself has
  dropped_event,       ///< a watch that catches up loses the last event of a page
  stale_read,          ///< a leader answers reads without asking whether it still is one
  second_vote,         ///< a vote is not kept over a restart
  forgotten_finalizer, ///< a removal does not wait for the last finalizer
  double_binding,      ///< a pod that has a node gets another one
  lost_update,         ///< a patch that lost a race is written over what it lost to
  late_resume,         ///< a resumed watch begins one revision too late
  foreign_adoption,    ///< a controller takes pods of another one
  reused_snapshot,     ///< a patch changes the cached object that others read
  ignored_membership,  ///< an installed snapshot says who the members are, and is not listened to
};

#ifdef TROUPE_MUTATIONS
/// The one that is there; for tests, which have one thread.
inline bug switched_on = bug::none;
[[nodiscard]] inline bool active(bug b) noexcept { return switched_on == b; }
#else
[[nodiscard]] constexpr bool active(bug) noexcept { return false; }
#endif

} // namespace troupe::policies::mutations
