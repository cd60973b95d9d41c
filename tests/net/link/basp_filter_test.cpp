#include "net/link/basp_filter.hpp"
#include <gtest/gtest.h>
#include <random>
#include <string>

namespace troupe::net::link {
namespace {

const std::string ours(32, 'o'), theirs(32, 't'), third(32, 'x');

std::string header(int op, std::uint32_t size, std::uint64_t from = 0, std::uint64_t to = 0, int flags = 0) {
  std::string out{char(op), 0, 0, char(flags)};
  auto put = [&](std::uint64_t v, int n) {
    while (n-- > 0) out += char(v >> (8 * n));
  };
  put(size, 4);
  put(0, 8);
  put(from, 8);
  put(to, 8);
  return out;
}
std::string frame_of(int op, const std::string& payload, std::uint64_t from = 0, std::uint64_t to = 0, int flags = 0) {
  return header(op, static_cast<std::uint32_t>(payload.size()), from, to, flags) + payload;
}
std::string message(const std::string& types, std::uint64_t from, std::uint64_t to, int flags = 0) {
  std::string names;
  if (types.size() > 127) names = {char((types.size() & 0x7f) | 0x80), char(types.size() >> 7)};
  else names = {char(types.size())};
  return frame_of(2, std::string(3, '\0') + names + types + "content", from, to, flags);
}
std::span<const unsigned char> bytes(const std::string& s) {
  return {reinterpret_cast<const unsigned char*>(s.data()), s.size()};
}

/// A link after both handshakes; the peer was given actor 5.
struct link_under_test {
  link_under_test() {
    EXPECT_TRUE(filter.outbound(bytes(frame_of(0, ours + "rest"))));
    EXPECT_TRUE(says(frame_of(1, theirs)));
    seen.clear();
  }
  bool says(const std::string& s) { return filter.inbound(bytes(s), seen); }
  std::vector<unsigned char> seen;
  basp_filter filter{[](const frame& f) {
    if (f.what == frame::kind::handshake) return f.node == theirs ? verdict::pass : verdict::close;
    return f.to == 5 ? verdict::pass : verdict::close;
  }};
};

enum class fate { passes, vanishes, closes };

TEST(basp_filter, what_becomes_of_a_frame) {
  auto routed = frame_of(3, theirs + ours + std::string(40, '\0'), 7, 5);
  const struct { std::string name, said; fate expected; } cases[] = {
    {"a message to an actor that it was given", message("@<>+@i32", 7, 5), fate::passes},
    {"a message to an actor that it was not given", message("@<>+@i32", 7, 6), fate::closes},
    {"names of types that take two bytes of length", message("@<>+" + std::string(200, 'a'), 7, 5), fate::passes},
    {"more names of types than are judged", message("@<>+" + std::string(600, 'a'), 7, 5), fate::closes},
    {"an exit signal", message("@<>+@exit", 7, 5), fate::closes},
    {"an exit signal behind another element", message("@<>+@atom+@exit", 7, 5), fate::closes},
    {"a link of its actor to ours", message("@<>+@atom+@strong_actor_ptr", 7, 5), fate::closes},
    {"a handle with a role is no link", message("@<>+@atom+@str+@strong_actor_ptr", 7, 5), fate::passes},
    {"a registered name", message("@<>+@atom", 7, 5, 1), fate::vanishes},
    {"a forwarding stage", frame_of(2, std::string("\1\0\0\10", 4) + "@<>+@i32", 7, 5), fate::closes},
    {"a message to be passed on", routed, fate::closes},
    {"a payload too short for a message", frame_of(2, "ab", 7, 5), fate::closes},
    {"an unknown operation", frame_of(7, "abcd"), fate::closes},
    {"a header without payload", header(2, 0, 7, 5), fate::closes},
    {"a handshake without payload", header(1, 0), fate::closes},
    {"a payload of four GiB", header(2, 0xffffffff, 7, 5), fate::closes},
    {"a payload above the bound", header(2, basp_filter::payload_bytes_max + 1, 7, 5), fate::closes},
    {"a heartbeat", header(6, 0), fate::passes},
    {"a heartbeat with payload", frame_of(6, "x"), fate::closes},
    {"a handshake under another node's id", frame_of(1, third), fate::closes},
    {"a handshake too short for an id", frame_of(1, "short"), fate::closes},
    {"it watches an actor of ours", frame_of(4, theirs + ours, 0, 5), fate::passes},
    {"an actor of its own has ended", frame_of(5, theirs + ours + '\0', 7), fate::passes},
    {"an actor of another node has ended, it says", frame_of(5, third + ours + '\0', 7), fate::vanishes},
    {"an actor of ours has ended, it says", frame_of(5, ours + ours + '\0', 7), fate::vanishes},
    {"news for another node", frame_of(5, theirs + third + '\0', 7), fate::vanishes},
    {"it watches in the name of another node", frame_of(4, third + ours, 0, 5), fate::vanishes},
    {"news too short for two ids", frame_of(5, theirs + "a", 7), fate::closes},
  };
  for (auto& c : cases) {
    link_under_test whole;
    bool open = whole.says(c.said);
    auto got = !open ? fate::closes : whole.seen.empty() ? fate::vanishes : fate::passes;
    EXPECT_EQ(got, c.expected) << c.name;
    if (got == fate::passes) {
      EXPECT_EQ(whole.seen.size(), c.said.size()) << c.name;
    }
    link_under_test cut; // Every byte alone ends the same way.
    bool still = true;
    for (auto b : c.said) still = still && cut.says(std::string(1, b));
    EXPECT_EQ(still, open) << c.name;
    EXPECT_EQ(cut.seen, open ? whole.seen : std::vector<unsigned char>{}) << c.name;
  }
}

TEST(basp_filter, an_actor_that_wrote_to_the_peer_may_be_answered) {
  link_under_test l;
  ASSERT_TRUE(l.filter.outbound(bytes(message("@<>+@i32", 6, 7))));
  EXPECT_TRUE(l.says(message("@<>+@i32", 7, 6)));
  EXPECT_FALSE(l.says(message("@<>+@exit", 7, 6)));
}

TEST(basp_filter, of_a_million_writers_the_last_may_be_answered_and_the_rest_is_forgotten) {
  constexpr std::uint64_t faithful = 6, once = 8, first = 1'000, writers = 1'000'000;
  link_under_test l;
  auto said = message("@<>+@i32", 0, 7); // Made once, for speed; the writer's id is at 16.
  auto writes = [&](std::uint64_t id) {
    for (std::size_t i = 0; i < 8; ++i) said[16 + i] = char(id >> (56 - 8 * i));
    return l.filter.outbound(bytes(said));
  };
  auto answered = [&](std::uint64_t id) {
    auto copy = l.filter; // A refusal ends a link.
    std::vector<unsigned char> out;
    return copy.inbound(bytes(message("@<>+@i32", 7, id)), out);
  };
  ASSERT_TRUE(writes(once) && writes(faithful));
  for (std::uint64_t i = 0; i < writers; ++i) {
    ASSERT_TRUE(writes(first + i));
    if (i % (basp_filter::writers_max / 2) == 0) {
      ASSERT_TRUE(writes(faithful));
    }
    ASSERT_LE(l.filter.writers(), basp_filter::writers_max);
  }
  EXPECT_TRUE(answered(faithful)) << "who writes again and again is not forgotten";
  EXPECT_TRUE(answered(first + writers - 1));
  EXPECT_TRUE(answered(first + writers + 1 - basp_filter::writers_max / 2)) << "late, but of a recent writer";
  EXPECT_FALSE(answered(first + writers - basp_filter::writers_max - 1));
  EXPECT_FALSE(answered(once));
}

TEST(basp_filter, news_before_the_handshake_is_not_believed) {
  link_under_test l;
  basp_filter fresh([](const frame&) { return verdict::pass; });
  EXPECT_TRUE(fresh.inbound(bytes(frame_of(5, theirs + ours + '\0', 7)), l.seen));
  EXPECT_TRUE(l.seen.empty());
}

TEST(basp_filter, random_and_damaged_bytes_never_bring_more_out_than_went_in) {
  std::mt19937_64 chance(7);
  const std::string good = message("@<>+@i32", 7, 5) + header(6, 0) + frame_of(5, theirs + ours + '\0', 7) +
                           message("@<>+@atom+@str+@strong_actor_ptr", 7, 5);
  for (int round = 0; round < 20'000; ++round) {
    link_under_test l;
    std::string said = good;
    if (round % 4 == 0)
      for (auto& b : said) b = char(chance());
    else
      for (auto n = 1 + chance() % 4; n > 0; --n) said[chance() % said.size()] = char(chance());
    std::size_t at = 0;
    bool open = true;
    while (open && at < said.size()) {
      auto n = std::min<std::size_t>(1 + chance() % 90, said.size() - at);
      open = l.says(said.substr(at, n));
      at += n;
    }
    ASSERT_LE(l.seen.size(), at) << "round " << round;
  }
}

/// True if CAF would find nothing in `seen` that the judge or the filter itself refuses.
bool harmless(const std::vector<unsigned char>& seen) {
  auto number = [&](std::size_t at, int n) {
    std::uint64_t out = 0;
    while (n-- > 0) out = out << 8 | seen[at++];
    return out;
  };
  for (std::size_t at = 0; at + 32 <= seen.size();) {
    auto op = seen[at];
    auto size = number(at + 4, 4);
    auto end = std::min<std::size_t>(at + 32 + size, seen.size());
    std::string payload(seen.begin() + static_cast<std::ptrdiff_t>(at + 32),
                        seen.begin() + static_cast<std::ptrdiff_t>(end));
    if (op > 6 || op == 3 || (size == 0) != (op == 6) || size > basp_filter::payload_bytes_max) return false;
    if (op == 2 && (number(at + 24, 8) != 5 || seen[at + 3] & 1 || payload[0] != 0)) return false;
    if (op == 2 && payload.substr(4, static_cast<unsigned char>(payload[3]) & 0x7f).find("@exit") != std::string::npos)
      return false;
    if (op < 2 && payload.substr(0, 32) != theirs) return false;
    if ((op == 4 || op == 5) && payload.substr(0, 64) != theirs + ours) return false;
    at = end;
  }
  return true;
}

TEST(basp_filter, damaged_streams_end_the_same_way_however_they_are_cut_and_let_nothing_through) {
  std::mt19937_64 chance(13);
  const std::string frames[] = {
    message("@<>+@i32", 7, 5), message("@<>+@i32", 7, 6), message("@<>+@exit", 7, 5), message("@<>+@atom", 7, 5, 1),
    header(6, 0), frame_of(1, theirs), frame_of(1, third), frame_of(5, theirs + ours + '\0', 7),
    frame_of(5, third + ours + '\0', 7), frame_of(3, theirs + ours + std::string(40, '\0'), 7, 5)};
  for (int round = 0; round < 5'000; ++round) {
    std::string said;
    for (int n = 0; n < 6; ++n) said += frames[chance() % std::size(frames)];
    for (auto n = chance() % 4; n > 0; --n) said[chance() % said.size()] = char(chance());
    link_under_test whole, cut;
    bool open = whole.says(said), still = true;
    for (std::size_t at = 0; still && at < said.size();) {
      auto n = std::min<std::size_t>(1 + chance() % 50, said.size() - at);
      still = cut.says(said.substr(at, n));
      at += n;
    }
    ASSERT_EQ(still, open) << "round " << round;
    ASSERT_EQ(cut.seen, whole.seen) << "round " << round;
    ASSERT_TRUE(harmless(whole.seen)) << "round " << round;
  }
}

} // namespace
} // namespace troupe::net::link
