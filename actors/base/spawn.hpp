#pragma once
#include "actors/base/observe.hpp"
#include "actors/base/probe.hpp"
#include <caf/event_based_actor.hpp>
#include <caf/mailbox_element.hpp>
#include <caf/message_view.hpp>
#include <caf/sec.hpp>
#include <caf/stateful_actor.hpp>
#include <chrono>

#ifdef __SANITIZE_THREAD__ // The library is not instrumented: tell the sanitizer about the hand-over of mail.
extern "C" void __tsan_acquire(void*);
extern "C" void __tsan_release(void*);
#define TROUPE_ACQUIRE(p) __tsan_acquire(p)
#define TROUPE_RELEASE(p) __tsan_release(p)
#else
#define TROUPE_ACQUIRE(p) (void)0
#define TROUPE_RELEASE(p) (void)0
#endif

namespace troupe::actors {

/// Gives any CAF actor its probe, its exception handler and a silent default handler. Every actor of the project is
/// one: component functions take `stateful<my_state>*` or `stateful<my_state, my_actor::base>*` as their self.
template <class Base> class inspectable : public Base {
public:
  template <class... Ts> explicit inspectable(caf::actor_config& cfg, Ts&&... xs) : Base(cfg, std::forward<Ts>(xs)...) {
    probe_.self = this;
    probe_.id = this->id();
    probe_.parent = current_actor();
    this->set_exception_handler(
        [](caf::scheduled_actor* self, std::exception_ptr& e) { return on_exception(self, e); });
    this->set_error_handler(on_error);
    this->set_default_handler([](caf::scheduled_actor*, caf::message_view&) -> caf::result<caf::message> {
      return caf::sec::unexpected_message;
    });
  }

  void launch(caf::execution_unit* unit, bool lazy, bool hide) override {
    probe_table::instance().add(&probe_);
    TROUPE_RELEASE(this);
    Base::launch(unit, lazy, hide);
  }

  using Base::enqueue;
  void enqueue(caf::mailbox_element_ptr mail, caf::execution_unit* unit) override {
    ++probe_.received;
    if (probe_.attention.load(std::memory_order_relaxed) != 0) [[unlikely]]
      note_arrival(mail.get());
    TROUPE_RELEASE(this);
    Base::enqueue(std::move(mail), unit);
  }

  caf::resumable::resume_result resume(caf::execution_unit* unit, std::size_t max_throughput) override {
    TROUPE_ACQUIRE(this);
    current_actor_scope scope(probe_.id);
    auto result = Base::resume(unit, max_throughput);
    TROUPE_RELEASE(this);
    return result;
  }

  using Base::consume;
  caf::invoke_message_result consume(caf::mailbox_element& mail) override {
    TROUPE_ACQUIRE(this);
    if (probe_.attention.load(std::memory_order_relaxed) == 0) [[likely]]
      return handle(mail);
    if (auto instead = intercept(probe_, mail)) return *instead;
    sighting seen(probe_, mail);
    auto result = handle(mail);
    if (result == caf::invoke_message_result::skipped) seen.left();
    return result;
  }

  bool cleanup(caf::error&& reason, caf::execution_unit* unit) override {
    probe_table::instance().remove(&probe_);
    return Base::cleanup(std::move(reason), unit);
  }

  void on_destroy() override {
    TROUPE_ACQUIRE(this);
    probe_table::instance().remove(&probe_);
    Base::on_destroy();
  }

private:
  caf::invoke_message_result handle(caf::mailbox_element& mail) {
    current_actor_scope scope(probe_.id);
    struct timer {
      probe& p;
      std::chrono::steady_clock::time_point start = std::chrono::steady_clock::now();
      bool done = true;
      ~timer() { // Also when the handler throws.
        p.busy_ns += static_cast<std::uint64_t>((std::chrono::steady_clock::now() - start).count());
        p.handled += done;
      }
    } t{probe_};
    auto result = Base::consume(mail);
    t.done = result != caf::invoke_message_result::skipped;
    return result;
  }

  probe probe_;
};

template <class State, class Base = caf::event_based_actor>
using stateful = caf::stateful_actor<State, inspectable<Base>>;

} // namespace troupe::actors
