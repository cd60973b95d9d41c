#include "storage/engine/directory.hpp"
#include "storage/engine/checksum.hpp"
#include "tests/storage/engine/scratch.hpp"
#include <fmt/format.h>

namespace troupe::storage::engine {
namespace {

class directory_test : public ::testing::Test {
protected:
  test::scratch dir;
  void make() {
    auto d = directory::open(dir.path());
    ASSERT_TRUE(d.has_value());
    ASSERT_TRUE(d->complete().has_value());
  }
  errc refused() {
    auto d = directory::open(dir.path());
    EXPECT_FALSE(d.has_value());
    return d ? errc{} : d.error().code;
  }
};

TEST_F(directory_test, an_empty_or_missing_directory_becomes_ours) {
  {
    auto d = directory::open(dir.file("deep/er"));
    ASSERT_TRUE(d.has_value());
    EXPECT_TRUE(d->fresh());
    ASSERT_TRUE(d->complete().has_value());
    EXPECT_FALSE(d->fresh());
  }
  auto again = directory::open(dir.file("deep/er"));
  ASSERT_TRUE(again.has_value());
  EXPECT_FALSE(again->fresh());
}

TEST_F(directory_test, a_crash_while_creating_starts_over) {
  {
    auto d = directory::open(dir.path());
    ASSERT_TRUE(d.has_value());
    std::filesystem::create_directory(dir.file("log"));
    test::write_file(dir.file("log/half"), "written");
  }
  auto d = directory::open(dir.path());
  ASSERT_TRUE(d.has_value());
  EXPECT_TRUE(d->fresh());
  EXPECT_FALSE(std::filesystem::exists(dir.file("log")));
}

TEST_F(directory_test, other_peoples_files_are_refused_and_left_alone) {
  test::write_file(dir.file("thesis.tex"), "do not delete");
  EXPECT_EQ(refused(), errc::foreign);
  EXPECT_EQ(test::read_file(dir.file("thesis.tex")), "do not delete");
  EXPECT_FALSE(std::filesystem::exists(dir.file("lock")));
}

TEST_F(directory_test, only_one_may_have_it_open) {
  auto first = directory::open(dir.path());
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(refused(), errc::locked);
}

TEST_F(directory_test, a_newer_format_is_refused_by_name) {
  make();
  std::string line = "troupe-store 2\n";
  test::write_file(dir.file("FORMAT"), fmt::format("{}{:08x}\n", line, crc32c(line)));
  EXPECT_EQ(refused(), errc::newer_format);
}

TEST_F(directory_test, a_damaged_format_file_is_refused) {
  make();
  auto text = test::read_file(dir.file("FORMAT"));
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto broken = text;
    broken[i] = static_cast<char>(broken[i] ^ 4);
    test::write_file(dir.file("FORMAT"), broken);
    EXPECT_EQ(refused(), errc::damaged) << i;
    test::write_file(dir.file("FORMAT"), text.substr(0, i));
    EXPECT_EQ(refused(), errc::damaged) << i;
  }
}

} // namespace
} // namespace troupe::storage::engine
