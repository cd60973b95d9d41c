#include "actors/directory/directory.hpp"
#include "actors/apiserver/client.hpp"
#include "actors/base/error.hpp"
#include "actors/events/recorder.hpp"
#include "tests/support/fake_api.hpp"
#include <caf/actor_system_config.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>
#include <gtest/gtest.h>

namespace troupe::actors::events {
namespace {

using namespace std::chrono_literals;

struct recorder_test : testing::Test {
  struct quiet_system : caf::actor_system_config {
    quiet_system() { set("scheduler.policy", caf::atom("testing")); }
  } cfg;
  caf::actor_system sys{cfg};
  caf::scheduler::test_coordinator& sched = dynamic_cast<caf::scheduler::test_coordinator&>(sys.scheduler());
  environment_ptr env = environment::simulated(1, sys, *api::parse_time("2026-11-22T16:00:00Z"));
  directory::directory_actor dir = sys.spawn(directory::directory);
  api_log log;
  apiserver::apiserver_actor server = sys.spawn(fake_api, &log);
  recorder_actor rec;
  api::object_ptr pod = api::object::parse(
    R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":"web","namespace":"default","uid":"u"}})");

  void run() { while (sched.try_run_once()) {} }
  void offer() {
    caf::anon_send(dir, offer_atom::value, std::string("apiserver"), caf::actor_cast<caf::strong_actor_ptr>(server));
    run();
  }
  void start(recorder_config config = {}) {
    rec = sys.spawn(recorder, env, dir, config);
    run();
  }
  void report(std::string message) {
    record(rec, apiserver::node("n1"), "kubelet", "n1", *pod, false, "Pulled", std::move(message));
    run();
  }
  ~recorder_test() override {
    for (auto& a :
         {caf::actor_cast<caf::actor>(rec), caf::actor_cast<caf::actor>(server), caf::actor_cast<caf::actor>(dir)})
      caf::anon_send_exit(a, caf::exit_reason::kill);
    run();
    sched.clock().cancel_all();
  }
};

TEST_F(recorder_test, equal_reports_become_one_create_and_one_patch_under_the_reporters_identity) {
  start();
  offer();
  report("done");
  report("done");
  ASSERT_EQ(log.calls.size(), 2u);
  EXPECT_EQ(log.calls[0].what, apiserver::verb::create);
  EXPECT_EQ(log.calls[0].who.name, "system:node:n1");
  EXPECT_EQ(log.calls[1].what, apiserver::verb::patch);
  EXPECT_EQ(log.calls[1].name, log.calls[0].object->name());
}

TEST_F(recorder_test, reports_wait_for_an_api_server) {
  start();
  report("done");
  EXPECT_TRUE(log.calls.empty());
  offer();
  EXPECT_EQ(log.calls.size(), 1u);
}

TEST_F(recorder_test, an_event_that_expired_is_created_again) {
  start();
  offer();
  report("done");
  log.codes = {404, 201};
  report("done");
  ASSERT_EQ(log.calls.size(), 3u);
  EXPECT_EQ(log.calls[2].what, apiserver::verb::create);
}

TEST_F(recorder_test, a_busy_api_server_is_asked_again_later) {
  start();
  offer();
  log.codes = {429};
  report("done");
  EXPECT_EQ(log.calls.size(), 1u);
  sched.advance_time(10s);
  run();
  EXPECT_EQ(log.calls.size(), 2u);
}

TEST_F(recorder_test, a_refused_event_is_not_tried_again) {
  start();
  offer();
  log.codes = {403};
  report("done");
  sched.advance_time(60s);
  run();
  EXPECT_EQ(log.calls.size(), 1u);
}

TEST_F(recorder_test, more_reports_than_may_wait_are_dropped) {
  recorder_config config;
  config.waiting_max = 3;
  start(config);
  for (int i = 0; i < 8; ++i) report("m" + std::to_string(i));
  offer();
  EXPECT_EQ(log.calls.size(), 3u);
}

TEST_F(recorder_test, a_silent_api_server_gets_no_more_calls_than_may_be_in_flight) {
  recorder_config config;
  config.in_flight_max = 2;
  start(config);
  offer();
  log.silent = true;
  for (int i = 0; i < 5; ++i) report("m" + std::to_string(i));
  EXPECT_EQ(log.calls.size(), 2u);
}

} // namespace
} // namespace troupe::actors::events
