#include "tools/bench/etcd_requests.hpp"
#include <gtest/gtest.h>

namespace troupe::tools::bench::etcd {
namespace {

std::string bytes(std::initializer_list<int> list) {
  std::string out;
  for (int b : list) out.push_back(static_cast<char>(b));
  return out;
}

// As `protoc --encode` writes them from the API's definition, behind gRPC's five bytes.
TEST(etcd_requests, are_what_the_api_defines) {
  EXPECT_EQ(put("k", "v"), bytes({0, 0, 0, 0, 6, 0x0a, 1, 'k', 0x12, 1, 'v'}));
  EXPECT_EQ(get("k", false), bytes({0, 0, 0, 0, 3, 0x0a, 1, 'k'}));
  EXPECT_EQ(get("k", true), bytes({0, 0, 0, 0, 5, 0x0a, 1, 'k', 0x38, 1}));
  EXPECT_EQ(remove_prefix("a/"), bytes({0, 0, 0, 0, 8, 0x0a, 2, 'a', '/', 0x12, 2, 'a', '0'}));
  EXPECT_EQ(watch("k"), bytes({0, 0, 0, 0, 5, 0x0a, 3, 0x0a, 1, 'k'}));
  EXPECT_EQ(status(), bytes({0, 0, 0, 0, 0}));
  auto long_value = put("k", std::string(300, 'v'));
  EXPECT_EQ(long_value.substr(0, 11), bytes({0, 0, 0, 1, 0x32, 0x0a, 1, 'k', 0x12, 0xac, 2}));
}

TEST(etcd_requests, messages_are_counted_however_they_are_cut) {
  const auto stream = framed("hello") + framed("") + framed(std::string(1000, 'x')) + framed("end");
  for (std::size_t step : {1, 2, 5, 7, 500, 5000}) {
    message_counter counter;
    for (std::size_t at = 0; at < stream.size(); at += step) counter.feed(std::string_view(stream).substr(at, step));
    EXPECT_EQ(counter.messages(), 4U) << step;
  }
  message_counter half;
  half.feed(std::string_view(stream).substr(0, 8));
  EXPECT_EQ(half.messages(), 0U);
}

} // namespace
} // namespace troupe::tools::bench::etcd
