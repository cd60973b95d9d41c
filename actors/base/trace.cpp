#include "actors/base/trace.hpp"
#include "actors/base/observe.hpp"
#include "actors/base/probe.hpp"
#include "actors/base/trace_session.hpp"
#include <algorithm>
#include <caf/local_actor.hpp>

// Traces begin, are asked, and end.
namespace troupe::actors {

namespace {

using clock = std::chrono::steady_clock;

bool meets(const trace_filter& f, std::uint64_t actor) {
  return !f.hidden.contains(actor) && (f.every_actor || f.actors.contains(actor));
}

void set(std::atomic<std::uint32_t>& attention, std::uint32_t bit, bool on) {
  if (on) attention.fetch_or(bit, std::memory_order_relaxed);
  else attention.fetch_and(~bit, std::memory_order_relaxed);
}

/// Not under the session's lock: actors come and go under that of the table.
void mark(std::uint32_t trace, const caf::actor_system& system, const trace_filter* filter) {
  probe_table::instance().for_each(
    system, [&](probe& p) { set(p.attention, 1U << trace, filter && meets(*filter, p.id)); });
}

} // namespace

void token_bucket::start(double per_second, clock::time_point now) {
  rate = per_second;
  tokens = std::max(1.0, rate / 2);
  filled = now;
}

bool token_bucket::take(clock::time_point now) {
  auto since = std::chrono::duration<double>(now - filled).count();
  if (since > 0) {
    tokens = std::min(std::max(1.0, rate / 2), tokens + since * rate);
    filled = now;
  }
  if (tokens < 1) return false;
  --tokens;
  return true;
}

std::array<trace_session, traces_max>& trace_sessions() {
  static std::array<trace_session, traces_max> all;
  return all;
}

std::optional<std::uint32_t> begin_trace(const caf::actor_system& system, trace_filter filter, std::uint32_t rate) {
  for (std::uint32_t trace = 0; trace < traces_max; ++trace) {
    auto& s = trace_sessions()[trace];
    {
      std::lock_guard guard(s.mutex);
      if (s.system) continue;
      s.system = &system;
      ++s.generation;
      s.filter = filter;
      s.looks.start(trace_looks_max, clock::now());
      s.finds.start(std::clamp<std::uint32_t>(rate, 1, trace_rate_max), clock::now());
      s.dropped = s.unseen = 0;
    }
    mark(trace, system, &filter);
    return trace;
  }
  return std::nullopt;
}

void aim_trace(std::uint32_t trace, trace_filter filter) {
  auto& s = trace_sessions()[trace];
  const caf::actor_system* system = nullptr;
  {
    std::lock_guard guard(s.mutex);
    system = s.system;
    s.filter = filter;
  }
  if (system) mark(trace, *system, &filter);
}

void end_trace(std::uint32_t trace) {
  auto& s = trace_sessions()[trace];
  const caf::actor_system* system = nullptr;
  {
    std::lock_guard guard(s.mutex);
    system = s.system;
    s.ring.clear();
  }
  if (!system) return;
  mark(trace, *system, nullptr);
  std::lock_guard guard(s.mutex); // Its bit is nobody's only now.
  s.system = nullptr;
}

trace_batch take_trace(std::uint32_t trace) {
  auto& s = trace_sessions()[trace];
  trace_batch out;
  std::lock_guard guard(s.mutex);
  out.messages.assign(std::make_move_iterator(s.ring.begin()), std::make_move_iterator(s.ring.end()));
  s.ring.clear();
  std::swap(out.dropped, s.dropped);
  std::swap(out.unseen, s.unseen);
  return out;
}

void attend(probe& newborn, const caf::actor_system& system) {
  for (std::uint32_t trace = 0; trace < traces_max; ++trace) {
    auto& s = trace_sessions()[trace];
    std::lock_guard guard(s.mutex);
    if (s.system == &system && s.filter.every_actor) set(newborn.attention, 1U << trace, true);
  }
}

} // namespace troupe::actors
