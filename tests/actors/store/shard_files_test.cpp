#include "actors/store/shard_files.hpp"
#include "storage/engine/engine.hpp"
#include <filesystem>
#include <gtest/gtest.h>

namespace troupe::actors::store {
namespace {

namespace fs = std::filesystem;
using storage::engine::errc;

class shard_files_test : public ::testing::Test {
protected:
  shard_files_test() {
    std::string name = (fs::temp_directory_path() / "troupe-shard-XXXXXX").string();
    config.path = ::mkdtemp(name.data());
  }
  ~shard_files_test() override { fs::remove_all(config.path); }
  errc refused() {
    auto files = open_shard(config);
    EXPECT_FALSE(files.has_value());
    return files ? errc{} : files.error().code;
  }
  void append(shard_files& files, std::uint64_t from, std::uint64_t upto) {
    storage::log::record r;
    for (; from <= upto; ++from) r.entries.push_back({{1}, {from}, storage::raft::entry_kind::noop, nullptr});
    r.must_sync = true;
    ASSERT_TRUE(files.log->write({&r, 1}).has_value());
  }

  store_config config;
};

TEST_F(shard_files_test, a_new_directory_founds_a_group_of_one) {
  {
    auto files = open_shard(config);
    ASSERT_TRUE(files.has_value()) << files.error().text();
    EXPECT_EQ((*files)->log->snapshot().members.voters.at(0).value, config.self);
    EXPECT_EQ(refused(), errc::locked);
  }
  EXPECT_TRUE(open_shard(config).has_value());
}

TEST_F(shard_files_test, a_log_that_ends_before_the_state_has_lost_entries) {
  {
    auto files = *open_shard(config);
    append(*files, 1, 3);
    files->state->skip(5, 1);
    ASSERT_TRUE(files->state->commit().has_value());
  }
  EXPECT_EQ(refused(), errc::damaged);
}

TEST_F(shard_files_test, a_log_that_starts_behind_the_state_lacks_entries) {
  {
    auto files = *open_shard(config);
    append(*files, 1, 10);
    ASSERT_TRUE(files->log->compact({{8}, {1}, {{{1}}, {}, {}, {}, false}}, {9}).has_value());
  }
  EXPECT_EQ(refused(), errc::damaged);
}

TEST_F(shard_files_test, half_of_a_directory_is_refused) {
  {
    auto files = *open_shard(config);
    append(*files, 1, 3);
    files->state->skip(3, 1);
    ASSERT_TRUE(files->state->commit().has_value());
  }
  auto half = config.path + "-half";
  for (auto* part : {"log", "state"}) {
    fs::remove_all(half);
    fs::copy(config.path, half, fs::copy_options::recursive);
    fs::remove_all(half + "/" + part);
    auto c = config;
    c.path = half;
    auto files = open_shard(c);
    // Without its state the log would be applied again from the start, if it were whole: here it is.
    EXPECT_EQ(files.has_value(), std::string(part) == "state");
  }
  fs::remove_all(half);
}

TEST_F(shard_files_test, other_files_are_refused) {
  fs::create_directory(config.path + "/photos");
  EXPECT_EQ(refused(), errc::foreign);
}

} // namespace
} // namespace troupe::actors::store
