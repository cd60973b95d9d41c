#include "actors/runtime/hollow.hpp"
#include "tests/actors/runtime/world.hpp"

namespace troupe::actors::runtime {
namespace {

using namespace std::chrono_literals;

struct hollow_test : world {
  handles rt = spawn_hollow(
      sys, env,
      {.node = "n", .pod_cidr = "10.9.0.0/29", .start_delay = caf::timespan{2s}, .pull_delay = caf::timespan{1s}});

  void TearDown() override {
    for (auto& a : {caf::actor_cast<caf::actor>(rt.pods), caf::actor_cast<caf::actor>(rt.images),
                    caf::actor_cast<caf::actor>(rt.sessions)})
      caf::anon_send_exit(a, caf::exit_reason::kill);
    rt = {};
    run();
  }
  template <class T, class... Ts> std::optional<T> ask(const auto& to, Ts&&... xs) {
    self->send(to, std::forward<Ts>(xs)...);
    run();
    return answer<T>();
  }
  std::string sandbox(sandbox_config c = {}) {
    auto s = ask<shared<sandbox_status>>(rt.pods, run_atom::value, share(std::move(c)));
    return s ? (*s)->id : "";
  }
  std::string container(const std::string& in, container_config c = {}) {
    auto id = ask<container_id>(rt.pods, create_atom::value, sandbox_id{in}, share(std::move(c)));
    return id ? id->value : "";
  }
  container_status status(const std::string& id) {
    auto s = ask<shared<container_status>>(rt.pods, status_atom::value, container_id{id});
    return s ? **s : container_status{};
  }
};

TEST_F(hollow_test, a_container_runs_after_the_delay_until_it_is_stopped) {
  auto id = container(sandbox());
  self->send(rt.pods, start_atom::value, container_id{id});
  run();
  EXPECT_FALSE(done());
  sched.advance_time(1s);
  run();
  EXPECT_EQ(status(id).state, container_state::created);
  sched.advance_time(1s);
  run();
  EXPECT_TRUE(done());
  auto s = status(id);
  EXPECT_EQ(s.state, container_state::running);
  EXPECT_EQ(s.started_us, (*api::parse_time("2026-01-01T00:00:02Z")).time_since_epoch().count());
  self->send(rt.pods, stop_atom::value, container_id{id}, 30u);
  run();
  EXPECT_EQ(status(id).exit_code, 143);
}

TEST_F(hollow_test, addresses_come_from_the_nodes_range_and_are_given_back) {
  std::vector<std::string> ids;
  std::set<std::string> ips;
  for (int i = 0; i < 5; ++i) {
    auto s = ask<shared<sandbox_status>>(rt.pods, run_atom::value, share(sandbox_config{}));
    ASSERT_TRUE(s);
    ids.push_back((*s)->id);
    ips.insert((*s)->ips.at(0));
  }
  EXPECT_EQ(ips, (std::set<std::string>{"10.9.0.2", "10.9.0.3", "10.9.0.4", "10.9.0.5", "10.9.0.6"}));
  EXPECT_EQ(sandbox(), "");
  EXPECT_NE(last.find("no IP addresses available"), std::string::npos);
  self->send(rt.pods, remove_atom::value, sandbox_id{ids[2]});
  run();
  done();
  auto s = ask<shared<sandbox_status>>(rt.pods, run_atom::value, share(sandbox_config{}));
  ASSERT_TRUE(s);
  EXPECT_EQ((*s)->ips.at(0), "10.9.0.4");
}

TEST_F(hollow_test, an_annotation_lets_a_container_end_by_itself) {
  auto id = container(sandbox({.annotations = {{"troupe.dev/hollow-exit", "3,60"}}}));
  self->send(rt.pods, watch_atom::value, caf::actor_cast<caf::actor>(self));
  run();
  done();
  self->send(rt.pods, start_atom::value, container_id{id});
  sched.advance_time(0s);
  run();
  sched.advance_time(2s);
  run();
  EXPECT_EQ(status(id).state, container_state::running);
  sched.advance_time(60s);
  run();
  std::vector<container_event::kind> kinds;
  bool more = true;
  while (more)
    self->receive([&](event_atom, shared<container_event>& e) { kinds.push_back(e->what); },
                  [] {}, [](shared<container_status>&) {},
                  caf::after(0s) >> [&] { more = false; });
  EXPECT_EQ(kinds, (std::vector{container_event::kind::started, container_event::kind::exited}));
  EXPECT_EQ(status(id).exit_code, 3);
}

TEST_F(hollow_test, images_are_there_once_pulled) {
  EXPECT_FALSE(*ask<shared<image_info>>(rt.images, status_atom::value, std::string("busybox")));
  self->send(rt.images, pull_atom::value, share(pull_request{.image = "busybox"}));
  run();
  sched.advance_time(1s);
  run();
  auto image = answer<shared<image_info>>();
  ASSERT_TRUE(image && *image);
  EXPECT_EQ((*image)->tags, std::vector<std::string>{"docker.io/library/busybox:latest"});
  auto found = ask<shared<image_info>>(rt.images, status_atom::value, (*image)->id);
  EXPECT_EQ((*found)->id, (*image)->id);
  ask<shared<image_info>>(rt.images, pull_atom::value, share(pull_request{.image = "Bad Name"}));
  EXPECT_NE(last.find("couldn't parse image name"), std::string::npos);
}

TEST_F(hollow_test, a_session_answers_politely_and_ends) {
  session_request r;
  r.what.container = "web";
  auto node = ask<caf::actor>(rt.sessions, open_atom::value, share(r), caf::actor_cast<caf::actor>(self));
  ASSERT_TRUE(node);
  std::string out, status;
  bool more = true;
  while (more)
    self->receive([&](data_atom, streams::channel c,
                      std::string& bytes) { (c == streams::channel::out ? out : status) += bytes; },
                  [&](close_atom, streams::channel) {}, caf::after(0s) >> [&] { more = false; });
  EXPECT_NE(out.find("does not really run"), std::string::npos);
  EXPECT_EQ(status, R"({"metadata":{},"status":"Success"})");
}

} // namespace
} // namespace troupe::actors::runtime
