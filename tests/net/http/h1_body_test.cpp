#include "net/http/h1_body.hpp"
#include <gtest/gtest.h>
#include <random>

namespace troupe::net::http::h1 {
namespace {

struct outcome {
  int status = 0;  ///< 0: no refusal
  bool done = false;
  std::string body, rest;
};

/// Feeds `bytes` in pieces of `step`.
outcome read(framing kind, std::uint64_t length, std::string_view bytes, std::size_t step) {
  body_reader reader(kind, length);
  outcome result;
  for (std::size_t at = 0; at <= bytes.size() && !result.done; at += step) {
    auto piece = bytes.substr(at, step);
    for (;;) {
      const auto got = reader.feed(piece);
      if (!got) {
        result.status = got.error().status;
        return result;
      }
      if (got->state == body_reader::state::done) {
        result.done = true;
        result.rest = std::string(piece) + std::string(bytes.substr(std::min(at + step, bytes.size())));
        break;
      }
      if (got->state == body_reader::state::more) break;
      result.body += got->data;
    }
  }
  return result;
}

struct body_case {
  std::string_view name;
  std::string bytes;
  std::string body, rest;
  int status = 0;
  bool done = true;
};

const body_case chunked[] = {
    {"one chunk", "5\r\nhello\r\n0\r\n\r\nnext", "hello", "next"},
    {"several chunks with upper-case sizes", "A\r\n0123456789\r\n1\r\nx\r\n0\r\n\r\n", "0123456789x", ""},
    {"leading zeros", "0005\r\nhello\r\n000\r\n\r\n", "hello", ""},
    {"extensions are skipped", "5;name=value\r\nhello\r\n0;last\r\n\r\n", "hello", ""},
    {"trailers are dropped", "1\r\nx\r\n0\r\nA: b\r\nC: d\r\n\r\nrest", "x", "rest"},
    {"an unfinished body", "5\r\nhel", "hel", "", 0, false},
    {"no size", "\r\nhello", "", "", 400},
    {"a size that is no number", "xyz\r\n", "", "", 400},
    {"a negative size", "-1\r\n", "", "", 400},
    {"a size with 0x", "0x5\r\nhello\r\n", "", "", 400},
    {"a size that would overflow", "fffffffffffffffff\r\n", "", "", 400},
    {"a bare LF after the size", "5\nhello\r\n0\r\n\r\n", "", "", 400},
    {"data longer than its size", "5\r\nhello!\r\n0\r\n\r\n", "hello", "", 400},
    {"a bare LF after the data", "5\r\nhello\n0\r\n\r\n", "hello", "", 400},
    {"a control character in an extension", std::string("5;\x01\r\nhello\r\n"), "", "", 400},
    {"an endless extension", "5;" + std::string(10'000, 'x') + "\r\nhello\r\n", "", "", 400},
    {"an endless trailer", "0\r\nA: " + std::string(10'000, 'x') + "\r\n\r\n", "", "", 400},
};

TEST(h1_body, reads_chunks_wherever_they_are_cut) {
  for (const auto& each : chunked)
    for (const std::size_t step : {1, 2, 3, 7, 100'000}) {
      const auto got = read(framing::chunked, 0, each.bytes, step);
      EXPECT_EQ(got.status, each.status) << each.name << ", pieces of " << step;
      if (each.status != 0) continue;
      EXPECT_EQ(got.done, each.done) << each.name << ", pieces of " << step;
      EXPECT_EQ(got.body, each.body) << each.name << ", pieces of " << step;
      EXPECT_EQ(got.rest, each.rest) << each.name << ", pieces of " << step;
    }
}

TEST(h1_body, takes_exactly_the_announced_length) {
  for (const std::size_t step : {1, 3, 100}) {
    const auto got = read(framing::length, 5, "hellonext", step);
    EXPECT_TRUE(got.done);
    EXPECT_EQ(got.body, "hello");
    EXPECT_EQ(got.rest, "next");
  }
  EXPECT_TRUE(read(framing::none, 0, "", 1).done);
}

TEST(h1_body, a_body_until_close_is_complete_only_then) {
  body_reader reader(framing::until_close, 0);
  std::string_view bytes = "abc";
  EXPECT_EQ(reader.feed(bytes)->data, "abc");
  EXPECT_TRUE(reader.complete_at_end());
  EXPECT_FALSE(body_reader(framing::length, 3).complete_at_end());
}

TEST(h1_body, survives_mutated_chunks) {
  std::mt19937 random(7);
  const std::string seed = "5\r\nhello\r\n10;a=b\r\n0123456789abcdef\r\n0\r\nT: v\r\n\r\n";
  for (int round = 0; round < 30'000; ++round) {
    auto text = seed;
    for (unsigned edits = random() % 3 + 1; edits > 0; --edits) {
      const auto at = random() % text.size();
      if (random() % 2 == 0) text[at] = static_cast<char>(random());
      else text.insert(at, 1, "\r\n;0f"[random() % 5]);
    }
    const auto whole = read(framing::chunked, 0, text, text.size());
    const auto pieces = read(framing::chunked, 0, text, random() % 5 + 1);
    EXPECT_EQ(whole.status, pieces.status) << text;
    if (whole.status != 0) continue;
    EXPECT_EQ(whole.body, pieces.body) << text;
    EXPECT_LE(whole.body.size(), text.size());
  }
}

} // namespace
} // namespace troupe::net::http::h1
