#include "actors/base/probe.hpp"
#include "actors/base/error.hpp"
#include "actors/base/trace.hpp"
#include "actors/base/vital_records.hpp"
#include <algorithm>
#include <array>
#include <caf/actor_system.hpp>
#include <caf/scheduled_actor.hpp>
#include <spdlog/spdlog.h>

namespace troupe::actors {

namespace {
thread_local std::uint64_t running = 0;

/// The scopes that this thread is in. Within the scope of an actor's turn, one more of the same actor is a handler,
/// whose time counts. Deeper ones are not timed.
struct frame {
  vital_record_ptr of; ///< of the turn; a handler uses that of the frame below it
  std::chrono::steady_clock::time_point begun;
};
constexpr std::size_t frames_max = 16;
thread_local std::array<frame, frames_max> frames;
thread_local std::size_t depth = 0;
}

void probe_table::add(probe* p) {
  add_vitals(p->id);
  std::lock_guard guard(mutex_);
  all_.insert(p);
  attend(*p, p->self->home_system());
}

void probe_table::remove(probe* p) {
  std::size_t erased = 0;
  {
    std::lock_guard guard(mutex_);
    erased = all_.erase(p);
  }
  if (p->attention.load(std::memory_order_relaxed) != 0) forget(*p);
  if (erased == 0) return;
  remove_vitals(p->id); // Its actor says goodbye more than once.
}

std::vector<actor_row> probe_table::rows() const {
  std::vector<actor_row> out;
  std::lock_guard guard(mutex_);
  out.reserve(all_.size());
  for (auto* p : all_) {
    std::uint64_t handled = p->handled, received = p->received;
    out.push_back(
        {p->id, p->parent, p->self->name(), received > handled ? received - handled : 0, handled, p->busy_ns});
  }
  return out;
}

std::vector<caf::strong_actor_ptr> probe_table::actors_of(const caf::actor_system& system) const {
  std::vector<caf::strong_actor_ptr> out;
  std::lock_guard guard(mutex_);
  for (auto* p : all_)
    if (&p->self->home_system() == &system) // One that nobody holds any more is on its way out, and stays there.
      if (auto held = caf::weak_actor_ptr(p->self->ctrl()).lock()) out.push_back(std::move(held));
  std::sort(out.begin(), out.end(), [](auto& a, auto& b) { return a->id() < b->id(); });
  return out;
}

void probe_table::for_each(const caf::actor_system& system, const std::function<void(probe&)>& what) const {
  std::lock_guard guard(mutex_);
  for (auto* p : all_)
    if (&p->self->home_system() == &system) what(*p);
}

probe_table& probe_table::instance() {
  static probe_table table;
  return table;
}

std::uint64_t current_actor() noexcept { return running; }

current_actor_scope::current_actor_scope(std::uint64_t id) noexcept : before_(running) {
  running = id;
  if (depth < frames_max) {
    if (id == before_) frames[depth].begun = std::chrono::steady_clock::now();
    else frames[depth].of = find_vitals(id);
  }
  ++depth;
}

current_actor_scope::~current_actor_scope() {
  --depth;
  if (depth < frames_max) {
    if (running != before_) frames[depth].of = nullptr;
    else if (depth > 0 && frames[depth - 1].of)
      frames[depth - 1].of->count(std::chrono::steady_clock::now() - frames[depth].begun);
  }
  running = before_;
}

caf::error on_exception(caf::scheduled_actor* self, std::exception_ptr& thrown) {
  std::string what = "unknown exception";
  try {
    std::rethrow_exception(thrown);
  } catch (const std::exception& e) {
    what = e.what();
  } catch (...) {
  }
  spdlog::error("{}: handler_threw actor={} what=\"{}\"", self->name(), self->id(), what);
  return make_error(errc::unhandled_exception, std::string(self->name()) + ": " + what);
}

void on_error(caf::scheduled_actor* self, caf::error& what) {
  auto* mail = self->current_mailbox_element();
  if (mail && mail->mid.is_response()) return caf::scheduled_actor::default_error_handler(self, what);
  spdlog::debug("{}: unawaited_error actor={} why=\"{}\"", self->name(), self->id(), text_of(what));
}

} // namespace troupe::actors
