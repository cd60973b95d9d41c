#include "tests/actors/store/fixture.hpp"

namespace troupe::actors::store {
namespace {

class maintenance_test : public test::store_test {};

TEST_F(maintenance_test, a_lease_that_nobody_keeps_alive_takes_its_keys_along) {
  ASSERT_TRUE(call(mvcc::lease_grant_request{7, 5}).has_value());
  put("a", "1", 7);
  put("b", "1");
  pass(4s);
  EXPECT_EQ(list(""), "a=1 b=1");
  ASSERT_TRUE(call(lease_keepalive{7}).has_value());
  pass(4s);
  EXPECT_EQ(list(""), "a=1 b=1");
  pass(2s);
  EXPECT_EQ(list(""), "b=1");
  EXPECT_EQ(status().leases, 0U);
}

TEST_F(maintenance_test, a_new_leader_gives_every_lease_its_whole_time_again) {
  ASSERT_TRUE(call(mvcc::lease_grant_request{7, 5}).has_value());
  put("a", "1", 7);
  pass(4s);
  auto kept = files; // The same memory, as if it were the disk.
  stop();
  shard = system.spawn(store, store_dependencies{environment_, kept, {}}, settings);
  settle();
  pass(4s);
  EXPECT_EQ(list("a"), "a=1");
  pass(2s);
  EXPECT_EQ(list("a"), "");
}

TEST_F(maintenance_test, history_is_kept_for_its_window_and_then_forgotten) {
  for (int i = 0; i < 5; ++i) put("a", std::to_string(i)); // Revisions 2 to 6.
  pass(290s);
  put("a", "late");
  EXPECT_EQ(list("a", 2), "a=0");
  pass(40s);
  EXPECT_EQ(status().compact_revision, 6);
  EXPECT_EQ(list("a", 6), "a=4");
  EXPECT_NE(list("a", 5).find("compacted"), std::string::npos);
}

TEST_F(maintenance_test, history_has_a_bound_in_revisions) {
  stop();
  settings.history_revisions_max = 100;
  start();
  for (int i = 0; i < 300; ++i) put("a", "x");
  pass(15s);
  EXPECT_EQ(status().compact_revision, 201);
}

TEST_F(maintenance_test, an_idle_store_writes_nothing) {
  put("a", "x");
  pass(700s);
  auto before = status().last_index;
  pass(700s);
  EXPECT_EQ(status().last_index, before);
}

TEST_F(maintenance_test, the_log_is_cut_behind_the_durable_state_and_the_store_goes_on_from_there) {
  stop();
  settings.trim_entries = 50;
  start();
  for (int i = 0; i < 200; ++i) put("k" + std::to_string(i % 10), std::to_string(i));
  pass(1s);
  EXPECT_GT(files->log->first_index().value, 100U);
  auto before = list("");
  auto kept = files;
  stop();
  shard = system.spawn(store, store_dependencies{environment_, kept, {}}, settings);
  settle();
  EXPECT_EQ(list(""), before);
  EXPECT_EQ(put("new", "1"), 202);
}

} // namespace
} // namespace troupe::actors::store
