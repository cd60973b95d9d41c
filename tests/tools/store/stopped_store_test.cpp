#include "tools/store/stopped_store.hpp"
#include "actors/store/shard_files.hpp"
#include "storage/backup/reader.hpp"
#include "storage/raft/encoding.hpp"
#include "tests/tools/store/scratch.hpp"
#include <cstring>
#include <gtest/gtest.h>

namespace troupe::tools::store {
namespace {

namespace mvcc = storage::mvcc;
namespace raft = storage::raft;

raft::entry put(std::uint64_t index, const std::string& key, const std::string& value = "v") {
  auto data = mvcc::encode(mvcc::command(
    mvcc::txn_request{.success = {mvcc::put_request{.key = key, .value = mvcc::make_bytes(value)}}}));
  return {{1}, {index}, raft::entry_kind::command, std::make_shared<const std::string>(std::move(data))};
}

/// A store whose log holds entries that its state has not seen.
void write_log(const std::string& dir, raft::entries entries, std::uint64_t commit) {
  actors::store::store_config c;
  c.path = dir;
  auto files = actors::store::open_shard(c);
  ASSERT_TRUE(files.has_value()) << files.error().text();
  storage::log::record r;
  r.hard = raft::hard_state{{1}, {1}, {commit}};
  r.entries = std::move(entries);
  r.must_sync = true;
  ASSERT_TRUE((*files)->log->write({&r, 1}).has_value());
}

/// The keys of its backup, or the error.
std::string keys_of(const std::string& dir) {
  std::string bytes, out;
  auto ok = back_up_stopped(dir, 0, [&](std::string_view piece) -> tl::expected<void, std::string> {
    bytes += piece;
    return {};
  });
  if (!ok) return ok.error();
  std::size_t at = 0;
  storage::backup::reader r([&](char* to, std::size_t max) -> tl::expected<std::size_t, std::string> {
    auto n = std::min(max, bytes.size() - at);
    std::memcpy(to, bytes.data() + at, n);
    at += n;
    return n;
  });
  if (!r.open()) return "no header";
  for (;;) {
    auto e = r.next();
    if (!e) return e.error().text();
    if (!*e) return out;
    out += std::get<mvcc::key_value>(**e).key;
  }
}

TEST(stopped_store, a_member_that_decides_alone_has_committed_what_it_has_written) {
  test::scratch dir;
  write_log(dir / "d", {put(1, "a"), put(2, "b")}, 1);
  EXPECT_EQ(keys_of(dir / "d"), "ab") << "the commit index on disk is only a hint";
  EXPECT_EQ(keys_of(dir / "d"), "ab") << "and a backup changes nothing";
}

TEST(stopped_store, one_of_several_members_knows_only_what_the_log_calls_committed) {
  test::scratch dir;
  raft::configuration three{.voters = {{1}, {2}, {3}}};
  raft::entry members{{1}, {1}, raft::entry_kind::configuration,
                      std::make_shared<const std::string>(raft::encode(three))};
  write_log(dir / "d", {members, put(2, "a"), put(3, "b")}, 2);
  EXPECT_EQ(keys_of(dir / "d"), "a");
}

TEST(stopped_store, more_keys_than_a_page_are_all_there) {
  test::scratch dir;
  raft::entries many;
  std::string expected;
  for (std::uint64_t i = 1; i <= 600; ++i) {
    many.push_back(put(i, "k" + std::to_string(1000 + i)));
    expected += "k" + std::to_string(1000 + i);
  }
  write_log(dir / "d", std::move(many), 0);
  EXPECT_EQ(keys_of(dir / "d"), expected);
}

TEST(stopped_store, one_whose_types_are_in_several_shards_is_refused) {
  test::scratch dir;
  const std::string shards = R"({"format":1,"changes":1,"shards":[{"id":0,"founder":0},)"
                             R"({"id":1,"founder":0}],"types":{)",
                    place = R"("pods":{"shard":1,"since":9,"until":8,"moves":1})", end = R"(},"moves":[]})";
  write_log(dir / "all", {put(1, "/troupe/shards", shards + end)}, 1);
  EXPECT_EQ(keys_of(dir / "all"), "/troupe/shards") << "everything is in shard 0";
  write_log(dir / "some", {put(1, "/troupe/shards", shards + place + end)}, 1);
  EXPECT_NE(keys_of(dir / "some").find("several shards: pods (shard 1)"), std::string::npos) << keys_of(dir / "some");
}

TEST(stopped_store, lies_in_the_directory_itself_or_in_store) {
  test::scratch dir;
  EXPECT_FALSE(find_store(dir.path).has_value());
  std::filesystem::create_directories(dir / "store");
  test::write(dir / "store/FORMAT", "");
  EXPECT_EQ(find_store(dir.path), dir / "store");
  EXPECT_EQ(find_store(dir / "store"), dir / "store");
}

} // namespace
} // namespace troupe::tools::store
