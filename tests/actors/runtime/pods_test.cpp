#include "actors/runtime/pods.hpp"
#include "fake_backend.hpp"
#include "tests/actors/runtime/world.hpp"

namespace troupe::actors::runtime {
namespace {

using namespace std::chrono_literals;
using diary = std::vector<std::string>;

struct pods_test : world {
  std::shared_ptr<fake_backend> machine = std::make_shared<fake_backend>();
  pods_actor actor;

  void spawn() { actor = sys.spawn(pods, std::shared_ptr<backend>(machine), env, 2u, machine->recover()); }
  void SetUp() override { spawn(); }
  void TearDown() override {
    caf::anon_send_exit(actor, caf::exit_reason::kill);
    actor = nullptr;
    run();
  }
  template <class... Ts> void tell(Ts&&... xs) {
    self->send(actor, std::forward<Ts>(xs)...);
    run();
  }
  std::string sandbox(const std::string& name) {
    tell(run_atom::value, share(sandbox_config{.name = name}));
    auto s = answer<shared<sandbox_status>>();
    return s ? (*s)->id : "";
  }
  std::string container(const std::string& in, const std::string& name) {
    tell(create_atom::value, sandbox_id{in}, share(container_config{.name = name}));
    auto id = answer<container_id>();
    return id ? id->value : "";
  }
  std::string started(const std::string& in, const std::string& name) {
    auto id = container(in, name);
    tell(start_atom::value, container_id{id});
    EXPECT_TRUE(done());
    return id;
  }
  container_state state(const std::string& id) {
    tell(status_atom::value, container_id{id});
    auto s = answer<shared<container_status>>();
    return s ? (*s)->state : container_state::created;
  }
};

TEST_F(pods_test, the_verbs_of_one_pod_happen_in_their_order) {
  auto s = sandbox("p");
  auto id = started(s, "a");
  EXPECT_EQ(state(id), container_state::running);
  EXPECT_EQ(machine->diary, (diary{"make_sandbox p", "make a", "start a"}));
}

TEST_F(pods_test, a_stop_is_answered_when_the_container_is_dead) {
  machine->deadly = {9};
  auto id = started(sandbox("p"), "a");
  tell(stop_atom::value, container_id{id}, 30u);
  EXPECT_FALSE(done()) << "it ignores the stop signal";
  sched.advance_time(29s);
  run();
  EXPECT_EQ(machine->diary.back(), "signal a 15");
  sched.advance_time(2s);
  run();
  EXPECT_TRUE(done());
  EXPECT_EQ(state(id), container_state::exited);
}

TEST_F(pods_test, a_second_stop_shortens_the_grace_period_and_does_not_signal_again) {
  machine->deadly = {9};
  auto id = started(sandbox("p"), "a");
  tell(stop_atom::value, container_id{id}, 30u);
  tell(stop_atom::value, container_id{id}, 1u);
  EXPECT_EQ(std::count(machine->diary.begin(), machine->diary.end(), "signal a 15"), 1);
  sched.advance_time(2s);
  run();
  EXPECT_TRUE(done());
  EXPECT_TRUE(done()) << "both are answered";
}

TEST_F(pods_test, a_failed_start_is_an_exit_with_its_reason) {
  machine->failing = {"start"};
  auto id = container(sandbox("p"), "a");
  tell(watch_atom::value, caf::actor_cast<caf::actor>(self));
  done();
  tell(start_atom::value, container_id{id});
  std::string reason;
  self->receive([&](event_atom, shared<container_event>& e) { reason = e->status.reason; }, caf::after(0s) >> [] {});
  EXPECT_EQ(reason, "StartError");
  EXPECT_FALSE(done());
  EXPECT_EQ(last, "the container runtime failed: start failed");
  EXPECT_EQ(state(id), container_state::exited);
}

TEST_F(pods_test, a_sandbox_that_breaks_is_told_and_takes_no_more_containers) {
  auto in = sandbox("p");
  tell(watch_atom::value, caf::actor_cast<caf::actor>(self));
  done();
  auto told = [&] {
    int n = 0;
    self->receive([&](event_atom, shared<container_event>& e) {
      n += e->what == container_event::kind::broken && e->status.sandbox == in;
    }, caf::after(0s) >> [] {});
    return n;
  };
  machine->on_end(in);
  run();
  EXPECT_EQ(told(), 0) << "it lives";
  machine->broken = {in};
  machine->on_end(in);
  machine->on_end(in);
  run();
  EXPECT_EQ(told(), 1);
  EXPECT_EQ(told(), 0) << "once";
  EXPECT_EQ(container(in, "a"), "");
}

TEST_F(pods_test, an_end_that_nobody_asked_for_is_an_event) {
  auto id = started(sandbox("p"), "a");
  tell(watch_atom::value, caf::actor_cast<caf::actor>(self));
  done();
  machine->on_end(id);
  run();
  EXPECT_EQ(state(id), container_state::running) << "a false alarm changes nothing";
  machine->ended.insert(id);
  machine->on_end(id);
  machine->on_end(id);
  run();
  int events = 0;
  self->receive_while([&] { return events < 1; })([&](event_atom, shared<container_event>& e) {
    ++events;
    EXPECT_EQ(e->what, container_event::kind::exited);
    EXPECT_EQ(e->status.exit_code, 3);
  });
  EXPECT_EQ(std::count(machine->diary.begin(), machine->diary.end(), "collect a"), 1);
}

TEST_F(pods_test, removing_a_sandbox_kills_stops_and_removes_what_is_in_it) {
  auto s = sandbox("p");
  started(s, "a");
  container(s, "b");
  machine->diary.clear();
  tell(remove_atom::value, sandbox_id{s});
  EXPECT_TRUE(done());
  auto& d = machine->diary;
  ASSERT_EQ(d.size(), 6u) << testing::PrintToString(d);
  EXPECT_EQ(d[0], "signal a 9");
  EXPECT_EQ(d[1], "collect a");
  EXPECT_EQ(d[2], "stop_sandbox p");
  EXPECT_EQ(d[5], "remove_sandbox p");
  tell(list_atom::value);
  auto all = answer<shared<inventory>>();
  EXPECT_TRUE((*all)->sandboxes.empty() && (*all)->containers.empty());
  tell(remove_atom::value, sandbox_id{s});
  EXPECT_TRUE(last.empty()) << "an unknown one is fine";
}

TEST_F(pods_test, a_stopped_sandbox_takes_no_containers) {
  auto s = sandbox("p");
  auto created = container(s, "a");
  tell(stop_atom::value, sandbox_id{s});
  EXPECT_TRUE(done());
  EXPECT_EQ(container(s, "b"), "");
  EXPECT_NE(last.find("failed to find sandbox id"), std::string::npos);
  tell(start_atom::value, container_id{created});
  EXPECT_FALSE(done());
}

TEST_F(pods_test, a_sandbox_that_cannot_be_stopped_says_so_and_can_be_tried_again) {
  auto s = sandbox("p");
  machine->failing = {"stop_sandbox"};
  tell(stop_atom::value, sandbox_id{s});
  EXPECT_FALSE(done());
  EXPECT_NE(last.find("stop_sandbox failed"), std::string::npos);
  machine->failing.clear();
  tell(stop_atom::value, sandbox_id{s});
  EXPECT_TRUE(done());
  auto n = machine->diary.size();
  tell(stop_atom::value, sandbox_id{s});
  EXPECT_EQ(machine->diary.size(), n) << "the third finds nothing to do";
}

TEST_F(pods_test, a_running_container_is_removed_after_it_was_killed) {
  auto id = started(sandbox("p"), "a");
  tell(remove_atom::value, container_id{id});
  EXPECT_TRUE(done());
  EXPECT_EQ(machine->diary.back(), "remove a");
  tell(status_atom::value, container_id{id});
  EXPECT_FALSE(answer<shared<container_status>>());
  EXPECT_EQ(last, "not found: container \"" + id + "\" not found");
}

TEST_F(pods_test, what_an_earlier_process_left_is_adopted_and_ends_are_noticed) {
  TearDown();
  sandbox_record s;
  s.status.id = "s1", s.status.ready = true, s.pod_cidr = "10.0.0.0/24";
  container_record alive, dead;
  alive.status.id = "c1", alive.status.sandbox = "s1", alive.status.state = container_state::running;
  dead = alive;
  dead.status.id = "c2";
  machine->before = {{s}, {alive, dead}};
  machine->ended = {"c2"};
  spawn();
  run();
  EXPECT_EQ(state("c1"), container_state::running);
  EXPECT_EQ(state("c2"), container_state::exited);
}

TEST_F(pods_test, a_command_is_run_only_in_a_running_container) {
  auto id = container(sandbox("p"), "a");
  tell(exec_atom::value, container_id{id}, diary{"ls"}, 0u);
  EXPECT_FALSE(answer<exec_result>());
  tell(start_atom::value, container_id{id});
  done();
  tell(exec_atom::value, container_id{id}, diary{"ls"}, 0u);
  auto r = answer<exec_result>();
  ASSERT_TRUE(r);
  EXPECT_EQ(r->exit_code, 5);
  EXPECT_EQ(r->out, "ls");
}

TEST_F(pods_test, the_pod_network_changes_only_while_nobody_uses_it) {
  tell(write_atom::value, std::string("10.1.0.0/24"));
  EXPECT_TRUE(done());
  sandbox("p");
  tell(write_atom::value, std::string("10.2.0.0/24"));
  EXPECT_FALSE(done());
  EXPECT_NE(last.find("has an address of 10.0.0.0/24"), std::string::npos);
}

} // namespace
} // namespace troupe::actors::runtime
