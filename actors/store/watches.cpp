#include "actors/store/watches.hpp"
#include "actors/store/error.hpp"
#include "policies/mutations/mutations.hpp"
#include <algorithm>
#include <caf/actor_cast.hpp>

namespace troupe::actors::store {

namespace {

using policies::mutations::bug;
constexpr std::uint32_t credit_max = 1 << 20;

/// Of a watch that the index or the history has found: whether this kind of change at this revision is for it.
template <class Watch> bool wants(const Watch& w, const mvcc::event& e) {
  if (e.kv->mod_revision < w.next) return false;
  return e.type == mvcc::event_type::put ? !w.no_put : !w.no_removal;
}

} // namespace

std::size_t watch_table::name_hash::operator()(const name& n) const noexcept {
  auto x = (n.id + 0x9e3779b97f4a7c15ULL * (n.subscriber + 1ULL));
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  return static_cast<std::size_t>(x ^ (x >> 27));
}
std::size_t watch_table::name_hash::operator()(slot at) const noexcept {
  auto& w = (*watches)[at];
  return (*this)(name{w.subscriber, w.id});
}
bool watch_table::name_equal::operator()(const name& n, slot at) const noexcept {
  auto& w = (*watches)[at];
  return n == name{w.subscriber, w.id};
}

watch_table::watch_table(callbacks out, limits l)
    : out_(std::move(out)), limits_(l), names_(0, name_hash{&watches_}, name_equal{&watches_}) {}

template <watch_table::link watch_table::watch::*List> void watch_table::enlist(slot& first, slot at) {
  watches_[at].*List = {none, first};
  if (first != none) (watches_[first].*List).before = at;
  first = at;
}

template <watch_table::link watch_table::watch::*List> void watch_table::delist(slot& first, slot at) {
  auto place = watches_[at].*List;
  if (place.after != none) (watches_[place.after].*List).before = place.before;
  if (place.before != none) (watches_[place.before].*List).after = place.after;
  else first = place.after;
}

mvcc::revision watch_table::next_of(const watch& w) const noexcept {
  return w.behind ? w.next : std::max(w.next, published_ + 1);
}

watch_table::slot watch_table::subscribe(const subscriber_actor& who) {
  auto address = caf::actor_cast<caf::actor_addr>(who);
  if (auto known = addresses_.find(address); known != addresses_.end()) return known->second;
  auto at = subscribers_.add({who, none});
  addresses_.emplace(address, at);
  out_.monitor(who);
  return at;
}

caf::error watch_table::open(const watch_request& r, const subscriber_actor& subscriber,
                             const storage::mvcc::state& kv) {
  if (!subscriber || r.keys.key.empty() || r.from < 0) return make_error(errc::invalid_argument, "watch request");
  if (watches_.size() >= limits_.watches_max) return make_error(errc::overloaded, "too many watches");
  if (auto first = kv.readable_from(r.keys); r.from > 0 && r.from < first)
    return to_error(mvcc::error{mvcc::errc::compacted, {}, first});
  if (find(caf::actor_cast<caf::actor_addr>(subscriber), r.id) != none)
    return make_error(errc::invalid_argument, "the watch id is in use");
  watch w;
  w.id = r.id;
  w.next = r.from > 0 ? r.from : kv.current() + 1;
  w.subscriber = subscribe(subscriber);
  w.range = ranges_.add(r.keys);
  w.credit = std::min(r.credit, credit_max);
  w.prev_kv = r.prev_kv, w.no_put = r.no_put, w.no_removal = r.no_removal, w.every_turn = r.progress;
  bool past = w.next <= kv.current();
  auto at = watches_.add(w);
  names_.insert(at);
  enlist<&watch::same_range>(ranges_.head(w.range), at);
  enlist<&watch::same_subscriber>(subscribers_[w.subscriber].first, at);
  if (w.prev_kv) ++with_previous_;
  if (w.every_turn) every_turn_.insert(at);
  if (past) fall_behind(at, w.next);
  return {};
}

watch_table::slot watch_table::find(const caf::actor_addr& subscriber, std::uint64_t id) const {
  if (!subscriber) return none; // A message without a sender.
  auto who = addresses_.find(subscriber);
  if (who == addresses_.end()) return none;
  auto it = names_.find(name{who->second, id});
  return it == names_.end() ? none : *it;
}

void watch_table::erase(slot at) {
  names_.erase(at); // While its name can still be read.
  auto w = watches_[at];
  if (w.behind && due_.erase(at) == 0) stalled_.erase({w.next, at});
  if (w.every_turn) every_turn_.erase(at);
  if (w.prev_kv) --with_previous_;
  auto& same_range = ranges_.head(w.range);
  delist<&watch::same_range>(same_range, at);
  if (same_range == none) ranges_.remove(w.range);
  auto& who = subscribers_[w.subscriber];
  delist<&watch::same_subscriber>(who.first, at);
  if (who.first == none) {
    auto address = caf::actor_cast<caf::actor_addr>(who.handle);
    addresses_.erase(address);
    subscribers_.remove(w.subscriber);
    out_.demonitor(address);
  }
  watches_.remove(at);
}

void watch_table::end_watch(slot at, event_batch::end why, mvcc::revision compacted) {
  auto& w = watches_[at];
  event_batch last;
  last.watch = w.id;
  last.revision = next_of(w) - 1;
  last.ended = why;
  last.compact_revision = compacted;
  out_.send(subscribers_[w.subscriber].handle, std::move(last));
  erase(at);
}

void watch_table::cancel(const caf::strong_actor_ptr& subscriber, std::uint64_t id) {
  if (auto at = find(caf::actor_cast<caf::actor_addr>(subscriber), id); at != none) erase(at);
}

void watch_table::drop(const caf::actor_addr& subscriber) {
  auto who = addresses_.find(subscriber);
  if (who == addresses_.end()) return;
  for (auto at = subscribers_[who->second].first; at != none;) {
    auto after = watches_[at].same_subscriber.after;
    erase(at);
    at = after;
  }
}

void watch_table::credit(const caf::strong_actor_ptr& subscriber, std::uint64_t id, std::uint32_t batches,
                         mvcc::revision current) {
  auto at = find(caf::actor_cast<caf::actor_addr>(subscriber), id);
  if (at == none) return;
  auto& w = watches_[at];
  if (w.behind && w.credit == 0 && batches > 0) {
    stalled_.erase({w.next, at});
    due_.insert(at);
  }
  w.credit = std::min(credit_max, w.credit + std::min(batches, credit_max));
  if (batches == 0) w.asked = true;
  tell_progress(w, current);
}

/// Never in front of events that are due, and at the price of a credit like any batch.
void watch_table::tell_progress(watch& w, mvcc::revision current) {
  if (!w.asked || w.behind || w.credit == 0) return;
  w.asked = false;
  --w.credit;
  deliver(w, {}, std::max(current, next_of(w) - 1), true);
}

void watch_table::deliver(watch& w, std::vector<mvcc::event> events, mvcc::revision upto, bool progress) {
  event_batch batch;
  batch.watch = w.id;
  batch.revision = upto;
  batch.events = std::move(events);
  batch.progress = progress;
  w.next = upto + 1;
  out_.send(subscribers_[w.subscriber].handle, std::move(batch));
}

void watch_table::publish(std::span<const mvcc::event> events, mvcc::revision current) {
  hits_.clear();
  for (std::uint32_t i = 0; i < events.size(); ++i) {
    found_.clear();
    work_ += ranges_.find(events[i].kv->key, found_);
    for (auto range : found_)
      for (auto at = ranges_.head(range); at != none; at = watches_[at].same_range.after, ++work_)
        if (!watches_[at].behind && wants(watches_[at], events[i])) hits_.emplace_back(at, i);
  }
  std::sort(hits_.begin(), hits_.end());
  for (std::span<const std::pair<slot, std::uint32_t>> left = hits_; !left.empty();) {
    auto at = left.front().first;
    auto mine = std::find_if(left.begin(), left.end(), [at](auto& h) { return h.first != at; }) - left.begin();
    hand_out(at, left.first(static_cast<std::size_t>(mine)), events, current);
    left = left.subspan(static_cast<std::size_t>(mine));
  }
  for (auto at : every_turn_) {
    ++work_;
    auto& w = watches_[at];
    if (!w.behind && w.next <= current) hand_out(at, {}, events, current);
  }
  published_ = current;
}

void watch_table::hand_out(slot at, std::span<const std::pair<slot, std::uint32_t>> hits,
                           std::span<const mvcc::event> events, mvcc::revision current) {
  auto& w = watches_[at];
  if (w.credit == 0) return fall_behind(at, next_of(w));
  std::vector<mvcc::event> mine;
  mine.reserve(hits.size());
  for (auto& [same, i] : hits)
    mine.push_back({events[i].type, events[i].kv, w.prev_kv ? events[i].prev_kv : nullptr});
  --w.credit;
  deliver(w, std::move(mine), current, hits.empty());
}

void watch_table::fall_behind(slot at, mvcc::revision next) {
  auto& w = watches_[at];
  w.next = next;
  w.behind = true;
  if (w.credit > 0) due_.insert(at);
  else stalled_.emplace(w.next, at);
}

void watch_table::replaced(mvcc::revision current) {
  for (slot at = 0; at < watches_.end(); ++at) {
    auto& w = watches_[at];
    if (w.subscriber != none && !w.behind && next_of(w) <= current) fall_behind(at, next_of(w));
  }
  published_ = current;
}

/// Those that can't read on and never will: the furthest behind are in front.
void watch_table::end_stalled(const storage::mvcc::state& kv) {
  while (!stalled_.empty()) {
    auto [next, at] = *stalled_.begin();
    if (next < kv.compacted()) end_watch(at, event_batch::end::compacted, kv.compacted());
    else if (kv.current() - next > limits_.lag_max) end_watch(at, event_batch::end::lagging, 0);
    else return;
  }
}

storage::mvcc::result<void> watch_table::catch_up(const storage::mvcc::state& kv) {
  end_stalled(kv);
  for (auto left = std::min(limits_.pages_max, due_.size()); left > 0; --left) {
    auto it = due_.lower_bound(turn_);
    if (it == due_.end()) it = due_.begin();
    auto at = *it;
    turn_ = at + 1;
    if (watches_[at].next < kv.compacted()) end_watch(at, event_batch::end::compacted, kv.compacted());
    else if (auto ok = read_page(at, kv); !ok) return ok;
  }
  return {};
}

storage::mvcc::result<void> watch_table::read_page(slot at, const storage::mvcc::state& kv) {
  auto& w = watches_[at];
  auto page = kv.history(ranges_.keys(w.range), w.next, w.prev_kv, {.events_max = limits_.page_events_max});
  if (!page) return tl::unexpected(page.error());
  std::erase_if(page->events, [&](auto& e) { return !wants(w, e); });
  w.behind = page->upto < kv.current();
  if (active(bug::dropped_event) && w.behind && !page->events.empty()) page->events.pop_back();
  w.next = page->upto + 1;
  if (!page->events.empty()) {
    --w.credit;
    deliver(w, std::move(page->events), page->upto, false);
  } else if (w.every_turn) {
    w.asked = true;
  }
  tell_progress(w, page->upto);
  if (w.behind && w.credit > 0) return {};
  due_.erase(at);
  if (w.behind) stalled_.emplace(w.next, at);
  return {};
}

void watch_table::end_all(event_batch::end why) {
  for (slot at = 0, end = watches_.end(); at < end; ++at)
    if (at < watches_.end() && watches_[at].subscriber != none) end_watch(at, why, 0);
}

} // namespace troupe::actors::store
