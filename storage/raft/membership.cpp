#include "storage/raft/membership.hpp"
#include <algorithm>
#include <limits>

namespace troupe::storage::raft {
namespace {

using ids = std::vector<server_id>;

bool has(const ids& list, server_id id) { return std::binary_search(list.begin(), list.end(), id); }

void insert(ids& list, server_id id) {
  auto at = std::lower_bound(list.begin(), list.end(), id);
  if (at == list.end() || *at != id) list.insert(at, id);
}

void erase(ids& list, server_id id) { std::erase(list, id); }

bool is_set(const ids& list) {
  return std::adjacent_find(list.begin(), list.end(), [](auto a, auto b) { return a >= b; }) == list.end() &&
         (list.empty() || list.front());
}

bool disjoint(const ids& a, const ids& b) {
  return std::none_of(a.begin(), a.end(), [&](server_id id) { return has(b, id); });
}

std::uint64_t majority_value(const ids& voters, const std::function<std::uint64_t(server_id)>& of) {
  std::vector<std::uint64_t> values;
  values.reserve(voters.size());
  for (auto id : voters)
    values.push_back(of(id));
  // Of n values, largest first, the one at n / 2 is reached by n / 2 + 1 of them.
  const auto nth = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), nth, values.end(), std::greater<>());
  return *nth;
}

void apply(configuration& c, const membership_change& change) {
  const auto id = change.id;
  switch (change.kind) {
  case change_kind::add_voter:
    erase(c.learners, id), erase(c.learners_next, id);
    insert(c.voters, id);
    break;
  case change_kind::add_learner:
    erase(c.voters, id);
    // A voter of the outgoing half stays one until the joint part ends.
    insert(has(c.outgoing, id) ? c.learners_next : c.learners, id);
    break;
  case change_kind::remove:
    erase(c.voters, id), erase(c.learners, id), erase(c.learners_next, id);
    break;
  }
}

std::size_t difference(const ids& a, const ids& b) {
  ids out;
  std::set_symmetric_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(out));
  return out.size();
}

bool valid_ids(std::span<const membership_change> changes) {
  ids seen;
  for (const auto& change : changes) {
    if (!change.id || has(seen, change.id)) return false;
    insert(seen, change.id);
  }
  return true;
}

} // namespace

bool is_voter(const configuration& c, server_id id) noexcept { return has(c.voters, id) || has(c.outgoing, id); }

bool is_learner(const configuration& c, server_id id) noexcept { return has(c.learners, id) && !is_voter(c, id); }

bool is_member(const configuration& c, server_id id) noexcept { return is_voter(c, id) || has(c.learners, id); }

std::vector<server_id> members(const configuration& c) {
  ids all = c.voters;
  for (const auto* list : {&c.outgoing, &c.learners})
    for (auto id : *list)
      insert(all, id);
  return all;
}

std::uint64_t quorum_value(const configuration& c, const std::function<std::uint64_t(server_id)>& of) {
  if (c.voters.empty()) return 0;
  auto value = majority_value(c.voters, of);
  return c.joint() ? std::min(value, majority_value(c.outgoing, of)) : value;
}

tl::expected<configuration, configuration_errc>
change_members(const configuration& now, std::span<const membership_change> changes, transition how) {
  if (now.joint()) return tl::unexpected(configuration_errc::already_joint);
  if (!valid_ids(changes)) return tl::unexpected(configuration_errc::bad_id);
  configuration direct = now;
  for (const auto& change : changes)
    apply(direct, change);
  if (direct == now) return tl::unexpected(configuration_errc::no_change);
  if (direct.voters.empty()) return tl::unexpected(configuration_errc::no_voters);
  if (how == transition::automatic && difference(now.voters, direct.voters) <= 1) return direct;

  configuration joint = now;
  joint.outgoing = now.voters;
  joint.auto_leave = how != transition::joint_explicit;
  for (const auto& change : changes)
    apply(joint, change);
  return joint;
}

tl::expected<configuration, configuration_errc> leave_joint(const configuration& now) {
  if (!now.joint()) return tl::unexpected(configuration_errc::not_joint);
  configuration next{.voters = now.voters, .learners = now.learners};
  for (auto id : now.learners_next)
    insert(next.learners, id);
  return next;
}

tl::expected<void, configuration_errc> check(const configuration& c) {
  const bool sets = is_set(c.voters) && is_set(c.outgoing) && is_set(c.learners) && is_set(c.learners_next);
  if (!sets || !disjoint(c.learners, c.voters) || !disjoint(c.learners, c.outgoing) ||
      !disjoint(c.learners_next, c.voters) || !disjoint(c.learners_next, c.learners))
    return tl::unexpected(configuration_errc::malformed);
  for (auto id : c.learners_next)
    if (!has(c.outgoing, id)) return tl::unexpected(configuration_errc::malformed);
  if (!c.joint() && c.auto_leave) return tl::unexpected(configuration_errc::malformed);
  if (c.voters.empty() && members(c) != ids{}) return tl::unexpected(configuration_errc::no_voters);
  return {};
}

} // namespace troupe::storage::raft
