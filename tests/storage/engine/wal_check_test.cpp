#include "storage/engine/wal_check.hpp"
#include "storage/engine/checksum.hpp"
#include "tests/storage/engine/scratch.hpp"
#include <cstring>

namespace troupe::storage::engine {
namespace {

constexpr int full = 1, first = 2, middle = 3, last = 4;

/// One record as RocksDB writes it.
std::string record(int type, const std::string& body) {
  auto crc = crc32c(static_cast<char>(type) + body);
  auto masked = ((crc >> 15) | (crc << 17)) + 0xa282ead8U;
  std::string out(6, '\0');
  std::memcpy(out.data(), &masked, 4);
  auto length = static_cast<std::uint16_t>(body.size());
  std::memcpy(out.data() + 4, &length, 2);
  return out + static_cast<char>(type) + body;
}

std::string flipped(std::string s, std::size_t at) {
  s[at] = static_cast<char>(s[at] ^ 1);
  return s;
}

TEST(wal_check_test, whole_logs_are_clean) {
  EXPECT_EQ(judge_wal(""), wal_verdict::clean);
  EXPECT_EQ(judge_wal(record(full, "a") + record(full, "b")), wal_verdict::clean);
  EXPECT_EQ(judge_wal(record(full, "a") + std::string(5000, '\0')), wal_verdict::clean) << "preallocated space";
}

TEST(wal_check_test, the_last_write_may_be_cut_anywhere) {
  auto log = record(full, "a") + record(full, std::string(100, 'b'));
  for (auto n = record(full, "a").size() + 1; n < log.size(); ++n)
    EXPECT_EQ(judge_wal(log.substr(0, n)), wal_verdict::torn_tail) << n;
  EXPECT_EQ(judge_wal(record(full, "a") + record(first, "x") + record(middle, "y")), wal_verdict::torn_tail);
}

TEST(wal_check_test, lost_sectors_of_the_last_write_are_a_torn_tail) {
  auto log = record(full, "a") + record(full, std::string(3000, 'b'));
  std::fill(log.begin() + 1024, log.begin() + 1536, '\0');
  EXPECT_EQ(judge_wal(log), wal_verdict::torn_tail);
}

TEST(wal_check_test, a_bad_record_before_a_good_write_is_damage) {
  auto log = record(full, std::string(100, 'a')) + record(full, "b");
  for (std::size_t at = 0; at < 100; at += 3) EXPECT_EQ(judge_wal(flipped(log, at)), wal_verdict::damaged) << at;
}

TEST(wal_check_test, a_bad_record_before_the_rest_of_its_own_write_is_not) {
  auto head = record(first, std::string(32768 - 7, 'a'));
  std::fill(head.begin() + 4096, head.begin() + 8192, '\0');
  EXPECT_EQ(judge_wal(head + record(last, "rest")), wal_verdict::torn_tail);
}

TEST(wal_check_test, a_flipped_bit_in_the_last_write_is_damage) {
  auto log = record(full, "a") + record(full, std::string(1000, 'b'));
  EXPECT_EQ(judge_wal(flipped(log, log.size() - 10)), wal_verdict::damaged);
}

TEST(wal_check_test, a_damaged_length_is_not_taken_for_the_end_of_the_file) {
  auto log = record(full, "a") + record(full, "the last write");
  EXPECT_EQ(judge_wal(flipped(log, record(full, "a").size() + 5)), wal_verdict::damaged);
  EXPECT_EQ(judge_wal(flipped(log, 5), writes_per_sync::several), wal_verdict::damaged);
}

TEST(wal_check_test, nor_does_a_damaged_length_make_reserved_space_a_part_of_the_last_write) {
  const std::string reserved(70'000, '\0'), before = record(full, "a");
  for (const std::string& body : {std::string("the last write"), std::string("ends in zeros\0\0\0", 16), std::string()})
    for (std::size_t high : {0U, 1U}) {
      auto log = before + record(full, body) + reserved;
      ASSERT_EQ(judge_wal(log), wal_verdict::clean);
      log[before.size() + 4 + high] = static_cast<char>(log[before.size() + 4 + high] ^ 0x40);
      EXPECT_EQ(judge_wal(log), wal_verdict::damaged) << body << " byte " << high;
    }
  auto cut = before + record(full, std::string(3000, 'b'));
  cut.resize(1024);
  EXPECT_EQ(judge_wal(cut + reserved), wal_verdict::torn_tail) << "its later sectors were never written";
}

TEST(wal_check_test, where_a_sync_covers_several_writes_lost_pages_may_precede_good_ones) {
  auto lost = record(full, std::string(2000, 'a'));
  std::fill(lost.begin() + 512, lost.begin() + 1024, '\0');
  auto log = lost + record(full, "b");
  EXPECT_EQ(judge_wal(log, writes_per_sync::one), wal_verdict::damaged);
  EXPECT_EQ(judge_wal(log, writes_per_sync::several), wal_verdict::torn_tail);
  EXPECT_EQ(judge_wal(flipped(record(full, "a") + record(full, "b"), 3), writes_per_sync::several),
            wal_verdict::damaged);
}

TEST(wal_check_test, whole_writes_end_where_the_first_bad_one_begins) {
  auto a = record(full, "a"), b = record(full, "bbbb");
  EXPECT_EQ(end_of_whole_writes(a + b), a.size() + b.size());
  EXPECT_EQ(end_of_whole_writes(a + b.substr(0, 9)), a.size());
  EXPECT_EQ(end_of_whole_writes(a + record(first, "x") + record(middle, "y")), a.size()) << "a write in pieces";
  EXPECT_EQ(end_of_whole_writes(a + flipped(b, 8) + a), a.size());
  EXPECT_EQ(end_of_whole_writes(b.substr(0, 3)), 0U);
  auto block = record(full, std::string(32768 - 7 - 3, 'z'));
  EXPECT_EQ(end_of_whole_writes(block + std::string(3, '\0') + a), 32768 + a.size()) << "behind a block's filler";
}

class wal_files_test : public ::testing::Test {
protected:
  wal_files_test() {
    test::write_file(dir.file("CURRENT"), "MANIFEST-000001\n");
    test::write_file(dir.file("MANIFEST-000001"), whole);
  }
  errc refused() {
    auto verdict = check_write_ahead_logs(dir.path());
    EXPECT_FALSE(verdict.has_value());
    return verdict ? errc{} : verdict.error().code;
  }
  test::scratch dir;
  std::string whole = record(full, "a"), torn = whole + record(full, "bbbb").substr(0, 9);
};

TEST_F(wal_files_test, only_the_newest_log_may_be_torn) {
  test::write_file(dir.file("000004.log"), whole);
  test::write_file(dir.file("000007.log"), torn);
  EXPECT_EQ(*check_write_ahead_logs(dir.path()), wal_verdict::torn_tail);
  test::write_file(dir.file("000004.log"), torn);
  EXPECT_EQ(refused(), errc::damaged);
}

TEST_F(wal_files_test, a_torn_tail_is_cut_off_the_newest_log_alone) {
  test::write_file(dir.file("000004.log"), whole);
  test::write_file(dir.file("000007.log"), torn);
  ASSERT_TRUE(cut_torn_tail(dir.path()).has_value());
  EXPECT_EQ(test::read_file(dir.file("000004.log")), whole);
  EXPECT_EQ(test::read_file(dir.file("000007.log")), whole);
  EXPECT_EQ(*check_write_ahead_logs(dir.path()), wal_verdict::clean);
}

TEST_F(wal_files_test, the_manifest_must_be_there_and_good) {
  EXPECT_EQ(*check_write_ahead_logs(dir.path()), wal_verdict::clean);
  test::write_file(dir.file("MANIFEST-000001"), flipped(whole, 2));
  EXPECT_EQ(refused(), errc::damaged);
  test::write_file(dir.file("MANIFEST-000001"), "");
  EXPECT_EQ(refused(), errc::damaged);
  test::write_file(dir.file("CURRENT"), "MANIFEST-000009\n");
  EXPECT_EQ(refused(), errc::missing);
  test::write_file(dir.file("CURRENT"), "garbage");
  EXPECT_EQ(refused(), errc::damaged);
}

} // namespace
} // namespace troupe::storage::engine
