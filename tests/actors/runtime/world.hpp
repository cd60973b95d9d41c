#pragma once
#include "actors/base/environment.hpp"
#include "actors/base/error.hpp"
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>
#include <gtest/gtest.h>
#include <optional>

namespace troupe::actors::runtime {

/// One thread, virtual time, and a client that asks now and takes the answer later: time may pass in between.
struct world : testing::Test {
  struct config : caf::actor_system_config {
    config() { set("scheduler.policy", caf::atom("testing")); }
  } cfg;
  caf::actor_system sys{cfg};
  caf::scheduler::test_coordinator& sched = dynamic_cast<caf::scheduler::test_coordinator&>(sys.scheduler());
  environment_ptr env = environment::simulated(1, sys, *api::parse_time("2026-01-01T00:00:00Z"));
  caf::scoped_actor self{sys};
  std::string last; ///< the error of the last answer that was one

  void run() { while (sched.try_run_once()) {} }
  template <class T> std::optional<T> answer() {
    std::optional<T> out;
    self->receive([&](T& x) { out = std::move(x); }, [&](caf::error& e) { last = text_of(e); },
                  caf::after(std::chrono::seconds(0)) >> [] {});
    return out;
  }
  /// The same where the answer says nothing.
  bool done() {
    bool out = false;
    self->receive([&] { out = true; }, [&](caf::error& e) { last = text_of(e); },
                  caf::after(std::chrono::seconds(0)) >> [] {});
    return out;
  }
};

} // namespace troupe::actors::runtime
