#include "actors/watch_cache/state.hpp"
#include "tests/support/actor_fixture.hpp"
#include <deque>

namespace troupe::actors::watch_cache {
namespace {

using namespace std::chrono_literals;
const api::group_resource pods{"", "pods"}, others{"", "configmaps"};

struct watch_cache_test : actor_fixture {
  watch_cache_actor cache;
  void start_cache(std::size_t capacity = 4096) {
    watch_cache_config config;
    config.type = pods;
    config.history_capacity = capacity;
    cache = own(sys.spawn(watch_cache, config, dir));
    run();
  }
  std::int64_t watch(std::int64_t after, scope where = {}, std::uint32_t credit = 64) {
    watch_query q{1, where, after, credit};
    auto r = ask<std::int64_t>(cache, watch_atom::value, share(std::move(q)), caf::actor_cast<caf::actor>(self));
    return r ? *r : -1;
  }
  std::vector<cached_event_ptr> received;
  event_batch::end ended = event_batch::end::open;
  std::size_t batches = 0;
  void receive_all() {
    run();
    bool more = true;
    while (more)
      self->receive([&](event_atom, shared<event_batch>& b) {
        ++batches;
        received.insert(received.end(), b->events.begin(), b->events.end());
        ended = b->ended;
      }, caf::after(0ms) >> [&] { more = false; });
  }
};

TEST_F(watch_cache_test, a_read_sees_every_acknowledged_write) {
  start_store();
  start_cache();
  put(pods, "a", "x");
  auto found = ask<object_handle>(cache, read_atom::value, std::string("a"), std::string("x"), std::int64_t{-1});
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->name(), "x");
}

TEST_F(watch_cache_test, a_list_shows_a_revision_that_covers_other_types_writes) {
  start_store();
  start_cache();
  put(pods, "a", "x");
  auto last = put(others, "a", "y");
  auto list = ask<shared<list_result>>(cache, list_atom::value, share(list_query{}));
  ASSERT_TRUE(list);
  EXPECT_EQ((*list)->revision, last);
  EXPECT_EQ((*list)->items.size(), 1u);
}

TEST_F(watch_cache_test, a_read_at_a_future_revision_fails_after_three_seconds) {
  start_store();
  start_cache();
  self->send(caf::actor_cast<caf::actor>(cache), read_atom::value, std::string("a"), std::string("x"),
             std::int64_t{1000});
  pass(4s);
  self->receive([](object_handle&) { FAIL(); }, [](caf::error& e) { EXPECT_EQ(code_of(e), errc::future_revision); });
}

/// A store that leaves questions for its newest revision open until it is told an answer for one of them.
caf::behavior silent_store(caf::event_based_actor* self, store::store_actor real) {
  auto questions = std::make_shared<std::deque<caf::response_promise>>();
  return {
    [=](list_atom, const shared<store::mvcc::range_request>& range) {
      return self->delegate(real, list_atom::value, range);
    },
    [=](watch_atom, const shared<store::watch_request>& watch, const store::subscriber_actor& subscriber) {
      return self->delegate(real, watch_atom::value, watch, subscriber);
    },
    [=](read_atom) {
      questions->push_back(self->make_response_promise());
      return questions->back();
    },
    [=](tick_atom, const caf::error& e) {
      auto question = std::move(questions->front());
      questions->pop_front();
      if (e) question.deliver(e);
      else question.deliver(store::mvcc::revision{1});
    },
    [](credit_atom, std::uint64_t, std::uint32_t) {},
  };
}

struct silent_store_test : watch_cache_test {
  caf::actor silent;
  void SetUp() override {
    start_store();
    silent = own(sys.spawn(silent_store, store::store_actor(shard)));
    caf::anon_send(dir, offer_atom::value, std::string("store/0"), caf::actor_cast<caf::strong_actor_ptr>(silent));
    start_cache();
  }
  void answer(caf::error e) {
    caf::anon_send(silent, tick_atom::value, std::move(e));
    run();
  }
  void read_newest() {
    self->send(caf::actor_cast<caf::actor>(cache), read_atom::value, std::string("a"), std::string("x"),
               std::int64_t{-1});
    run();
  }
  caf::error outcome() {
    caf::error out;
    self->receive([](object_handle&) {}, [&](caf::error& e) { out = std::move(e); },
                  caf::after(0ms) >> [&] { out = make_error(errc::not_found, "no answer"); });
    return out;
  }
};

TEST_F(silent_store_test, a_read_of_the_newest_times_out_and_does_not_say_that_its_revision_is_too_large) {
  read_newest();
  read_newest();
  pass(4s);
  EXPECT_EQ(outcome(), caf::sec::request_timeout);
  EXPECT_EQ(outcome(), caf::sec::request_timeout);
}

TEST_F(silent_store_test, a_question_that_fails_does_not_keep_those_that_came_after_it_waiting) {
  read_newest();
  read_newest();
  answer(make_error(errc::not_leader));
  EXPECT_EQ(code_of(outcome()), errc::unavailable);
  answer({});
  EXPECT_EQ(outcome(), caf::error{});
}

TEST_F(watch_cache_test, a_watch_brings_what_comes_after_its_revision_and_in_its_scope) {
  start_store();
  start_cache();
  put(pods, "a", "x");
  auto from = put(pods, "a", "y");
  ASSERT_GE(watch(from, {"a", ""}), 0);
  put(pods, "b", "other");
  put(pods, "a", "x");
  erase(pods, "a", "y");
  receive_all();
  ASSERT_EQ(received.size(), 2u);
  EXPECT_EQ(received[0]->type, event_type::modified);
  EXPECT_EQ(received[1]->type, event_type::removed);
}

TEST_F(watch_cache_test, a_watch_from_before_the_window_is_refused) {
  start_store();
  start_cache(2);
  auto first = put(pods, "a", "x");
  for (int i = 0; i < 5; ++i) put(pods, "a", "x");
  EXPECT_EQ(watch(first), -1);
  EXPECT_EQ(code_of(error), errc::compacted);
}

TEST_F(watch_cache_test, a_subscriber_without_credit_is_not_flooded_and_goes_on_later) {
  start_store();
  start_cache();
  auto from = put(pods, "a", "x");
  watch(from, {}, 1);
  for (int i = 0; i < 5; ++i) put(pods, "a", "x");
  receive_all();
  EXPECT_EQ(batches, 1u);
  self->send(caf::actor_cast<caf::actor>(cache), credit_atom::value, std::uint64_t{1},
             caf::actor_cast<caf::actor>(self), std::uint32_t{8});
  receive_all();
  EXPECT_EQ(received.size(), 5u) << "nothing is lost";
  EXPECT_EQ(ended, event_batch::end::open);
}

TEST_F(watch_cache_test, a_subscriber_that_falls_out_of_the_window_is_told_to_list_again) {
  start_store();
  start_cache(2);
  auto from = put(pods, "a", "x");
  watch(from, {}, 1);
  for (int i = 0; i < 6; ++i) put(pods, "a", "x");
  receive_all();
  self->send(caf::actor_cast<caf::actor>(cache), credit_atom::value, std::uint64_t{1},
             caf::actor_cast<caf::actor>(self), std::uint32_t{8});
  receive_all();
  EXPECT_EQ(ended, event_batch::end::expired);
}

TEST_F(watch_cache_test, a_bookmark_tells_a_revision_that_other_types_have_reached) {
  start_store();
  start_cache();
  auto from = put(pods, "a", "x");
  watch(from);
  auto last = put(others, "a", "y");
  self->send(caf::actor_cast<caf::actor>(cache), credit_atom::value, std::uint64_t{1},
             caf::actor_cast<caf::actor>(self), std::uint32_t{0});
  run();
  std::int64_t told = 0;
  self->receive([&](event_atom, shared<event_batch>& b) { told = b->revision; }, caf::after(0ms) >> [] {});
  EXPECT_EQ(told, last);
}

TEST_F(watch_cache_test, a_new_store_ends_all_watches) {
  start_store();
  start_cache();
  auto from = put(pods, "a", "x");
  watch(from);
  caf::anon_send_exit(caf::actor_cast<caf::actor>(shard), caf::exit_reason::kill);
  receive_all();
  EXPECT_EQ(ended, event_batch::end::expired);
}

} // namespace
} // namespace troupe::actors::watch_cache
