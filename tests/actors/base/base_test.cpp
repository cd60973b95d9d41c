#include "actors/base/atoms.hpp"
#include "actors/base/environment.hpp"
#include "actors/base/error.hpp"
#include "actors/base/message.hpp"
#include "actors/base/spawn.hpp"
#include <caf/actor_system_config.hpp>
#include <caf/binary_deserializer.hpp>
#include <caf/binary_serializer.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>
#include <caf/response_promise.hpp>
#include <gtest/gtest.h>
#include <set>

namespace troupe::actors {
namespace {

using namespace std::chrono_literals;

struct child_state { static inline const char* name = "child"; };
caf::behavior child(stateful<child_state>*) {
  return {[](int x) { return x + 1; }, [](stop_atom) { throw std::runtime_error("kaputt"); }};
}
struct parent_state { static inline const char* name = "parent"; caf::actor below; };
caf::behavior parent(stateful<parent_state>* self) {
  return {[=](spawn_atom) { return self->state.below = self->spawn(child); }};
}

/// Answers by a promise, which CAF delivers for a message that is no request as well.
struct promising_state { static inline const char* name = "promising"; caf::response_promise open; };
caf::behavior promising(stateful<promising_state>* self) {
  return {[=](start_atom) { return self->state.open = self->make_response_promise(); },
          [=](tick_atom) { self->state.open.deliver(std::string("late")); },
          [](int x) { return x + 1; }};
}
struct careless_state { static inline const char* name = "careless"; };
caf::behavior careless(stateful<careless_state>* self, caf::actor other) {
  return {[=](start_atom) { self->send(other, start_atom::value); },
          // No handler for the failure: the actor cannot go on.
          [=](call_atom) { self->request(other, std::chrono::seconds(1), std::string("?")).then([](int) {}); }};
}

struct fixture : testing::Test {
  struct config : caf::actor_system_config {
    config() { set("scheduler.policy", caf::atom("testing")); }
  } cfg;
  caf::actor_system sys{cfg};
  caf::scheduler::test_coordinator& sched = dynamic_cast<caf::scheduler::test_coordinator&>(sys.scheduler());
  void run() { while (sched.try_run_once()) {} }
};

TEST_F(fixture, an_actor_stands_in_the_probe_table_under_its_parent) {
  caf::scoped_actor self{sys};
  auto top = sys.spawn(parent);
  caf::actor below;
  self->send(top, spawn_atom::value);
  run();
  self->receive([](caf::actor&) {});
  auto rows = probe_table::instance().rows();
  auto row = std::find_if(rows.begin(), rows.end(), [](auto& r) { return r.name == "child"; });
  ASSERT_NE(row, rows.end());
  EXPECT_EQ(row->parent, top.id());
}

TEST_F(fixture, an_exception_ends_the_actor_with_an_error_that_names_it) {
  caf::scoped_actor self{sys};
  auto c = sys.spawn(child);
  self->monitor(c);
  self->send(c, stop_atom::value);
  run();
  self->receive([](caf::down_msg& down) {
    EXPECT_EQ(code_of(down.reason), errc::unhandled_exception);
    EXPECT_NE(text_of(down.reason).find("kaputt"), std::string::npos);
  });
}

TEST_F(fixture, an_answer_that_nobody_awaits_ends_neither_side) {
  caf::scoped_actor self{sys};
  auto answering = sys.spawn(promising);
  auto asking = sys.spawn(careless, answering);
  self->send(asking, start_atom::value);
  run();
  self->send(answering, tick_atom::value);
  run();
  std::set<std::string> living;
  for (auto& row : probe_table::instance().rows()) living.insert(row.name);
  EXPECT_EQ(living, (std::set<std::string>{"careless", "promising"}));
  self->send(answering, 1);
  run();
  self->receive([](int x) { EXPECT_EQ(x, 2); }, caf::after(0s) >> [] { FAIL() << "it answers no more"; });
}

TEST_F(fixture, a_failed_request_without_a_handler_ends_the_actor) {
  caf::scoped_actor self{sys};
  auto asking = sys.spawn(careless, sys.spawn(promising));
  self->monitor(asking);
  self->send(asking, call_atom::value);
  run();
  self->receive([](caf::down_msg& down) { EXPECT_TRUE(down.reason == caf::sec::unexpected_message); },
                caf::after(0s) >> [] { FAIL() << "it lives on"; });
}

TEST_F(fixture, the_wall_clock_of_a_simulation_follows_the_actor_clock) {
  auto start = *api::parse_time("2026-01-01T00:00:00Z");
  auto env = environment::simulated(7, sys, start);
  sched.advance_time(90s);
  EXPECT_EQ(api::format_time(env->now()), "2026-01-01T00:01:30Z");
}

TEST(environment, the_same_seed_gives_the_same_generators) {
  environment a({.seed = 5, .wall_clock = {}}), b({.seed = 5, .wall_clock = {}}), c({.seed = 6, .wall_clock = {}});
  auto a1 = a.random()(), a2 = a.random()();
  EXPECT_EQ(a1, b.random()());
  EXPECT_EQ(a2, b.random()());
  EXPECT_NE(a1, a2);
  EXPECT_NE(a1, c.random()());
}

TEST_F(fixture, an_object_survives_the_wire) {
  object_handle in{api::object::parse(R"({"kind":"Pod","metadata":{"name":"web","resourceVersion":"7"}})")}, out;
  std::vector<char> bytes;
  caf::binary_serializer save{sys, bytes};
  ASSERT_FALSE(save(in));
  caf::binary_deserializer load{sys, bytes};
  ASSERT_FALSE(load(out));
  ASSERT_TRUE(out);
  EXPECT_EQ(out->name(), "web");
  EXPECT_EQ(out->revision(), 7);
}

TEST(error, text_has_the_sentence_and_the_context) {
  EXPECT_EQ(text_of(make_error(errc::compacted, "at 7")), "the required revision has been compacted: at 7");
  EXPECT_EQ(text_of(caf::make_error(caf::sec::request_timeout)), "request_timeout");
}

} // namespace
} // namespace troupe::actors
