#include "net/spdy/dictionary.hpp"
#include <gtest/gtest.h>
#include <zlib.h>

namespace troupe::net::spdy {
namespace {

TEST(dictionary, is_the_one_of_the_draft) {
  EXPECT_EQ(dictionary().size(), 1423U);
  EXPECT_EQ(adler32(1, reinterpret_cast<const Bytef*>(dictionary().data()), static_cast<uInt>(dictionary().size())),
            0xe3c6a7c2U);
}

} // namespace
} // namespace troupe::net::spdy
