#include "tests/storage/backup/fixture.hpp"

namespace troupe::storage::backup {
namespace {

TEST(writer, a_file_has_its_name_in_front_and_a_digest_behind_whole_blocks) {
  auto bytes = test::sample();
  EXPECT_TRUE(bytes.starts_with("troupe-backup 1\n"));
  EXPECT_EQ(bytes.size() % 512, 32U) << "by which etcdctl tells a whole file";
  digest d;
  d.add(std::string_view(bytes).substr(0, bytes.size() - 32));
  EXPECT_EQ(d.finish(), bytes.substr(bytes.size() - 32));
}

TEST(writer, the_same_content_gives_the_same_bytes_at_whatever_pace_they_are_taken) {
  writer w({.revision = 9, .taken_seconds = 1'700'000'000}, 32);
  auto bytes = w.take();
  EXPECT_GT(bytes.size(), 0U) << "the header does not wait";
  for (auto& l : {lease{7, 60}, lease{-3, 5}}) w.add(l), bytes += w.take();
  for (auto& kv : {test::key_of("a", "1", 4), test::key_of(std::string("b\0c", 3), std::string(100, 'v'), 5, 7),
                   test::key_of("d", "", 9)})
    w.add(kv), bytes += w.take();
  w.end();
  bytes += w.take();
  EXPECT_EQ(bytes, test::sample());
}

TEST(writer, holds_no_more_than_an_open_chunk) {
  writer w({.revision = 9}, 1000);
  for (int i = 0; i < 100; ++i) {
    w.add(test::key_of("key-" + std::to_string(1000 + i), std::string(500, 'v'), 5));
    EXPECT_LT(w.take().size(), 2000U);
    EXPECT_EQ(w.pending_bytes(), 0U);
  }
}

} // namespace
} // namespace troupe::storage::backup
