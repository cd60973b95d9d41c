#include "actors/base/vitals.hpp"
#include "actors/base/vital_records.hpp"
#include <map>
#include <mutex>

namespace troupe::actors {

namespace {

namespace inspection = policies::inspection;

/// Threads that run different actors meet in few of these locks.
struct stripe {
  std::mutex mutex;
  std::unordered_map<std::uint64_t, vital_record_ptr> records;
};
constexpr std::size_t stripes_count = 64;

std::array<stripe, stripes_count>& stripes() {
  static std::array<stripe, stripes_count> all;
  return all;
}
stripe& stripe_of(std::uint64_t actor) { return stripes()[actor % stripes_count]; }

struct upbringing {
  std::string label, last_error;
  std::uint64_t restarts = 0;
};

/// What supervisors have told. Children's entries end with them; the counts of starts with the process.
struct nursery {
  std::mutex mutex;
  std::unordered_map<std::uint64_t, upbringing> children;
  std::map<std::pair<std::uint64_t, std::string>, std::uint64_t> starts;
  static constexpr std::size_t starts_max = 100'000;
};
nursery& supervised() {
  static nursery all;
  return all;
}

} // namespace

void vital_record::count(std::chrono::steady_clock::duration d) noexcept {
  auto ns = std::chrono::duration_cast<std::chrono::nanoseconds>(d).count();
  auto& step = latency[inspection::latency_step(ns > 0 ? static_cast<std::uint64_t>(ns) : 0)];
  // One writer: a plain increment does, and readers see whole numbers.
  auto next = step.load(std::memory_order_relaxed) + 1;
  step.store(next, std::memory_order_relaxed);
  constexpr std::uint32_t full = 1U << 31;
  if (next < full) return;
  for (auto& each : latency) each.store(each.load(std::memory_order_relaxed) / 2, std::memory_order_relaxed);
}

void add_vitals(std::uint64_t actor) {
  auto& s = stripe_of(actor);
  std::lock_guard guard(s.mutex);
  auto& record = s.records[actor];
  if (record) ++record->owners;
  else record = std::make_shared<vital_record>();
}

void remove_vitals(std::uint64_t actor) {
  {
    auto& s = stripe_of(actor);
    std::lock_guard guard(s.mutex);
    auto found = s.records.find(actor);
    if (found == s.records.end() || --found->second->owners > 0) return;
    s.records.erase(found);
  }
  auto& all = supervised();
  std::lock_guard guard(all.mutex);
  all.children.erase(actor);
}

vital_record_ptr find_vitals(std::uint64_t actor) {
  auto& s = stripe_of(actor);
  std::lock_guard guard(s.mutex);
  auto found = s.records.find(actor);
  return found == s.records.end() ? nullptr : found->second;
}

std::unordered_map<std::uint64_t, actor_vitals> vitals() {
  std::unordered_map<std::uint64_t, actor_vitals> out;
  for (auto& s : stripes()) {
    std::lock_guard guard(s.mutex);
    for (auto& [id, record] : s.records) {
      auto& v = out[id];
      v.begun = record->begun;
      for (std::size_t i = 0; i < v.latency.size(); ++i)
        v.latency[i] = record->latency[i].load(std::memory_order_relaxed);
    }
  }
  auto& all = supervised();
  std::lock_guard guard(all.mutex);
  for (auto& [id, child] : all.children)
    if (auto found = out.find(id); found != out.end()) {
      found->second.label = child.label;
      found->second.restarts = child.restarts;
      found->second.last_error = child.last_error;
    }
  return out;
}

void note_child(std::uint64_t supervisor, std::string_view label, std::uint64_t child, std::string_view last_error) {
  if (!find_vitals(child)) return; // It has ended already.
  auto& all = supervised();
  std::lock_guard guard(all.mutex);
  auto key = std::pair(supervisor, std::string(label));
  if (all.starts.size() >= nursery::starts_max && !all.starts.contains(key)) return;
  auto& starts = all.starts[std::move(key)];
  all.children[child] = {std::string(label), std::string(last_error), starts++};
}

} // namespace troupe::actors
