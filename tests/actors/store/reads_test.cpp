#include "tests/actors/store/fixture.hpp"

namespace troupe::actors::store {
namespace {

class reads_test : public test::store_test {};

TEST_F(reads_test, the_read_index_is_the_newest_answered_revision) {
  EXPECT_EQ(ask<mvcc::revision>(read_atom::value), 1);
  auto r = put("a", "1");
  EXPECT_EQ(ask<mvcc::revision>(read_atom::value), r);
}

TEST_F(reads_test, a_read_costs_no_log_entry) {
  auto before = status().last_index;
  for (int i = 0; i < 10; ++i) ask<mvcc::revision>(read_atom::value);
  list("a");
  EXPECT_EQ(status().last_index, before);
}

TEST_F(reads_test, lists_see_the_newest_or_the_revision_asked_for) {
  put("a", "1");
  put("a", "2");
  EXPECT_EQ(list("a"), "a=2");
  EXPECT_EQ(list("a", 2), "a=1");
}

TEST_F(reads_test, bad_lists_are_refused) {
  auto refused = [&](mvcc::range_request r) {
    auto answer = ask<shared<mvcc::range_response>>(list_atom::value, share(std::move(r)));
    return answer ? errc::none : code_of(answer.error());
  };
  EXPECT_EQ(refused({}), errc::invalid_argument);
  EXPECT_EQ(refused({.keys = {"a", ""}, .at = 99}), errc::future_revision);
  for (int i = 0; i < 3; ++i) put("a", "x");
  ASSERT_TRUE(call(compact_request{3}).has_value());
  EXPECT_EQ(refused({.keys = {"a", ""}, .at = 2}), errc::compacted);
}

TEST_F(reads_test, reads_that_wait_are_answered_when_the_store_stops) {
  caf::error got;
  bool answered = false;
  system.spawn([&](caf::event_based_actor* me) {
    me->request(shard, 5s, read_atom::value)
      .then([&](mvcc::revision) { answered = true; }, [&](caf::error& e) { got = e; });
  });
  caf::anon_send_exit(shard, caf::exit_reason::user_shutdown);
  settle();
  EXPECT_TRUE(answered || got);
}

} // namespace
} // namespace troupe::actors::store
