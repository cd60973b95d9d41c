#pragma once
#include "policies/election/lease.hpp"
#include <chrono>
#include <map>
#include <optional>
#include <string>

/// Which process runs what may run only once, in the manner of client-go's leader election: a Lease names the holder;
/// the holder renews it and stops its work when it could not for too long; a candidate takes a Lease that it has not
/// seen change for the Lease's own duration. No clock is compared between hosts: everybody measures on his own
/// monotonic clock since he saw a change.
///
/// Fast hand-over: who sees the holder's process end does not wait for the duration.
///
///   candidate   |gone|--settle--|--- signs of life count ---|hand-over: takes it
///   holder      loses a link to any control-plane node: renews at once and often for a while
///
/// A holder that lives behind a cut link shows itself by these renewals, which reach the candidate through the store.
namespace troupe::policies::election {

using instant = std::chrono::steady_clock::time_point;
using duration = std::chrono::steady_clock::duration;

struct elector_config {
  std::string lease;                                    ///< name of the Lease
  std::string identity;                                 ///< name of the node; one candidate has it at a time
  std::chrono::seconds lease_duration{15};
  duration renew_deadline = std::chrono::seconds(10);   ///< without a renewal so long the holder stops
  duration renew_period = std::chrono::seconds(5);
  duration retry_min = std::chrono::milliseconds(5);    ///< after a first failed write; doubles
  duration retry_max = std::chrono::seconds(2);
  duration hand_over = std::chrono::milliseconds(500);  ///< from the end of the holder's process to the taking
  duration settle = std::chrono::milliseconds(150);     ///< renewals seen so soon after the end were made before it
  duration suspicion = std::chrono::seconds(5);         ///< how long a holder that lost a link renews often
  duration suspect_period = std::chrono::milliseconds(250);
};

/// What to do now, and when to ask again at the latest if nothing happens before.
struct election_step {
  enum class kind : std::uint8_t {
    wait,
    create, ///< write `document`, a new Lease
    update, ///< write `document`, which carries the revision that it replaces
  };
  kind what = kind::wait;
  api::json::object document;
  instant next{};
};

/// One candidate for one Lease. Its owner tells it what happens, carries out the writes of `next`, one at a time, and
/// works while `leading()`.
class elector {
public:
  explicit elector(elector_config config) : config_(std::move(config)) {}

  /// The Lease as it is at `revision`; null: there is none. What is older than what is known already is passed over.
  void observed(const api::object_ptr& lease, std::int64_t revision, instant now);
  /// The process of that identity ended, or the link to it did; it came back.
  void process_gone(const std::string& identity, instant now);
  void process_back(const std::string& identity) { gone_.erase(identity); }
  /// Decides; a write is under way until `written` or `failed`. `wall` goes into the Lease for people to read.
  [[nodiscard]] election_step next(instant now, api::time_point wall);
  /// Ends the leading of one that could not renew in time; `next` does so, too.
  void expire(instant now);
  void written(const api::object_ptr& lease, instant now);
  /// Refused, or nobody knows.
  void failed(instant now);
  /// From now on it only wants to give the Lease back. The owner has ended its work before.
  void resign() noexcept { resigned_ = true; }

  [[nodiscard]] bool leading() const noexcept { return leading_; }
  /// Resigned, and the Lease is free or somebody else's.
  [[nodiscard]] bool resigned() const noexcept;
  /// The holder as last seen; empty: nobody.
  [[nodiscard]] const std::string& holder() const noexcept { return record_.holder; }

private:
  [[nodiscard]] bool own() const noexcept { return lease_ && record_.holder == config_.identity; }
  [[nodiscard]] instant free_at(instant now) const;
  [[nodiscard]] instant renewal_due() const;
  [[nodiscard]] election_step write(lease_record record, instant now);
  void know(const api::object_ptr& lease, std::int64_t revision, instant now);

  elector_config config_;
  bool known_ = false;                  ///< the state of the Lease has been seen once
  api::object_ptr lease_;               ///< null: there is none
  lease_record record_;                 ///< of `lease_`
  std::int64_t revision_ = 0;
  instant changed_at_{};                ///< when the Lease was last seen to change
  std::map<std::string, instant> gone_; ///< processes that ended, and when that was noticed
  bool leading_ = false, resigned_ = false;
  bool writing_ = false;
  instant asked_at_{};                  ///< begin of the write that is under way
  instant renewed_at_{};                ///< begin of our last write that succeeded
  instant suspected_until_{};
  instant not_before_{};                ///< of the next write, after failures
  duration delay_{};
};

} // namespace troupe::policies::election
