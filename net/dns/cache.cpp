#include "net/dns/cache.hpp"
#include <algorithm>
#include <fmt/format.h>

namespace troupe::net::dns {

namespace {

constexpr std::uint32_t seconds_max = 3600;

std::string key_of(const question& q) {
  return fmt::format("{}/{}/{}", lower(q.name), static_cast<unsigned>(q.kind), q.klass);
}

/// Seconds; 0: do not keep.
std::uint32_t validity(const message& m) {
  if (m.truncated || m.questions.size() != 1) return 0;
  if (m.code != rcode::no_error && m.code != rcode::name_error) return 0;
  auto out = seconds_max;
  for (auto& r : m.answers) out = std::min(out, r.ttl);
  bool says_no = m.code == rcode::name_error || m.answers.empty();
  if (!says_no) return out;
  for (auto& r : m.authorities) {
    if (r.kind != type::soa || r.data.size() < 4) continue;
    std::uint32_t minimum = 0;
    for (auto b : std::span(r.data).last(4)) minimum = minimum << 8 | b;
    return std::min({out, r.ttl, minimum});
  }
  return 0;
}

} // namespace

void cache::put(const message& answer, time now) {
  auto seconds = validity(answer);
  if (seconds == 0 || max_ == 0) return;
  auto key = key_of(answer.questions[0]);
  if (auto old = index_.find(key); old != index_.end()) {
    order_.erase(old->second);
    index_.erase(old);
  }
  if (order_.size() >= max_) {
    index_.erase(order_.back().key);
    order_.pop_back();
  }
  order_.push_front({key, answer, now, now + std::chrono::seconds(seconds)});
  index_[std::move(key)] = order_.begin();
}

std::optional<message> cache::find(const question& q, time now) {
  auto found = index_.find(key_of(q));
  if (found == index_.end()) return std::nullopt;
  auto at = found->second;
  if (now >= at->until) {
    order_.erase(at);
    index_.erase(found);
    return std::nullopt;
  }
  order_.splice(order_.begin(), order_, at);
  auto out = at->answer;
  auto age = static_cast<std::uint32_t>(std::chrono::duration_cast<std::chrono::seconds>(now - at->since).count());
  for (auto* section : {&out.answers, &out.authorities, &out.additionals})
    for (auto& r : *section) r.ttl -= std::min(age, r.ttl);
  return out;
}

} // namespace troupe::net::dns
