#include "policies/routing/watch_frame.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::routing {
namespace {

using namespace std::string_literals;

TEST(watch_frame, is_a_length_and_a_watch_event) {
  EXPECT_EQ(encode_watch_frame("ADDED", "k8s"), "\0\0\0\x0e\x0a\x05"
                                                "ADDED\x12\x05\x0a\x03k8s"s);
}

TEST(watch_frame, counts_long_objects_in_more_bytes) {
  std::string object(300, 'x');
  auto frame = encode_watch_frame("MODIFIED", object);
  // type 10, tag 1, length 2, then the extension of tag 1, length 2 and the object.
  EXPECT_EQ(frame.substr(0, 4), "\0\0\x01\x3c"s);
  EXPECT_EQ(frame.size(), 4u + 10 + 3 + 3 + 300);
  EXPECT_EQ(frame.substr(14, 6), "\x12\xaf\x02\x0a\xac\x02"s);
}

} // namespace
} // namespace troupe::policies::routing
