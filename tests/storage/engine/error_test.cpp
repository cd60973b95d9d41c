#include "storage/engine/error.hpp"
#include <gtest/gtest.h>

namespace troupe::storage::engine {
namespace {

TEST(error_test, every_error_has_a_sentence_and_shows_its_detail) {
  for (int code = 1; code <= static_cast<int>(errc::invalid); ++code)
    EXPECT_NE(describe(static_cast<errc>(code)), "unknown error") << code;
  EXPECT_EQ((error{errc::locked, "/data"}.text()), "the data directory is in use by another process: /data");
}

} // namespace
} // namespace troupe::storage::engine
