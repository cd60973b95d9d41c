#include "storage/raft/progress.hpp"
#include <algorithm>

namespace troupe::storage::raft {

void in_flight::add(log_index last, std::size_t bytes) {
  sent_.push_back({last, bytes});
  bytes_ += bytes;
}

void in_flight::free_to(log_index index) {
  for (; !sent_.empty() && sent_.front().last <= index; sent_.pop_front())
    bytes_ -= sent_.front().bytes;
}

bool progress::paused() const noexcept {
  switch (state) {
  case progress_state::probe:
    return probe_sent;
  case progress_state::replicate:
    return window.full();
  case progress_state::snapshot:
    return true;
  }
  return true;
}

void progress::become_probe() noexcept {
  // A snapshot that is known to have left need not be repeated at once: probe where it ends.
  const auto from = state == progress_state::snapshot ? std::max(match, pending_snapshot) : match;
  next = from + 1;
  state = progress_state::probe;
  probe_sent = false;
  pending_snapshot = {};
  window.clear();
}

void progress::become_replicate() noexcept {
  next = match + 1;
  state = progress_state::replicate;
  probe_sent = false;
  pending_snapshot = {};
  window.clear();
}

void progress::become_snapshot(log_index snapshot) noexcept {
  state = progress_state::snapshot;
  probe_sent = false;
  pending_snapshot = snapshot;
  window.clear();
}

void progress::sent(log_index last, std::size_t bytes) {
  if (state == progress_state::probe) {
    probe_sent = true;
  } else if (bytes != 0) {
    next = last + 1;
    window.add(last, bytes);
  }
}

bool progress::accepted(log_index index) {
  if (index <= match) return false;
  match = index;
  next = std::max(next, index + 1);
  probe_sent = false;
  return true;
}

bool progress::rejected(log_index previous, log_index hint) {
  if (state == progress_state::snapshot) return false;
  if (state == progress_state::replicate) {
    // Pipelined appends may be refused out of order; what is confirmed was not meant.
    if (previous <= match) return false;
    become_probe();
    return true;
  }
  if (next != previous + 1) return false;
  next = std::max(std::min(previous, hint + 1), match + 1);
  probe_sent = false;
  return true;
}

void tracker::follow(const configuration& members_now, log_index next, std::uint64_t now) {
  const auto ids = members(members_now);
  std::erase_if(all_, [&](const auto& item) { return !std::binary_search(ids.begin(), ids.end(), item.first); });
  for (auto id : ids)
    all_.try_emplace(id, next, now, max_messages_, max_bytes_);
}

progress* tracker::find(server_id id) noexcept {
  auto it = all_.find(id);
  return it == all_.end() ? nullptr : &it->second;
}

const progress* tracker::find(server_id id) const noexcept {
  auto it = all_.find(id);
  return it == all_.end() ? nullptr : &it->second;
}

log_index tracker::committed(const configuration& members_now) const {
  return {quorum_value(members_now, [this](server_id id) {
    const auto* p = find(id);
    return p ? p->match.value : 0;
  })};
}

std::uint64_t tracker::quorum_of(const configuration& members_now, std::uint64_t progress::*field) const {
  return quorum_value(members_now, [&](server_id id) {
    const auto* p = find(id);
    return p ? p->*field : 0;
  });
}

std::uint64_t tracker::active_since(const configuration& m) const { return quorum_of(m, &progress::active_tick); }
std::uint64_t tracker::lease_since(const configuration& m) const { return quorum_of(m, &progress::lease_tick); }
std::uint64_t tracker::round(const configuration& m) const { return quorum_of(m, &progress::round); }

} // namespace troupe::storage::raft
