#include "tools/store/restore_directory.hpp"
#include "actors/store/shard_files.hpp"
#include "storage/backup/writer.hpp"
#include "tests/tools/store/scratch.hpp"
#include <cstring>
#include <gtest/gtest.h>

namespace troupe::tools::store {
namespace {

namespace mvcc = storage::mvcc;

class restore_directory_test : public ::testing::Test {
protected:
  restore_directory_test() {
    storage::backup::writer w({.revision = 9});
    w.add(mvcc::key_value{"a", 4, 4, 1, 0, mvcc::make_bytes("1")});
    w.end();
    bytes = w.take();
  }
  tl::expected<storage::backup::summary, std::string> run(const std::string& target,
                                                          const storage::backup::restore_config& c = {}) {
    storage::backup::reader r([this, at = std::size_t(0)](char* to, std::size_t max) mutable {
      auto n = std::min(max, bytes.size() - at);
      std::memcpy(to, bytes.data() + at, n);
      at += n;
      return tl::expected<std::size_t, std::string>(n);
    });
    return restore_directory(r, target, c);
  }
  test::scratch dir;
  std::string bytes;
};

TEST_F(restore_directory_test, makes_what_a_shard_opens) {
  std::filesystem::create_directories(dir / "empty");
  for (auto* target : {"new", "empty"}) {
    auto done = run(dir / target, {.member = 7});
    ASSERT_TRUE(done.has_value()) << done.error();
    actors::store::store_config c;
    c.path = dir / target;
    c.self = 7;
    auto files = actors::store::open_shard(c);
    ASSERT_TRUE(files.has_value()) << files.error().text();
    EXPECT_EQ((*files)->state->range({.keys = {"a", {}}})->kvs.size(), 1U);
    EXPECT_EQ((*files)->log->snapshot().members.voters.at(0).value, 7U);
  }
}

TEST_F(restore_directory_test, leaves_a_directory_as_it_was_when_it_fails) {
  bytes.resize(bytes.size() / 2);
  std::filesystem::create_directories(dir / "empty");
  EXPECT_FALSE(run(dir / "new").has_value());
  EXPECT_FALSE(std::filesystem::exists(dir / "new"));
  EXPECT_FALSE(run(dir / "empty").has_value());
  EXPECT_TRUE(std::filesystem::is_empty(dir / "empty"));
}

TEST_F(restore_directory_test, never_touches_a_directory_that_holds_something) {
  std::filesystem::create_directories(dir / "full");
  test::write(dir / "full/file", "mine");
  EXPECT_FALSE(run(dir / "full").has_value());
  EXPECT_EQ(test::read(dir / "full/file"), "mine");
}

} // namespace
} // namespace troupe::tools::store
