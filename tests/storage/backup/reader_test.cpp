#include "tests/storage/backup/fixture.hpp"
#include <random>

namespace troupe::storage::backup {
namespace {

using test::from;

/// What reading all of it says: "ok" or the code's sentence.
std::string judge(const std::string& bytes) {
  auto r = verify(from(bytes));
  return r ? "ok" : std::string(describe(r.error().code));
}

TEST(reader, hands_out_what_was_written_whatever_the_size_of_the_reads) {
  auto bytes = test::sample();
  for (std::size_t step : {1, 7, 100'000}) {
    reader r(from(bytes, step));
    auto head = r.open();
    ASSERT_TRUE(head.has_value()) << head.error().text();
    EXPECT_EQ(*head, (header{9, 1'700'000'000}));
    std::string out;
    for (;;) {
      auto e = r.next();
      ASSERT_TRUE(e.has_value()) << e.error().text();
      if (!*e) break;
      if (auto* l = std::get_if<lease>(&**e)) out += std::to_string(l->id) + "/" + std::to_string(l->ttl_seconds) + " ";
      else out += std::get<mvcc::key_value>(**e).key.substr(0, 1) + "@" +
                  std::to_string(std::get<mvcc::key_value>(**e).mod_revision) + " ";
    }
    EXPECT_EQ(out, "7/60 -3/5 a@4 b@5 d@9 ");
    EXPECT_EQ(r.found().keys, 3U);
    EXPECT_EQ(r.found().leases, 2U);
    EXPECT_EQ(r.found().file_bytes, bytes.size());
    EXPECT_EQ(r.found().sha256, hex(bytes.substr(bytes.size() - 32)));
  }
}

TEST(reader, an_empty_store_has_a_backup_too) {
  writer w({.revision = 1});
  w.end();
  EXPECT_EQ(judge(w.take()), "ok");
}

TEST(reader, the_hash_is_that_of_the_content_and_not_of_the_moment) {
  auto hash = [](std::int64_t when, std::size_t chunk) {
    writer w({.revision = 9, .taken_seconds = when}, chunk);
    for (auto* k : {"a", "b", "c"}) w.add(test::key_of(k, "v", 4));
    w.end();
    auto bytes = w.take();
    return verify(from(bytes))->hash;
  };
  EXPECT_EQ(hash(1, 10), hash(2, 1000));
}

TEST(reader, refuses_what_is_cut_at_any_byte) {
  auto bytes = test::sample();
  for (std::size_t n = 0; n < bytes.size(); ++n) {
    auto verdict = judge(bytes.substr(0, n));
    EXPECT_EQ(verdict, n < 14 ? "this is no backup of this program" : "the backup is cut off") << n;
  }
  EXPECT_EQ(judge(bytes + "x"), "the backup is damaged");
}

TEST(reader, refuses_a_change_of_any_byte) {
  auto bytes = test::sample();
  for (std::size_t n = 0; n < bytes.size(); ++n) {
    auto wrong = bytes;
    wrong[n] = static_cast<char>(wrong[n] ^ 0x10);
    EXPECT_NE(judge(wrong), "ok") << n;
  }
}

TEST(reader, tells_foreign_and_newer_files_apart_from_damaged_ones) {
  EXPECT_EQ(judge("hello"), "this is no backup of this program");
  EXPECT_EQ(judge("troupe-backup 2\n whatever it is"), "the backup was written by a newer version of this program");
  std::string bbolt(4096, '\0');
  bbolt.replace(16, 4, "\xed\xda\x0c\xed");
  EXPECT_EQ(verify(from(bbolt)).error().text(), "this is no backup of this program: it is a snapshot of etcd");
  auto newer = test::sample();
  newer[16 + 4] = 2; // The version of the first chunk.
  EXPECT_EQ(judge(newer), "the backup was written by a newer version of this program");
}

TEST(reader, refuses_records_that_make_no_sense) {
  struct {
    const char* name;
    std::function<void(writer&)> add;
  } cases[] = {
    {"keys out of order", [](writer& w) { w.add(test::key_of("b", "", 1)), w.add(test::key_of("a", "", 1)); }},
    {"a key twice", [](writer& w) { w.add(test::key_of("a", "", 1)), w.add(test::key_of("a", "", 1)); }},
    {"a lease behind the keys", [](writer& w) { w.add(test::key_of("a", "", 1)), w.add(lease{1, 1}); }},
    {"a key beyond the revision", [](writer& w) { w.add(test::key_of("a", "", 10)); }},
    {"an empty key", [](writer& w) { w.add(test::key_of("", "", 1)); }},
    {"a lease without a number", [](writer& w) { w.add(lease{0, 1}); }},
  };
  for (auto& c : cases) {
    writer w({.revision = 9});
    c.add(w);
    w.end();
    EXPECT_EQ(judge(w.take()), "the backup is damaged") << c.name;
  }
}

TEST(reader, survives_noise) {
  std::mt19937 random(7);
  auto good = test::sample();
  for (int i = 0; i < 2000; ++i) {
    auto bytes = good;
    for (auto n = 1 + random() % 8; n > 0; --n) bytes[random() % bytes.size()] = static_cast<char>(random());
    if (random() % 4 == 0) bytes.resize(random() % bytes.size());
    EXPECT_TRUE(bytes == good || judge(bytes) != "ok") << i;
  }
}

TEST(reader, passes_on_why_the_file_could_not_be_read) {
  auto r = verify([](char*, std::size_t) -> tl::expected<std::size_t, std::string> {
    return tl::make_unexpected("the disk is gone");
  });
  EXPECT_EQ(r.error().text(), "reading or writing failed: the disk is gone");
}

} // namespace
} // namespace troupe::storage::backup
