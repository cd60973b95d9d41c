#include "net/spdy/frame.hpp"
#include <gtest/gtest.h>
#include <random>

namespace troupe::net::spdy {
namespace {

struct outcome {
  std::vector<frame> frames;
  bool failed = false;
};

outcome read(std::string_view bytes, std::size_t step) {
  reader from(1000);
  outcome result;
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    auto piece = bytes.substr(at, step);
    while (!piece.empty()) {
      auto next = from.feed(piece);
      if (!next) {
        result.failed = true;
        return result;
      }
      if (*next) result.frames.push_back(std::move(**next));
    }
  }
  return result;
}

TEST(frame, has_the_layout_of_the_draft) {
  EXPECT_EQ(encode_data(5, "hi", true), std::string("\0\0\0\5\1\0\0\2hi", 10));
  EXPECT_EQ(encode_syn_reply(1, "B", false), std::string("\x80\3\0\2\0\0\0\5\0\0\0\1B", 13));
  EXPECT_EQ(encode_syn_stream(3, "B", true), std::string("\x80\3\0\1\1\0\0\x0b\0\0\0\3\0\0\0\0\0\0B", 19));
  EXPECT_EQ(encode_rst_stream(3, reset_status::cancel), std::string("\x80\3\0\3\0\0\0\x08\0\0\0\3\0\0\0\5", 16));
  EXPECT_EQ(encode_goaway(7, 0), std::string("\x80\3\0\7\0\0\0\x08\0\0\0\7\0\0\0\0", 16));
  EXPECT_EQ(encode_ping(std::string("\0\0\0\1", 4)), std::string("\x80\3\0\6\0\0\0\4\0\0\0\1", 12));
}

TEST(frame, is_the_same_wherever_it_is_cut) {
  const auto bytes = encode_syn_stream(1, "block", false) + encode_data(1, "", true) +
                     encode_data(1, std::string(900, 'x'), false) + encode_ping("1234");
  for (const std::size_t step : {1, 2, 7, 8, 9, 10'000}) {
    const auto got = read(bytes, step);
    ASSERT_EQ(got.frames.size(), 4U) << step;
    EXPECT_EQ(got.frames[0].type, frame_type::syn_stream);
    EXPECT_EQ(got.frames[0].payload.substr(10), "block");
    EXPECT_TRUE(got.frames[1].fin());
    EXPECT_EQ(got.frames[2].payload.size(), 900U);
    EXPECT_EQ(got.frames[2].stream, 1U);
    EXPECT_EQ(got.frames[3].type, frame_type::ping);
  }
}

TEST(frame, refuses_what_is_not_spdy_3) {
  EXPECT_TRUE(read(encode_data(1, std::string(1001, 'x'), false), 4096).failed) << "too large";
  EXPECT_TRUE(read(encode_data(0, "x", false), 4096).failed) << "data on stream 0";
  EXPECT_TRUE(read(std::string("\x80\2\0\6\0\0\0\4\0\0\0\1", 12), 4096).failed) << "version 2";
  EXPECT_TRUE(read("\xffGET / HTTP/1.1\r\n", 4096).failed) << "another protocol";
}

TEST(frame, survives_mutated_bytes) {
  std::mt19937 random(5);
  const auto seed =
      encode_syn_stream(1, "block", false) + encode_data(1, "hello", false) + encode_ping("1234") + encode_goaway(1, 0);
  for (int round = 0; round < 30'000; ++round) {
    auto bytes = seed;
    for (unsigned edits = random() % 4 + 1; edits > 0; --edits)
      bytes[random() % bytes.size()] = static_cast<char>(random());
    const auto whole = read(bytes, bytes.size()), pieces = read(bytes, random() % 9 + 1);
    ASSERT_EQ(whole.failed, pieces.failed);
    ASSERT_EQ(whole.frames.size(), pieces.frames.size());
  }
}

} // namespace
} // namespace troupe::net::spdy
