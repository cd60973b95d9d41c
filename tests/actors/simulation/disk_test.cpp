#include "actors/simulation/disk.hpp"
#include <gtest/gtest.h>

namespace troupe::actors::simulation {
namespace {

using storage::engine::batch;
using storage::engine::durability;

void put(disk_engine& d, const std::string& key, durability how) {
  batch b;
  b.put(0, key, "value");
  ASSERT_TRUE(d.write(b, how));
}

bool has(const disk_engine& d, const std::string& key) { return d.find(0, key)->has_value(); }

TEST(disk_engine, a_crash_takes_what_was_not_synced_from_some_write_on) {
  disk_engine d(1);
  put(d, "a", durability::deferred);
  put(d, "b", durability::sync);
  put(d, "c", durability::deferred);
  put(d, "d", durability::deferred);
  EXPECT_EQ(d.at_risk(), 2u);
  auto nothing = d.after_crash(0), one = d.after_crash(1), all = d.after_crash(9);
  EXPECT_TRUE(has(*nothing, "a") && has(*nothing, "b") && !has(*nothing, "c") && !has(*nothing, "d"));
  EXPECT_TRUE(has(*one, "c") && !has(*one, "d"));
  EXPECT_TRUE(has(*all, "d"));
  EXPECT_EQ(nothing->at_risk(), 0u) << "what was found is there";
}

TEST(disk_engine, a_flush_makes_everything_durable_and_says_so) {
  disk_engine d(1);
  put(d, "a", durability::deferred);
  EXPECT_EQ(d.flushed_sequence(), 0u);
  ASSERT_TRUE(d.flush(false));
  EXPECT_EQ(d.flushed_sequence(), d.sequence());
  EXPECT_TRUE(has(*d.after_crash(0), "a"));
}

TEST(disk_engine, a_disk_that_lies_keeps_nothing) {
  disk_engine d(1);
  put(d, "a", durability::sync);
  d.lie();
  put(d, "b", durability::sync);
  ASSERT_TRUE(d.flush(true));
  EXPECT_TRUE(has(d, "b"));
  auto found = d.after_crash(0);
  EXPECT_TRUE(has(*found, "a"));
  EXPECT_FALSE(has(*found, "b"));
}

TEST(disk_engine, a_full_disk_takes_nothing_and_nothing_after_it) {
  disk_engine d(1);
  put(d, "a", durability::sync);
  d.ail(ailment::full);
  batch b;
  b.put(0, "b", "value");
  auto refused = d.write(b, durability::deferred);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, storage::engine::errc::no_space);
  d.ail(ailment::none);
  refused = d.write(b, durability::sync);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, storage::engine::errc::closed) << "until it is opened again";
  auto found = d.after_crash(9);
  EXPECT_TRUE(has(*found, "a"));
  EXPECT_FALSE(has(*found, "b"));
  put(*found, "b", durability::sync);
}

TEST(disk_engine, what_a_failed_sync_was_to_keep_may_be_found_or_not) {
  disk_engine d(1);
  d.ail(ailment::failing_sync);
  batch b;
  b.put(0, "a", "value");
  EXPECT_FALSE(d.write(b, durability::sync));
  EXPECT_FALSE(has(*d.after_crash(0), "a"));
  EXPECT_TRUE(has(*d.after_crash(1), "a"));
}

TEST(disk_engine, damage_is_told_and_never_read_as_data) {
  disk_engine d(1);
  put(d, "a", durability::sync);
  d.ail(ailment::bit_rot);
  auto found = d.find(0, "a");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, storage::engine::errc::damaged);
  auto cursor = d.scan(0, {});
  cursor->seek("a");
  EXPECT_FALSE(cursor->valid());
  EXPECT_FALSE(cursor->status());
}

TEST(member_disk, a_founder_is_the_only_voter_and_others_wait_to_be_taken_in) {
  store::store_config config;
  EXPECT_EQ(member_disk(config, false).files()->log->snapshot().members.voters.size(), 1u);
  config.join = true;
  EXPECT_TRUE(member_disk(config, false).files()->log->snapshot().members.voters.empty());
}

TEST(member_disk, a_record_that_was_written_is_found_after_a_power_failure) {
  policies::chaos::chance c(1);
  member_disk d({}, false);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(d.crash(true, c), "");
    EXPECT_FALSE(d.files()->log->fresh());
  }
}

} // namespace
} // namespace troupe::actors::simulation
