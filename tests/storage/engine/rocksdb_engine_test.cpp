#include "storage/engine/engine.hpp"
#include "tests/storage/engine/scratch.hpp"
#include <chrono>
#include <random>
#include <thread>

/// What only a disk can do: come back, be cut off, rot.
namespace troupe::storage::engine {
namespace {

namespace fs = std::filesystem;

class rocksdb_engine_test : public ::testing::Test {
protected:
  test::scratch dir;
  options wanted{.path = dir.file("db"), .families = {{"one"}, {"two"}}};

  result<std::unique_ptr<engine>> open() { return open_rocksdb(wanted); }
  void fill(engine& e, int first, int count, std::size_t bytes = 100) {
    for (int i = first; i < first + count; ++i) {
      batch b;
      b.put(0, "key" + std::to_string(1000 + i), std::string(bytes, static_cast<char>('a' + i % 26)));
      ASSERT_TRUE(e.write(b, durability::sync).has_value());
    }
  }
  static int count(const engine& e) {
    int n = 0;
    auto c = e.scan(0, {});
    for (c->seek({}); c->valid(); c->next()) ++n;
    return c->status() ? n : -1;
  }
  std::vector<fs::path> files(const std::string& extension) const {
    std::vector<fs::path> out;
    for (auto& entry : fs::directory_iterator(wanted.path))
      if (entry.path().extension() == extension && fs::file_size(entry) > 0) out.push_back(entry.path());
    std::sort(out.begin(), out.end());
    return out;
  }
  errc refused() {
    auto e = open();
    EXPECT_FALSE(e.has_value());
    return e ? errc{} : e.error().code;
  }
};

TEST_F(rocksdb_engine_test, what_was_synced_is_there_after_a_restart) {
  fill(**open(), 0, 50);
  auto again = open();
  ASSERT_TRUE(again.has_value()) << again.error().text();
  EXPECT_EQ(count(**again), 50);
}

TEST_F(rocksdb_engine_test, a_log_has_its_size_before_it_is_written_and_zeros_behind_the_last_write) {
  auto e = open();
  ASSERT_TRUE(e.has_value());
  fill(**e, 0, 1);
  auto logs = files(".log");
  ASSERT_EQ(logs.size(), 1U);
  const auto size = fs::file_size(logs[0]);
  fill(**e, 1, 99);
  EXPECT_EQ(fs::file_size(logs[0]), size) << "a sync would have to write the new size, too";
  // What a process leaves that is killed now.
  auto o = wanted;
  o.path = dir.file("copy");
  fs::copy(wanted.path, o.path);
  for (int starts = 0; starts < 3; ++starts) {
    auto again = open_rocksdb(o);
    ASSERT_TRUE(again.has_value()) << again.error().text();
    EXPECT_EQ(count(**again), 100 + starts);
    fill(**again, 100 + starts, 1);
  }
  *e = nullptr;
  EXPECT_LT(fs::file_size(logs[0]), 100'000U) << "closed";
}

TEST_F(rocksdb_engine_test, removals_give_their_space_back_without_further_writes) {
  auto e = open();
  ASSERT_TRUE(e.has_value());
  fill(**e, 0, 500, 4000);
  ASSERT_TRUE((*e)->flush(true).has_value());
  auto full = (*e)->size_bytes();
  batch b;
  for (int i = 10; i < 500; ++i) b.remove(0, "key" + std::to_string(1000 + i));
  ASSERT_TRUE((*e)->write(b, durability::sync).has_value());
  ASSERT_TRUE((*e)->flush(true).has_value());
  auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while ((*e)->size_bytes() > full / 4 && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  EXPECT_LT((*e)->size_bytes(), full / 4);
  EXPECT_EQ(count(**e), 10);
}

TEST_F(rocksdb_engine_test, many_restarts_do_not_pile_up_logs) {
  for (int i = 0; i < 15; ++i) {
    auto e = open();
    ASSERT_TRUE(e.has_value()) << e.error().text();
    fill(**e, i, 1);
  }
  EXPECT_LE(files(".log").size(), 10U);
  auto e = open();
  ASSERT_TRUE(e.has_value()) << e.error().text();
  EXPECT_EQ(count(**e), 15);
}

TEST_F(rocksdb_engine_test, without_a_log_only_flushed_writes_come_back_all_families_alike) {
  wanted.write_ahead_log = false;
  auto copy = dir.file("copy");
  {
    auto e = open();
    ASSERT_TRUE(e.has_value());
    fill(**e, 0, 10);
    batch b;
    b.put(1, "mark", "10");
    ASSERT_TRUE((*e)->write(b, durability::deferred).has_value());
    ASSERT_TRUE((*e)->flush(true).has_value());
    b.clear();
    b.put(0, "lost", "x");
    b.put(1, "mark", "11");
    ASSERT_TRUE((*e)->write(b, durability::deferred).has_value());
    fs::copy(wanted.path, copy); // What a crash would leave.
  }
  wanted.path = copy;
  auto e = open();
  ASSERT_TRUE(e.has_value()) << e.error().text();
  EXPECT_EQ(count(**e), 10);
  EXPECT_EQ(**(*e)->find(1, "mark"), "10");
}

TEST_F(rocksdb_engine_test, a_second_process_is_kept_out) {
  auto first = open();
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(refused(), errc::locked);
}

TEST_F(rocksdb_engine_test, unknown_and_missing_families_are_foreign) {
  fill(**open(), 0, 1);
  wanted.families = {{"one"}, {"two"}, {"three"}};
  EXPECT_EQ(refused(), errc::foreign);
  wanted.families = {{"one"}};
  EXPECT_EQ(refused(), errc::foreign);
}

TEST_F(rocksdb_engine_test, missing_files_are_refused) {
  {
    auto e = open();
    fill(**e, 0, 20);
    ASSERT_TRUE((*e)->flush(true).has_value());
  }
  auto copy = dir.file("copy");
  for (auto* name : {"CURRENT", "MANIFEST", ".sst"}) {
    fs::remove_all(copy);
    fs::copy(wanted.path, copy);
    for (auto& entry : fs::directory_iterator(copy))
      if (entry.path().filename().string().find(name) != std::string::npos) fs::remove(entry);
    auto o = wanted;
    o.path = copy;
    auto e = open_rocksdb(o);
    ASSERT_FALSE(e.has_value()) << name;
    EXPECT_TRUE(e.error().code == errc::damaged || e.error().code == errc::missing) << name << ": " << e.error().text();
  }
}

TEST_F(rocksdb_engine_test, a_flipped_byte_in_any_table_or_manifest_is_refused) {
  {
    auto e = open();
    fill(**e, 0, 200);
    ASSERT_TRUE((*e)->flush(true).has_value());
  }
  std::mt19937 random(1);
  std::vector<fs::path> targets = files(".sst");
  for (auto& entry : fs::directory_iterator(wanted.path))
    if (entry.path().filename().string().starts_with("MANIFEST")) targets.push_back(entry.path());
  ASSERT_GE(targets.size(), 2U);
  auto o = wanted;
  o.path = dir.file("copy");
  for (int round = 0; round < 30; ++round) {
    fs::remove_all(o.path);
    fs::copy(wanted.path, o.path);
    auto target = fs::path(o.path) / targets[static_cast<std::size_t>(round) % targets.size()].filename();
    auto bytes = test::read_file(target);
    auto at = random() % bytes.size();
    bytes[at] = static_cast<char>(bytes[at] ^ (1 << random() % 8));
    test::write_file(target, bytes);
    auto e = open_rocksdb(o);
    // A few bytes of a table are padding or repeat what the manifest says: then nothing may be lost.
    if (e) {
      EXPECT_EQ(count(**e), 200) << target << " at " << at;
    } else {
      EXPECT_NE(e.error().code, errc::locked) << e.error().text();
    }
  }
}

TEST_F(rocksdb_engine_test, a_flipped_byte_in_the_log_is_refused_and_never_drops_later_writes) {
  fill(**open(), 0, 200);
  auto logs = files(".log");
  ASSERT_EQ(logs.size(), 1U);
  auto whole = test::read_file(logs[0]);
  std::mt19937 random(2);
  auto copy = dir.file("copy");
  auto o = wanted;
  o.path = copy;
  for (int round = 0; round < 30; ++round) {
    fs::remove_all(copy);
    fs::copy(wanted.path, copy);
    auto broken = whole;
    auto at = random() % broken.size();
    broken[at] = static_cast<char>(broken[at] ^ (1 << random() % 8));
    test::write_file(fs::path(copy) / logs[0].filename(), broken);
    auto e = open_rocksdb(o);
    if (e) {
      EXPECT_EQ(count(**e), 200) << "at " << at << " of " << whole.size();
    } else {
      EXPECT_EQ(e.error().code, errc::damaged) << e.error().text();
    }
  }
}

TEST_F(rocksdb_engine_test, a_write_cut_off_by_a_crash_is_dropped_alone) {
  fill(**open(), 0, 100);
  auto logs = files(".log");
  ASSERT_EQ(logs.size(), 1U);
  auto whole = test::read_file(logs[0]);
  auto copy = dir.file("copy");
  auto o = wanted;
  o.path = copy;
  for (std::size_t cut : {1U, 5U, 50U, 110U}) {
    fs::remove_all(copy);
    fs::copy(wanted.path, copy);
    test::write_file(fs::path(copy) / logs[0].filename(), whole.substr(0, whole.size() - cut));
    auto e = open_rocksdb(o);
    ASSERT_TRUE(e.has_value()) << e.error().text();
    EXPECT_EQ(count(**e), 99);
    // What was written since lies in a newer log.
    fill(**e, 100, 5);
    *e = nullptr;
    e = open_rocksdb(o);
    ASSERT_TRUE(e.has_value()) << "after the next crash: " << e.error().text();
    EXPECT_EQ(count(**e), 104);
  }
}

TEST_F(rocksdb_engine_test, a_last_write_with_lost_pages_is_dropped_alone) {
  {
    auto e = open();
    fill(**e, 0, 10);
    fill(**e, 10, 1, 100'000);
  }
  auto logs = files(".log");
  auto whole = test::read_file(logs[0]);
  auto from = whole.size() - 80'000;
  auto torn = whole;
  for (auto i = from - from % 4096; i < from - from % 4096 + 4096; ++i) torn[i] = 0;
  test::write_file(logs[0], torn);
  auto e = open();
  ASSERT_TRUE(e.has_value()) << e.error().text();
  EXPECT_EQ(count(**e), 10);
}

} // namespace
} // namespace troupe::storage::engine
