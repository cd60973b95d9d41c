#include "tests/actors/link/stranger.hpp"

namespace troupe::actors::link {
namespace {

const node_identity first{1, "a", true}, second{2, "b", true}, worker{3, "w", false};

/// A client's handshake under a node id of its own: the server's with other bytes for the process.
std::string greeting_after(const std::string& servers) {
  auto own = servers.substr(32, 32);
  for (std::size_t i = 8; i < own.size(); ++i) own[i] = static_cast<char>(own[i] + 1 + static_cast<char>(i));
  return frame_of(1, own);
}

TEST(strangers, a_proven_peer_that_gives_signs_of_life_alone_is_put_out) {
  host a(first, {}, 0, 300ms);
  stranger mute(worker, a.outside->port());
  ASSERT_GE(mute.hears().size(), 64U) << "the server speaks first";
  EXPECT_TRUE(mute.put_out());
}

TEST(strangers, a_handshake_without_a_hello_is_not_enough) {
  host a(first, {}, 0, 300ms);
  stranger shy(worker, a.outside->port());
  auto servers = shy.hears();
  ASSERT_GE(servers.size(), 64U);
  shy.say(greeting_after(servers));
  EXPECT_TRUE(shy.put_out());
}

TEST(strangers, an_idle_link_lives_on_signs_of_life) {
  const auto silence = 3s; // Sanitizers and neighbours may take the processor for a second.
  host a(first, {}, 0, 5s, silence), b(second, {}, 0, 5s, silence);
  a.knows({a.record(), b.record()});
  b.knows({a.record(), b.record()});
  ASSERT_TRUE(a.finds("node/2"));
  auto before = a.find("node/2", 10s);
  for (auto until = std::chrono::steady_clock::now() + 2 * silence; std::chrono::steady_clock::now() < until;) {
    ASSERT_EQ(a.find("node/2", 10s), before);
    ::poll(nullptr, 0, 100);
  }
}

TEST(strangers, one_large_frame_over_a_slow_line_is_life_and_a_halt_in_its_middle_is_not) {
  const auto silence = 2s;
  host a(first, {}, 0, 1h, silence);
  stranger slow(worker, a.outside->port());
  auto servers = slow.hears();
  ASSERT_GE(servers.size(), 64U);
  auto greeting = greeting_after(servers);
  // "Tell me when an actor of yours ends", and far more behind it than fits into the time.
  auto large = frame_of(4, greeting.substr(32) + servers.substr(32, 32) + std::string(1U << 20, 'x'));
  slow.say(greeting + large.substr(0, 4096));
  auto until = std::chrono::steady_clock::now() + 2 * silence;
  for (std::size_t at = 4096; std::chrono::steady_clock::now() < until; ++at) {
    slow.say(large.substr(at, 1));
    ASSERT_FALSE(slow.ended());
    ::poll(nullptr, 0, 50);
  }
  auto halt = std::chrono::steady_clock::now();
  EXPECT_TRUE(eventually([&] { return slow.ended(); }));
  EXPECT_LT(std::chrono::steady_clock::now() - halt, 4 * silence);
}

TEST(strangers, who_says_hello_stays_beyond_the_limit_beside_one_who_does_not) {
  host a(first, {}, 0, 3s), b(second);
  a.knows({a.record(), b.record()});
  b.knows({a.record(), b.record()});
  ASSERT_TRUE(a.finds("node/2"));
  auto before = a.find("node/2", 10s);
  stranger mute(worker, a.outside->port()); // It came later: when it is put out, b's time has passed, too.
  ASSERT_TRUE(mute.put_out());
  EXPECT_EQ(a.find("node/2", 10s), before);
  host w(worker);
  w.knows({a.record()});
  EXPECT_TRUE(a.finds("node/3")) << "the place is free for whom it belongs to";
}

} // namespace
} // namespace troupe::actors::link
