#include "actors/apiserver/client.hpp"
#include "actors/gate/door.hpp"
#include "tests/actors/gate/fixture.hpp"
#include <deque>

namespace troupe::actors::gate {
namespace {

using namespace std::chrono_literals;
using watch_cache::event_batch;

struct door_test : gate_fixture {
  watch_cache::watch_cache_actor to;
  std::vector<shared<event_batch>> batches;

  std::optional<std::int64_t> watch(std::uint64_t id, std::int64_t after, std::uint32_t credit = 64) {
    watch_cache::watch_query q;
    q.id = id;
    q.after = after;
    q.credit = credit;
    return ask<std::int64_t>(to, watch_atom::value, share(std::move(q)), caf::actor_cast<caf::actor>(self));
  }
  void grant(std::uint64_t id, std::uint32_t credit) {
    self->send(caf::actor_cast<caf::actor>(to), credit_atom::value, id, caf::actor_cast<caf::actor>(self), credit);
    receive();
  }
  void receive() {
    run();
    bool more = true;
    while (more)
      self->receive([&](event_atom, shared<event_batch>& b) { batches.push_back(b); },
                    caf::after(0ms) >> [&] { more = false; });
  }
  std::int64_t listed() {
    auto found = ask<shared<watch_cache::list_result>>(to, list_atom::value, share(watch_cache::list_query{}));
    return found ? (*found)->revision : -1;
  }
  ~door_test() override { to = nullptr; }
};

TEST_F(door_test, a_watch_gets_events_within_its_credit_in_order) {
  start();
  to = door(open("n1"), "pods");
  ASSERT_TRUE(watch(7, listed(), 1));
  auto first = put(pods, "a", "p", on("n1"));
  auto second = put(pods, "a", "q", on("n1"));
  receive();
  ASSERT_EQ(batches.size(), 1u);
  EXPECT_EQ(batches[0]->id, 7u);
  EXPECT_EQ(batches[0]->revision, first);
  grant(7, 1);
  ASSERT_EQ(batches.size(), 2u);
  EXPECT_EQ(batches[1]->revision, second);
  auto elsewhere = put(services, "a", "s");
  grant(7, 0);
  ASSERT_EQ(batches.size(), 3u) << "a bookmark";
  EXPECT_TRUE(batches[2]->events.empty());
  EXPECT_GE(batches[2]->revision, elsewhere);
}

TEST_F(door_test, a_watch_that_falls_behind_the_history_is_told_to_list_again) {
  start();
  to = door(open("n1", {.history_max = 4}), "pods");
  auto from = listed();
  ASSERT_TRUE(watch(1, from, 1));
  for (int i = 0; i < 10; ++i) put(pods, "a", "p" + std::to_string(i), on("n1"));
  receive();
  EXPECT_EQ(batches.size(), 1u);
  grant(1, 1);
  ASSERT_EQ(batches.size(), 2u);
  EXPECT_EQ(batches[1]->ended, event_batch::end::expired);
  EXPECT_FALSE(watch(2, from));
  EXPECT_EQ(code_of(error), errc::compacted);
}

TEST_F(door_test, a_cancelled_watch_gets_nothing_and_too_many_end_the_oldest) {
  start();
  to = door(open("n1", {.watches_max = 2}), "pods");
  auto from = listed();
  ASSERT_TRUE(watch(1, from));
  self->send(caf::actor_cast<caf::actor>(to), cancel_atom::value, std::uint64_t{1}, caf::actor_cast<caf::actor>(self));
  put(pods, "a", "p", on("n1"));
  receive();
  EXPECT_TRUE(batches.empty());
  from = listed();
  for (std::uint64_t id : {2, 3, 4}) EXPECT_TRUE(watch(id, from));
  receive();
  ASSERT_EQ(batches.size(), 1u);
  EXPECT_EQ(batches[0]->id, 2u);
  EXPECT_EQ(batches[0]->ended, event_batch::end::expired);
}

TEST_F(door_test, what_no_reader_would_send_is_refused_or_ignored) {
  start();
  put(pods, "a", "p", on("n1"));
  to = door(open("n1"), "pods");
  auto me = caf::actor_cast<caf::actor>(self);
  EXPECT_FALSE(ask<std::int64_t>(to, watch_atom::value, shared<watch_cache::watch_query>{}, me));
  EXPECT_EQ(code_of(error), errc::invalid_argument);
  EXPECT_FALSE(ask<std::int64_t>(to, watch_atom::value, share(watch_cache::watch_query{}), caf::actor{}));
  EXPECT_EQ(code_of(error), errc::invalid_argument);
  EXPECT_FALSE(ask<shared<watch_cache::list_result>>(to, list_atom::value, shared<watch_cache::list_query>{}));
  EXPECT_EQ(code_of(error), errc::invalid_argument);
  auto any = caf::actor_cast<caf::actor>(to);
  // From nobody: a subscriber must be where the message comes from.
  caf::anon_send(any, watch_atom::value, share(watch_cache::watch_query{}), me);
  caf::anon_send(any, credit_atom::value, std::uint64_t{0}, caf::actor{}, std::uint32_t{1});
  caf::anon_send(any, event_atom::value, shared<store::event_batch>{});
  caf::anon_send(any, peer_atom::value, std::string("mirror/pods"), caf::strong_actor_ptr{});
  caf::anon_send(any, tick_atom::value);
  caf::anon_send(any, changed_atom::value, shared<mirror::update>{});
  receive();
  EXPECT_TRUE(batches.empty());
  EXPECT_EQ(names(to), list{"a/p"});
}

TEST_F(door_test, a_door_takes_its_front_along) {
  start();
  auto gate = open("n1");
  for (auto& [role, player] : gate)
    caf::anon_send_exit(caf::actor_cast<caf::actor>(player), caf::exit_reason::user_shutdown);
  run();
  for (auto& row : probe_table::instance().rows()) EXPECT_EQ(std::string(row.name).find("gate_"), std::string::npos);
}

/// Keeps its calls until it is told to answer the oldest.
using fake_api_actor = apiserver::apiserver_actor::extend<caf::reacts_to<tick_atom>>;

struct fake_api_state {
  static inline const char* name = "fake_api";
  std::vector<apiserver::call> calls;
  std::deque<caf::typed_response_promise<shared<apiserver::reply>>> open;
};

struct api_door_test : gate_fixture {
  using fake_pointer = stateful<fake_api_state, fake_api_actor::base>*;
  fake_pointer fake = nullptr;
  fake_api_actor api;
  apiserver::apiserver_actor entrance;

  void start_api() {
    api = own(sys.spawn([this](fake_pointer s) -> fake_api_actor::behavior_type {
      fake = s;
      return {[s](call_atom, const shared<apiserver::call>& c) {
                s->state.calls.push_back(*c);
                s->state.open.push_back(s->make_response_promise<shared<apiserver::reply>>());
                return s->state.open.back();
              },
              [s](tick_atom) {
                s->state.open.front().deliver(share(apiserver::reply{}));
                s->state.open.pop_front();
              }};
    }));
    caf::anon_send(dir, offer_atom::value, std::string("apiserver"), caf::actor_cast<caf::strong_actor_ptr>(api));
    run();
  }
  void send(const shared<apiserver::call>& c) {
    self->send(caf::actor_cast<caf::actor>(entrance), call_atom::value, c);
    run();
  }
  void answer() {
    caf::anon_send(api, tick_atom::value);
    run();
  }
  int code() {
    int out = 0;
    self->receive([&](shared<apiserver::reply>& r) { out = r->code; }, caf::after(0ms) >> [] {});
    return out;
  }
  ~api_door_test() override {
    api = nullptr;
    entrance = nullptr;
  }
};

TEST_F(api_door_test, a_call_carries_the_nodes_identity_whatever_it_brings) {
  start_api();
  entrance = own(sys.spawn(api_door, std::string("n1"), gate_config{}, dir));
  send(apiserver::list(apiserver::admin(), {"", "v1", "secrets"}));
  ASSERT_EQ(fake->state.calls.size(), 1u);
  EXPECT_EQ(fake->state.calls[0].who.name, "system:node:n1");
  EXPECT_EQ(fake->state.calls[0].who.groups, (std::vector<std::string>{"system:nodes", "system:authenticated"}));
  EXPECT_EQ(fake->state.calls[0].resource, "secrets");
  answer();
  EXPECT_EQ(code(), 200);
}

TEST_F(api_door_test, calls_under_way_are_bounded) {
  start_api();
  entrance = own(sys.spawn(api_door, std::string("n1"), gate_config{.calls_max = 2}, dir));
  auto c = apiserver::list(apiserver::admin(), {"", "v1", "pods"});
  for (int i = 0; i < 3; ++i) send(c);
  EXPECT_EQ(code(), 429);
  EXPECT_EQ(fake->state.calls.size(), 2u);
  answer();
  EXPECT_EQ(code(), 200);
  send(c);
  EXPECT_EQ(fake->state.calls.size(), 3u);
  send({});
  EXPECT_EQ(code(), 400);
}

TEST_F(api_door_test, an_api_server_that_ends_is_looked_for_again) {
  start_api();
  entrance = own(sys.spawn(api_door, std::string("n1"), gate_config{}, dir));
  auto c = apiserver::list(apiserver::admin(), {"", "v1", "pods"});
  send(c);
  kill(caf::actor_cast<caf::actor>(api));
  pass(21s);
  EXPECT_EQ(code(), 504);
  start_api();
  send(c);
  ASSERT_EQ(fake->state.calls.size(), 1u);
  answer();
  EXPECT_EQ(code(), 200);
}

} // namespace
} // namespace troupe::actors::gate
