#include "tools/store/backup_file.hpp"
#include "tests/tools/store/scratch.hpp"
#include <gtest/gtest.h>

namespace troupe::tools::store {
namespace {

namespace fs = std::filesystem;

TEST(backup_file, has_its_name_only_when_it_is_whole) {
  test::scratch dir;
  test::write(dir / "f", "old");
  {
    auto file = whole_file::create(dir / "f");
    ASSERT_TRUE(file.has_value()) << file.error();
    ASSERT_TRUE(file->write("ne").has_value());
    EXPECT_EQ(test::read(dir / "f"), "old");
    ASSERT_TRUE(file->write("w").has_value());
    ASSERT_TRUE(file->sync().has_value());
    EXPECT_EQ(test::read(file->part()), "new");
    ASSERT_TRUE(file->publish().has_value());
  }
  EXPECT_EQ(test::read(dir / "f"), "new");
  EXPECT_EQ(fs::status(dir / "f").permissions(), fs::perms::owner_read | fs::perms::owner_write) << "it holds secrets";
  EXPECT_FALSE(fs::exists(dir / "f.part"));
}

TEST(backup_file, leaves_nothing_behind_when_it_is_given_up) {
  test::scratch dir;
  { auto file = whole_file::create(dir / "f"); }
  EXPECT_TRUE(fs::is_empty(dir.path));
  EXPECT_EQ(whole_file::create(dir / "no/f").error(), "create " + dir / "no/f.part" + ": No such file or directory");
}

TEST(backup_file, is_read_to_its_end) {
  test::scratch dir;
  test::write(dir / "f", "abc");
  auto source = read_from(dir / "f");
  ASSERT_TRUE(source.has_value());
  char buffer[2];
  EXPECT_EQ((*source)(buffer, 2), 2U);
  EXPECT_EQ((*source)(buffer, 2), 1U);
  EXPECT_EQ((*source)(buffer, 2), 0U);
  EXPECT_FALSE(read_from(dir / "none").has_value());
}

} // namespace
} // namespace troupe::tools::store
