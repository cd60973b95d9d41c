#include "actors/base/error.hpp"
#include "actors/directory/directory.hpp"
#include <caf/actor_system_config.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>
#include <gtest/gtest.h>

namespace troupe::actors::directory {
namespace {

using namespace std::chrono_literals;

struct player_state { static inline const char* name = "player"; };
caf::behavior player(stateful<player_state>*) { return {[](int x) { return x; }}; }

struct directory_test : testing::Test {
  struct config : caf::actor_system_config {
    config() { set("scheduler.policy", caf::atom("testing")); }
  } cfg;
  caf::actor_system sys{cfg};
  caf::scheduler::test_coordinator& sched = dynamic_cast<caf::scheduler::test_coordinator&>(sys.scheduler());
  directory_actor dir = sys.spawn(directory);
  caf::scoped_actor self{sys};
  void run() { while (sched.try_run_once()) {} }
  ~directory_test() override {
    caf::anon_send_exit(dir, caf::exit_reason::kill);
    run();
  }
};

TEST_F(directory_test, a_look_up_waits_for_the_offer) {
  self->send(dir, lookup_atom::value, std::string("store/0"));
  run();
  auto p = sys.spawn(player);
  self->send(dir, offer_atom::value, std::string("store/0"), caf::actor_cast<caf::strong_actor_ptr>(p));
  run();
  self->receive([&](caf::strong_actor_ptr& found) { EXPECT_EQ(found->id(), p.id()); });
}

TEST_F(directory_test, a_look_up_of_a_role_that_nobody_plays_fails_after_five_seconds) {
  self->send(dir, lookup_atom::value, std::string("nobody"));
  run();
  sched.advance_time(6s);
  run();
  self->receive([](caf::error& e) { EXPECT_EQ(code_of(e), errc::unavailable); });
}

TEST_F(directory_test, a_subscriber_hears_of_a_player_and_of_its_end_and_of_its_successor) {
  self->send(dir, watch_atom::value, std::string("r"), caf::actor_cast<caf::actor>(self));
  auto first = sys.spawn(player), second = sys.spawn(player);
  self->send(dir, offer_atom::value, std::string("r"), caf::actor_cast<caf::strong_actor_ptr>(first));
  run();
  self->receive([&](peer_atom, const std::string&, caf::strong_actor_ptr& p) { EXPECT_EQ(p->id(), first.id()); });
  caf::anon_send_exit(first, caf::exit_reason::kill);
  run();
  self->receive([&](peer_atom, const std::string&, caf::strong_actor_ptr& p) { EXPECT_FALSE(p); });
  self->send(dir, offer_atom::value, std::string("r"), caf::actor_cast<caf::strong_actor_ptr>(second));
  run();
  self->receive([&](peer_atom, const std::string&, caf::strong_actor_ptr& p) { EXPECT_EQ(p->id(), second.id()); });
}

/// What the subscriber is told of a role, as the id of the player; zero for none.
caf::actor_id told(caf::scoped_actor& self) {
  caf::actor_id id = 0;
  bool any = false;
  self->receive(
    [&](peer_atom, const std::string&, caf::strong_actor_ptr& p) {
      any = true;
      id = p ? p->id() : 0;
    },
    caf::after(0s) >> [] {});
  return any ? id : 999'999;
}

TEST_F(directory_test, the_own_player_goes_before_those_of_other_nodes) {
  auto ptr = [](auto& a) { return caf::actor_cast<caf::strong_actor_ptr>(a); };
  auto own = sys.spawn(player), second = sys.spawn(player), third = sys.spawn(player);
  std::string role = "apiserver";
  self->send(dir, watch_atom::value, role, caf::actor_cast<caf::actor>(self));
  self->send(dir, offer_atom::value, role, ptr(third), std::uint64_t{3});
  run();
  EXPECT_EQ(told(self), third.id());
  self->send(dir, offer_atom::value, role, ptr(second), std::uint64_t{2});
  run();
  EXPECT_EQ(told(self), 999'999U) << "a player that is there is kept";
  self->send(dir, offer_atom::value, role, ptr(own));
  run();
  EXPECT_EQ(told(self), own.id());
  caf::anon_send_exit(own, caf::exit_reason::kill);
  run();
  EXPECT_EQ(told(self), second.id());
  self->send(dir, remove_atom::value, std::uint64_t{2});
  run();
  EXPECT_EQ(told(self), third.id()) << "the node is gone with all that it offered";
  self->send(dir, offer_atom::value, role, caf::strong_actor_ptr{}, std::uint64_t{3});
  run();
  EXPECT_EQ(told(self), 0U) << "taken back";
}

TEST_F(directory_test, who_exports_hears_of_own_players_alone) {
  auto own = sys.spawn(player), other = sys.spawn(player);
  self->send(dir, offer_atom::value, std::string("a"), caf::actor_cast<caf::strong_actor_ptr>(own));
  self->send(dir, offer_atom::value, std::string("b"), caf::actor_cast<caf::strong_actor_ptr>(other), std::uint64_t{2});
  self->send(dir, watch_atom::value, caf::actor_cast<caf::actor>(self));
  run();
  self->receive([&](offer_atom, const std::string& role, caf::strong_actor_ptr& p) {
    EXPECT_EQ(role, "a");
    EXPECT_EQ(p->id(), own.id());
  });
  caf::anon_send_exit(own, caf::exit_reason::kill);
  run();
  self->receive([&](offer_atom, const std::string& role, caf::strong_actor_ptr& p) {
    EXPECT_EQ(role, "a");
    EXPECT_FALSE(p);
  });
  EXPECT_TRUE(self->mailbox().empty());
}

} // namespace
} // namespace troupe::actors::directory
