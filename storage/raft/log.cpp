#include "storage/raft/log.hpp"
#include "policies/mutations/mutations.hpp"
#include "storage/raft/encoding.hpp"
#include <algorithm>
#include <cassert>

namespace troupe::storage::raft {
namespace {

using policies::mutations::bug;
constexpr std::size_t scan_bytes = 1 << 20;

} // namespace

tl::expected<log, log_errc> log::open(const log_reader& reader, std::size_t cache_bytes) {
  log out(reader, cache_bytes);
  out.base_ = reader.snapshot();
  out.last_.index = out.stable_ = reader.last_index();
  auto last_term = reader.term(out.last_.index);
  if (!last_term) return tl::unexpected(last_term.error());
  out.last_.term = *last_term;
  out.configurations_.push_back({out.base_.index, out.base_.members});
  for (auto next = out.base_.index + 1; next <= out.last_.index;) {
    auto page = reader.read(next, out.last_.index + 1, scan_bytes);
    if (!page) return tl::unexpected(page.error());
    if (page->empty() || page->front().index != next) return tl::unexpected(log_errc::unavailable);
    // Entries are checked when they come in, so one that does not decode was damaged on this disk.
    for (const auto& e : *page)
      if (!out.note_configuration(e)) return tl::unexpected(log_errc::unavailable);
    next = page->back().index + 1;
  }
  return out;
}

log_index log::first_index() const { return restoring_ ? base_.index + 1 : reader_->first_index(); }

std::optional<term_number> log::term(log_index index) const {
  if (index == last_.index) return last_.term;
  if (index > last_.index) return std::nullopt;
  if (index >= offset()) return suffix_[index - offset()].term;
  if (index == base_.index) return base_.term;
  if (index + 1 < first_index()) return std::nullopt;
  auto term = reader_->term(index);
  return term ? std::optional(*term) : std::nullopt;
}

bool log::contains(entry_id id) const {
  auto here = term(id.index);
  return here && *here == id.term;
}

tl::expected<entries, log_errc> log::read(log_index low, log_index high, std::size_t max_bytes) const {
  high = std::min(high, last_.index + 1);
  if (low >= high) return entries{};
  // What is still in memory may be older than what is left on disk.
  if (low < first_index() && low < offset()) return tl::unexpected(log_errc::compacted);
  entries out;
  std::size_t bytes = 0;
  if (low < offset()) {
    auto older = reader_->read(low, std::min(high, offset()), max_bytes);
    if (!older) return older;
    if (older->empty() || older->front().index != low) return tl::unexpected(log_errc::unavailable);
    out = std::move(*older);
    bytes = total_bytes(out);
    low = out.back().index + 1;
    if (low < offset()) return out;
  }
  for (; low < high; ++low) {
    const auto& e = suffix_[low - offset()];
    bytes += e.bytes();
    if (bytes > max_bytes && !out.empty()) break;
    out.push_back(e);
  }
  return out;
}

bool log::is_up_to_date(entry_id other) const noexcept {
  return other.term > last_.term || (other.term == last_.term && other.index >= last_.index);
}

void log::append(entry e) {
  assert(e.index == last_.index + 1 && e.term >= last_.term);
  last_ = e.id();
  suffix_bytes_ += e.bytes();
  note_configuration(e);
  suffix_.push_back(std::move(e));
}

void log::truncate(log_index from) {
  if (from > last_.index) return;
  const auto before = term(from - 1);
  assert(before && from > base_.index);
  for (; !suffix_.empty() && suffix_.back().index >= from; suffix_.pop_back())
    suffix_bytes_ -= suffix_.back().bytes();
  last_ = {before.value_or(term_number{}), from - 1};
  stable_ = std::min(stable_, last_.index);
  while (configurations_.size() > 1 && configurations_.back().index >= from)
    configurations_.pop_back();
}

void log::restore(const snapshot_meta& snapshot) {
  suffix_.clear();
  suffix_bytes_ = 0;
  base_ = snapshot;
  last_ = {snapshot.term, snapshot.index};
  stable_ = {};
  restoring_ = true;
  configurations_.assign(1, {snapshot.index, active(bug::ignored_membership) ? configuration{} : snapshot.members});
}

void log::stable_to(log_index index) {
  if (restoring_) {
    if (index < base_.index) return;
    restoring_ = false;
  }
  stable_ = std::max(stable_, std::min(index, last_.index));
  evict();
}

void log::compact(const snapshot_meta& snapshot) {
  if (snapshot.index <= base_.index) return;
  base_ = snapshot;
  auto above = std::find_if(configurations_.begin(), configurations_.end(),
                            [&](const configuration_at& c) { return c.index > snapshot.index; });
  configurations_.erase(configurations_.begin(), above);
  configurations_.insert(configurations_.begin(), {snapshot.index, snapshot.members});
}

entry_id log::last_at_or_below(log_index from, term_number wanted) const {
  auto index = std::min(from, last_.index);
  for (;; index = index - 1) {
    const auto here = term(index);
    if (!here) return {{}, index};
    if (*here <= wanted || !index) return {*here, index};
  }
}

const configuration& log::members_at(log_index index) const noexcept {
  auto it = std::find_if(configurations_.rbegin(), std::prev(configurations_.rend()),
                         [&](const configuration_at& c) { return c.index <= index; });
  return it->members;
}

std::optional<snapshot_meta> log::describe(log_index index) const {
  const auto here = term(index);
  if (!here || index < base_.index) return std::nullopt;
  // A server that joined by the log alone does not know who founded the group, so not what was in force before the
  // first configuration in the log.
  const auto& then = members_at(index);
  return then.voters.empty() ? std::nullopt : std::optional(snapshot_meta{index, *here, then});
}

bool log::note_configuration(const entry& e) {
  if (e.kind != entry_kind::configuration) return true;
  auto c = decode_configuration(e.view());
  if (c) configurations_.push_back({e.index, std::move(*c)});
  return c.has_value();
}

void log::evict() {
  for (; suffix_bytes_ > cache_bytes_ && !suffix_.empty() && suffix_.front().index <= stable_; suffix_.pop_front())
    suffix_bytes_ -= suffix_.front().bytes();
}

} // namespace troupe::storage::raft
