#pragma once
#include "actors/base/error.hpp"
#include "actors/directory/directory.hpp"
#include "actors/scheduler/scheduler.hpp"
#include "tests/support/fake_api.hpp"
#include <caf/actor_system_config.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <caf/send.hpp>
#include <gtest/gtest.h>

namespace troupe::actors::scheduler {

struct fake_events_state {
  static inline const char* name = "fake_events";
};
inline events::recorder_actor::behavior_type fake_events(stateful<fake_events_state, events::recorder_actor::base>*,
                                                         std::vector<policies::node::event>* log) {
  return {[log](event_atom, const shared<events::report>& r) { log->push_back(r->what); },
          [](peer_atom, const std::string&, const caf::strong_actor_ptr&) {}, [](retry_atom) {}};
}

/// A scheduler under virtual time with a fake API server and event recorder; the test plays the mirrors.
class scheduler_test : public testing::Test {
public:
  ~scheduler_test() override {
    for (auto& a : {caf::actor_cast<caf::actor>(placer), caf::actor_cast<caf::actor>(server),
                    caf::actor_cast<caf::actor>(recorder), caf::actor_cast<caf::actor>(dir)})
      caf::anon_send_exit(a, caf::exit_reason::kill);
    run();
    sched.clock().cancel_all();
  }
  void run() {
    while (sched.try_run_once()) {
    }
  }
  void pass(caf::timespan d) {
    sched.advance_time(d);
    run();
  }
  void offer(std::string role, caf::strong_actor_ptr player) {
    caf::anon_send(dir, offer_atom::value, std::move(role), std::move(player));
    run();
  }
  void start(scheduler_config config = {}) {
    placer = sys.spawn(scheduler, env, dir, config);
    offer("apiserver", caf::actor_cast<caf::strong_actor_ptr>(server));
    offer("events", caf::actor_cast<caf::strong_actor_ptr>(recorder));
  }
  /// The mirrors' first lists, so that placing may begin.
  void start_empty(scheduler_config config = {}) {
    start(std::move(config));
    tell("nodes", {}, true);
    tell("pods", {}, true);
  }
  void tell(std::string resource, std::vector<mirror::change> changes, bool replace = false) {
    caf::anon_send(placer, changed_atom::value,
                   share(mirror::update{{"", std::move(resource)}, replace, 1, std::move(changes)}));
    run();
  }
  static api::object_ptr pod(std::string name, std::string_view spec = "{}", std::string uid = "u",
                             std::string_view status = "{}") {
    return api::object::make({{"apiVersion", "v1"},
                              {"kind", "Pod"},
                              {"metadata", {{"name", name}, {"namespace", "default"}, {"uid", uid}}},
                              {"spec", api::json::parse(spec)},
                              {"status", api::json::parse(status)}});
  }
  static api::object_ptr node(std::string name, std::string_view cpu = "4", std::string_view spec = "{}") {
    return api::object::make({{"apiVersion", "v1"},
                              {"kind", "Node"},
                              {"metadata", api::json::object{{"name", name}}},
                              {"spec", api::json::parse(spec)},
                              {"status", {{"allocatable", {{"cpu", cpu}, {"memory", "8Gi"}, {"pods", "110"}}}}}});
  }
  static std::string wants(std::string cpu, int priority = 0, std::string on = "") {
    return R"({"priority":)" + std::to_string(priority) + (on.empty() ? "" : R"(,"nodeName":")" + on + '"') +
           R"(,"containers":[{"resources":{"requests":{"cpu":")" + cpu + R"("}}}]})";
  }
  /// "web->n1" for each binding that was written.
  [[nodiscard]] std::vector<std::string> bindings() const {
    std::vector<std::string> out;
    for (auto& c : log.calls)
      if (c.subresource == "binding")
        out.push_back(c.name + "->" + std::string(api::string_at(c.object->body(), {"target", "name"})));
    return out;
  }
  [[nodiscard]] std::vector<std::string> messages(std::string_view reason) const {
    std::vector<std::string> out;
    for (auto& e : said)
      if (e.reason == reason) out.push_back(e.message);
    return out;
  }

  struct test_system_config : caf::actor_system_config {
    test_system_config() { set("scheduler.policy", caf::atom("testing")); }
  } cfg;
  caf::actor_system sys{cfg};
  caf::scheduler::test_coordinator& sched = dynamic_cast<caf::scheduler::test_coordinator&>(sys.scheduler());
  environment_ptr env = environment::simulated(1, sys, *api::parse_time("2026-11-22T16:00:00Z"));
  directory::directory_actor dir = sys.spawn(directory::directory);
  api_log log;
  std::vector<policies::node::event> said;
  apiserver::apiserver_actor server = sys.spawn(fake_api, &log);
  events::recorder_actor recorder = sys.spawn(fake_events, &said);
  scheduler_actor placer;
};

using strings = std::vector<std::string>;

} // namespace troupe::actors::scheduler
