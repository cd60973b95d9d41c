#include "storage/backup/digest.hpp"
#include <gtest/gtest.h>

namespace troupe::storage::backup {
namespace {

TEST(digest, is_the_sha256_of_all_pieces) {
  digest d;
  d.add("a");
  d.add("bc");
  EXPECT_EQ(hex(d.finish()), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"); // FIPS 180-2, B.1
}

} // namespace
} // namespace troupe::storage::backup
