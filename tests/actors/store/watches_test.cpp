#include "tests/actors/store/fixture.hpp"

namespace troupe::actors::store {
namespace {

class watches_test : public test::store_test {
protected:
  std::shared_ptr<inbox> in = std::make_shared<inbox>();
  subscriber_actor me;
  void SetUp() override {
    store_test::SetUp();
    me = watcher(in);
  }
  watch_request of(const std::string& prefix, mvcc::revision from = 0) {
    return {.id = 1, .keys = mvcc::key_range::prefix(prefix), .from = from};
  }
  void grant(std::uint32_t batches) {
    caf::send_as(me, shard, credit_atom::value, std::uint64_t(1), batches);
    settle();
  }
  void remove(const std::string& key) {
    ASSERT_TRUE(write({.success = {mvcc::delete_range_request{{key, {}}}}}).has_value());
  }
};

TEST_F(watches_test, changes_arrive_in_order_from_the_moment_of_the_watch) {
  put("a", "0");
  EXPECT_EQ(watch(me, of("a")), 2);
  put("a", "1");
  put("b", "1");
  remove("a");
  put("ab", "2");
  EXPECT_EQ(show(*in), "+a=1@3 | -a@5 | +ab=2@6");
  EXPECT_EQ(in->batches.back().revision, 6);
}

TEST_F(watches_test, a_watch_of_the_past_gets_the_history_first_and_then_the_present) {
  put("a", "1");
  put("a", "2");
  EXPECT_EQ(watch(me, of("a", 2)), 1);
  put("a", "3");
  EXPECT_EQ(show(*in), "+a=1@2 +a=2@3 | +a=3@4");
}

TEST_F(watches_test, a_watch_may_start_in_the_future) {
  EXPECT_EQ(watch(me, of("a", 4)), 3);
  put("a", "1");
  put("a", "2");
  put("a", "3");
  EXPECT_EQ(show(*in), "+a=3@4");
}

TEST_F(watches_test, a_compacted_start_is_refused_with_the_revision_to_start_from) {
  for (int i = 0; i < 5; ++i) put("a", "x");
  ASSERT_TRUE(call(compact_request{4}).has_value());
  auto r = watch(me, of("a", 3));
  ASSERT_FALSE(r.has_value());
  EXPECT_EQ(code_of(r.error()), errc::compacted);
  EXPECT_EQ(compact_revision_of(r.error()), 4);
  EXPECT_TRUE(watch(me, of("a", 4)).has_value());
  settle();
  EXPECT_EQ(show(*in), "+a=x@4 +a=x@5 +a=x@6");
}

TEST_F(watches_test, previous_versions_come_on_demand) {
  put("a", "1");
  auto r = of("a");
  r.prev_kv = true;
  ASSERT_TRUE(watch(me, r).has_value());
  put("a", "2");
  ASSERT_EQ(in->batches.size(), 1U);
  EXPECT_EQ(*in->batches[0].events[0].prev_kv->value, "1");
  auto other = std::make_shared<inbox>();
  ASSERT_TRUE(watch(watcher(other), of("a")).has_value());
  put("a", "3");
  EXPECT_EQ(other->batches[0].events[0].prev_kv, nullptr);
}

TEST_F(watches_test, kinds_of_events_can_be_left_out) {
  auto r = of("a");
  r.no_removal = true;
  ASSERT_TRUE(watch(me, r).has_value());
  put("a", "1");
  remove("a");
  EXPECT_EQ(show(*in), "+a=1@2");
}

TEST_F(watches_test, without_credit_nothing_is_sent_and_with_it_everything_without_gap) {
  auto r = of("a");
  r.credit = 1;
  ASSERT_TRUE(watch(me, r).has_value());
  for (int i = 1; i <= 4; ++i) put("a", std::to_string(i));
  EXPECT_EQ(show(*in), "+a=1@2");
  grant(1);
  EXPECT_EQ(show(*in), "+a=1@2 | +a=2@3 +a=3@4 +a=4@5");
  put("a", "5");
  grant(5);
  put("a", "6");
  EXPECT_EQ(show(*in), "+a=1@2 | +a=2@3 +a=3@4 +a=4@5 | +a=5@6 | +a=6@7");
}

TEST_F(watches_test, a_subscriber_that_is_too_slow_is_told_to_list_again) {
  stop();
  settings.subscriber_lag_max = 10;
  start();
  in = std::make_shared<inbox>();
  me = watcher(in);
  auto r = of("a");
  r.credit = 1;
  ASSERT_TRUE(watch(me, r).has_value());
  for (int i = 0; i < 15; ++i) put("a", "x");
  pass(200ms);
  ASSERT_EQ(in->batches.size(), 2U);
  EXPECT_EQ(in->batches[1].ended, event_batch::end::lagging);
  EXPECT_EQ(in->batches[1].revision, 2) << "how far it got";
  EXPECT_EQ(status().watches, 0U);
}

TEST_F(watches_test, a_slow_subscriber_that_the_compaction_overtakes_is_told_so) {
  auto r = of("a");
  r.credit = 1;
  ASSERT_TRUE(watch(me, r).has_value());
  for (int i = 0; i < 5; ++i) put("a", "x");
  ASSERT_TRUE(call(compact_request{5}).has_value());
  grant(1);
  EXPECT_EQ(in->batches.back().ended, event_batch::end::compacted);
  EXPECT_EQ(in->batches.back().compact_revision, 5);
}

TEST_F(watches_test, progress_is_told_on_request_and_never_overtakes_events) {
  auto r = of("a");
  r.credit = 2;
  ASSERT_TRUE(watch(me, r).has_value());
  put("b", "1");
  grant(0);
  EXPECT_EQ(show(*in), "progress 2");
  put("a", "1");
  put("a", "2");
  grant(0);
  EXPECT_EQ(show(*in), "progress 2 | +a=1@3") << "it is behind";
  grant(1);
  EXPECT_EQ(show(*in), "progress 2 | +a=1@3 | +a=2@4") << "a progress batch costs a credit, too";
  grant(1);
  EXPECT_EQ(show(*in), "progress 2 | +a=1@3 | +a=2@4 | progress 4");
}

TEST_F(watches_test, progress_of_every_turn_when_wanted) {
  auto r = of("a");
  r.progress = true;
  ASSERT_TRUE(watch(me, r).has_value());
  put("b", "1");
  put("a", "1");
  EXPECT_EQ(show(*in), "progress 2 | +a=1@3");
}

TEST_F(watches_test, cancelled_and_dead_subscribers_get_nothing) {
  ASSERT_TRUE(watch(me, of("a")).has_value());
  EXPECT_EQ(code_of(watch(me, of("a")).error()), errc::invalid_argument) << "the id is in use";
  caf::send_as(me, shard, cancel_atom::value, std::uint64_t(1));
  settle();
  EXPECT_EQ(status().watches, 0U);
  ASSERT_TRUE(watch(me, of("a")).has_value());
  caf::anon_send_exit(me, caf::exit_reason::kill);
  settle();
  EXPECT_EQ(status().watches, 0U);
  put("a", "1");
  EXPECT_EQ(show(*in), "");
}

TEST_F(watches_test, messages_without_a_sender_concern_no_watch) {
  ASSERT_TRUE(watch(me, of("a")).has_value());
  caf::anon_send(shard, cancel_atom::value, std::uint64_t(1));
  caf::anon_send(shard, credit_atom::value, std::uint64_t(1), std::uint32_t(1));
  settle();
  EXPECT_EQ(status().watches, 1U);
}

TEST_F(watches_test, the_events_are_under_way_before_the_answer) {
  ASSERT_TRUE(watch(me, of("a")).has_value());
  system.spawn([&](caf::event_based_actor* client) {
    mvcc::txn_request txn{.success = {mvcc::put_request{.key = "a", .value = mvcc::make_bytes("1")}}};
    client->request(shard, 5s, write_atom::value, share(std::move(txn)))
      .then([&](const shared<mvcc::txn_response>&) { in->order.emplace_back("answer"); });
  });
  settle();
  EXPECT_EQ(in->order, (std::vector<std::string>{"event 2", "answer"}));
}

TEST_F(watches_test, a_transaction_is_one_batch_and_a_long_history_several) {
  stop();
  settings.page_events_max = 4;
  start();
  in = std::make_shared<inbox>();
  me = watcher(in);
  for (int i = 0; i < 4; ++i)
    ASSERT_TRUE(write({.success = {mvcc::put_request{.key = "a", .value = mvcc::make_bytes("1")},
                                   mvcc::put_request{.key = "b", .value = mvcc::make_bytes("1")},
                                   mvcc::put_request{.key = "c", .value = mvcc::make_bytes("1")}}})
                  .has_value());
  ASSERT_TRUE(watch(me, {.id = 1, .keys = mvcc::key_range::prefix(""), .from = 2}).has_value());
  settle();
  ASSERT_EQ(in->batches.size(), 2U);
  EXPECT_EQ(in->batches[0].events.size(), 6U);
  EXPECT_EQ(in->batches[0].revision, 3);
  EXPECT_EQ(in->batches[1].events.size(), 6U);
}

TEST_F(watches_test, watches_end_when_the_store_stops) {
  ASSERT_TRUE(watch(me, of("a")).has_value());
  caf::anon_send_exit(shard, caf::exit_reason::user_shutdown);
  settle();
  EXPECT_EQ(show(*in), "end 3");
}

} // namespace
} // namespace troupe::actors::store
