#include "storage/backup/error.hpp"
#include <gtest/gtest.h>

namespace troupe::storage::backup {
namespace {

TEST(backup_error, says_what_is_wrong_and_where) {
  EXPECT_EQ((error{errc::damaged, "chunk 3 is missing"}).text(), "the backup is damaged: chunk 3 is missing");
  EXPECT_EQ((error{errc::cut, {}}).text(), "the backup is cut off");
}

} // namespace
} // namespace troupe::storage::backup
