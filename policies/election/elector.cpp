#include "policies/election/elector.hpp"
#include <algorithm>

namespace troupe::policies::election {

void elector::know(const api::object_ptr& lease, std::int64_t revision, instant now) {
  known_ = true;
  lease_ = lease;
  revision_ = revision;
  changed_at_ = now;
  record_ = lease ? record_of(*lease) : lease_record{};
}

void elector::observed(const api::object_ptr& lease, std::int64_t revision, instant now) {
  if (known_ && revision <= revision_) return;
  know(lease, revision, now);
  if (lease && !own()) leading_ = false;
  auto gone = gone_.find(record_.holder);
  if (gone != gone_.end() && now > gone->second + config_.settle) gone_.erase(gone);
}

void elector::process_gone(const std::string& identity, instant now) {
  gone_.insert_or_assign(identity, now);
  suspected_until_ = now + config_.suspicion;
}

bool elector::resigned() const noexcept { return resigned_ && !writing_ && !leading_ && !own(); }

instant elector::renewal_due() const {
  if (renewed_at_ + config_.suspect_period <= suspected_until_) return renewed_at_ + config_.suspect_period;
  return renewed_at_ + config_.renew_period;
}

instant elector::free_at(instant now) const {
  if (!lease_ || record_.holder.empty() || own()) return now;
  auto at = changed_at_ + std::chrono::seconds(record_.duration_seconds);
  auto gone = gone_.find(record_.holder);
  if (gone != gone_.end()) at = std::min(at, gone->second + config_.hand_over);
  return at;
}

election_step elector::write(lease_record record, instant now) {
  writing_ = true;
  asked_at_ = now;
  auto next = (leading_ ? renewed_at_ : now) + config_.renew_deadline;
  if (!lease_) return {election_step::kind::create, new_lease(config_.lease, record), next};
  return {election_step::kind::update, changed_lease(*lease_, record), next};
}

void elector::expire(instant now) {
  if (now >= renewed_at_ + config_.renew_deadline) leading_ = false;
}

election_step elector::next(instant now, api::time_point wall) {
  expire(now);
  auto deadline = renewed_at_ + config_.renew_deadline;
  if (writing_) return {election_step::kind::wait, {}, leading_ ? deadline : now + config_.renew_deadline};
  lease_record wanted{config_.identity, config_.lease_duration.count(), wall, wall,
                      lease_ ? record_.transitions + 1 : 0};
  if (resigned_) {
    leading_ = false;
    if (!own() || now < not_before_) return {election_step::kind::wait, {}, std::max(not_before_, now)};
    // As client-go's ReleaseOnCancel leaves it.
    wanted.holder.clear();
    wanted.duration_seconds = 1;
    wanted.transitions = record_.transitions;
    return write(std::move(wanted), now);
  }
  if (!known_) return {election_step::kind::wait, {}, now + config_.renew_deadline};
  auto due = std::max(leading_ ? renewal_due() : free_at(now), not_before_);
  if (now < due) return {election_step::kind::wait, {}, leading_ ? std::min(due, deadline) : due};
  if (own()) {
    // A renewal; or the node was restarted, or lost the Lease to nobody.
    wanted.acquired = record_.acquired;
    wanted.transitions = record_.transitions;
  }
  return write(std::move(wanted), now);
}

void elector::written(const api::object_ptr& lease, instant now) {
  writing_ = false;
  delay_ = {};
  not_before_ = {};
  if (lease->revision() > revision_ || !known_) know(lease, lease->revision(), now);
  leading_ = own() && !resigned_ && now < asked_at_ + config_.renew_deadline;
  renewed_at_ = asked_at_;
}

void elector::failed(instant now) {
  writing_ = false;
  delay_ = std::clamp(delay_ * 2, config_.retry_min, config_.retry_max);
  not_before_ = now + delay_;
}

} // namespace troupe::policies::election
