#include "net/websocket/frame.hpp"
#include <gtest/gtest.h>
#include <random>

namespace troupe::net::websocket {
namespace {

constexpr mask some{1, 2, 3, 4};

struct outcome {
  std::vector<message> messages;
  close_code refused = close_code::none;
};

outcome read(std::string_view bytes, role self = role::server, std::size_t step = 1 << 20,
             std::size_t limit = 1 << 16) {
  reader from(self, limit);
  outcome result;
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    auto piece = bytes.substr(at, step);
    while (!piece.empty()) {
      auto next = from.feed(piece);
      if (!next) {
        result.refused = next.error().code;
        return result;
      }
      if (*next) result.messages.push_back(std::move(**next));
    }
  }
  return result;
}

TEST(frame, matches_the_examples_of_rfc_6455) {
  EXPECT_EQ(encode(opcode::text, "Hello"), "\x81\x05Hello");
  EXPECT_EQ(encode(opcode::text, "Hello", mask{0x37, 0xfa, 0x21, 0x3d}),
            std::string("\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58", 11));
  EXPECT_EQ(encode(opcode::text, "Hel", {}, false), "\x01\x03Hel");
  EXPECT_EQ(encode(opcode::continuation, "lo"), std::string("\x80\x02lo", 4));
  EXPECT_EQ(encode(opcode::binary, std::string(256, 'x')).substr(0, 4), std::string("\x82\x7e\x01\x00", 4));
  EXPECT_EQ(encode(opcode::binary, std::string(65536, 'x')).substr(0, 10),
            std::string("\x82\x7f\x00\x00\x00\x00\x00\x01\x00\x00", 10));
}

TEST(frame, messages_survive_any_cut) {
  for (const std::size_t size : {0, 1, 125, 126, 127, 65535, 65536}) {
    std::string payload(size, '\0');
    for (std::size_t i = 0; i < size; ++i) payload[i] = static_cast<char>(i * 7);
    const auto bytes = encode(opcode::binary, payload, some) + encode(opcode::ping, "p", some);
    for (const std::size_t step : {1UL, 3UL, 1000UL, 1UL << 20}) {
      const auto got = read(bytes, role::server, step);
      ASSERT_EQ(got.messages.size(), 2U) << size << " in pieces of " << step;
      EXPECT_EQ(got.messages[0].payload, payload);
      EXPECT_EQ(got.messages[1].kind, opcode::ping);
    }
  }
}

TEST(frame, fragments_become_one_message_with_pings_in_between) {
  const auto got = read(encode(opcode::text, "a", some, false) + encode(opcode::ping, "p", some) +
                        encode(opcode::continuation, "b", some, false) + encode(opcode::continuation, "c", some));
  ASSERT_EQ(got.messages.size(), 2U);
  EXPECT_EQ(got.messages[0].kind, opcode::ping);
  EXPECT_EQ(got.messages[1].kind, opcode::text);
  EXPECT_EQ(got.messages[1].payload, "abc");
}

struct violation_case {
  std::string_view name;
  std::string bytes;
  close_code code = close_code::protocol_error;
  role self = role::server;
};

std::string raw(std::initializer_list<int> bytes) {
  std::string text;
  for (const auto byte : bytes) text += static_cast<char>(byte);
  return text;
}

TEST(frame, violations_are_named) {
  const violation_case cases[] = {
      {"a server demands masks", encode(opcode::text, "x")},
      {"a client forbids masks", encode(opcode::text, "x", some), close_code::protocol_error, role::client},
      {"reserved bits", raw({0xc1, 0x80, 0, 0, 0, 0})},
      {"an unknown data opcode", raw({0x83, 0x80, 0, 0, 0, 0})},
      {"an unknown control opcode", raw({0x8b, 0x80, 0, 0, 0, 0})},
      {"a fragmented ping", raw({0x09, 0x80, 0, 0, 0, 0})},
      {"a ping that is too long", encode(opcode::ping, std::string(126, 'x'), some)},
      {"a continuation of nothing", encode(opcode::continuation, "x", some)},
      {"a message inside a message", encode(opcode::text, "a", some, false) + encode(opcode::text, "b", some)},
      {"a length that is longer than needed", raw({0x82, 0xfe, 0, 5, 0, 0, 0, 0})},
      {"a 64-bit length that is longer than needed", raw({0x82, 0xff, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0})},
      {"a message that is too big", encode(opcode::binary, std::string(70'000, 'x'), some), close_code::too_big},
      {"an announced giant", raw({0x82, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0}),
       close_code::too_big},
      {"fragments that are too big together",
       encode(opcode::binary, std::string(40'000, 'x'), some, false) +
           encode(opcode::continuation, std::string(40'000, 'x'), some),
       close_code::too_big},
      {"text that is not UTF-8", encode(opcode::text, "\xc0\xaf", some), close_code::bad_data},
      {"a close frame with one byte", encode(opcode::close, "x", some)},
      {"a close code that is reserved", encode(opcode::close, raw({0x03, 0xed}), some)},
      {"a close code that does not exist", encode(opcode::close, raw({0, 5}), some)},
      {"a close reason that is not UTF-8", encode(opcode::close, raw({0x03, 0xe8, 0xff}), some), close_code::bad_data},
  };
  for (const auto& each : cases) EXPECT_EQ(read(each.bytes, each.self).refused, each.code) << each.name;
}

TEST(frame, close_frames_carry_code_and_reason) {
  const auto got = read(encode(opcode::close, close_payload(close_code::going_away, "bye"), some));
  ASSERT_EQ(got.messages.size(), 1U);
  EXPECT_EQ(got.messages[0].code(), close_code::going_away);
  EXPECT_EQ(got.messages[0].reason(), "bye");
  EXPECT_EQ(read(encode(opcode::close, "", some)).messages[0].code(), close_code::none);
  EXPECT_EQ(close_payload(close_code::normal, std::string(500, 'x')).size(), 125U);
}

TEST(frame, utf8_is_checked_to_the_letter) {
  for (const auto* good :
       {"", "abc", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80", "\xf4\x8f\xbf\xbf", "\xed\x9f\xbf"})
    EXPECT_TRUE(is_utf8(good)) << good;
  for (const auto* bad : {"\x80", "\xc1\xbf", "\xe0\x80\x80", "\xed\xa0\x80", "\xf0\x80\x80\x80", "\xf4\x90\x80\x80",
                          "\xf5\x80\x80\x80", "\xc3", "\xe2\x82", "\xc3("})
    EXPECT_FALSE(is_utf8(bad)) << bad;
}

TEST(frame, survives_mutated_bytes) {
  std::mt19937 random(11);
  const auto seed = encode(opcode::text, "hello", some, false) + encode(opcode::ping, "p", some) +
                    encode(opcode::continuation, std::string(300, 'y'), some) +
                    encode(opcode::close, close_payload(close_code::normal, "x"), some);
  for (int round = 0; round < 20'000; ++round) {
    auto bytes = seed;
    for (unsigned edits = random() % 4 + 1; edits > 0; --edits)
      bytes[random() % bytes.size()] = static_cast<char>(random());
    const auto whole = read(bytes), pieces = read(bytes, role::server, random() % 7 + 1);
    ASSERT_EQ(whole.refused, pieces.refused);
    ASSERT_EQ(whole.messages.size(), pieces.messages.size());
  }
}

} // namespace
} // namespace troupe::net::websocket
