#include "net/link/connection.hpp"
#include "tests/net/link/nodes.hpp"

namespace troupe::net::link {
namespace {

std::string frame_of(int op, const std::string& payload, std::uint64_t to = 0, int flags = 0) {
  std::string out{char(op), 0, 0, char(flags)};
  auto put = [&](std::uint64_t v, int n) {
    while (n-- > 0) out += char(v >> (8 * n));
  };
  put(payload.size(), 4);
  put(0, 8);
  put(0, 8);
  put(to, 8);
  return out + payload;
}
std::string message(std::uint64_t to, int flags = 0, const std::string& content = "content") {
  return frame_of(2, std::string("\0\0\0\10", 4) + "@<>+@i32" + content, to, flags);
}
const std::string greeting = frame_of(1, std::string(32, 'a'));

/// Actor 5 may be written to, others may not.
verdict gate(const frame& f) {
  return f.what == frame::kind::handshake || f.to == 5 ? verdict::pass : verdict::close;
}

/// Counts how often `closed` ran.
class ending {
public:
  [[nodiscard]] std::function<void()> told() {
    return [this] {
      std::lock_guard guard(mutex_);
      ++times_;
      changed_.notify_all();
    };
  }
  [[nodiscard]] bool came() {
    std::unique_lock guard(mutex_);
    return changed_.wait_for(guard, patience, [this] { return times_ > 0; });
  }
  [[nodiscard]] int times() {
    std::lock_guard guard(mutex_);
    return times_;
  }

private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int times_ = 0;
};

/// Two nodes with an attached connection.
struct joined {
  ending here_ended, there_ended;
  node here{home().node("here")}, there{home().node("there")};
  connection_ptr to = here.dial(there).value(), from = there.next();
  descriptor here_end{to->attach(gate, here_ended.told()).value()};
  descriptor there_end{from->attach(gate, there_ended.told()).value()};

  void expect_both_end_once() {
    EXPECT_TRUE(here_ended.came());
    EXPECT_TRUE(there_ended.came());
    to->close();
    from->close();
    here.settle();
    there.settle();
    EXPECT_EQ(here_ended.times(), 1);
    EXPECT_EQ(there_ended.times(), 1);
  }
};

TEST(connection, both_sides_know_whom_they_met) {
  node here(home().node("here")), there(home().node("there"));
  auto to = here.dial(there);
  ASSERT_TRUE(to) << to.error();
  auto from = there.next();
  ASSERT_TRUE(from);
  EXPECT_EQ((*to)->peer().common_name, "there");
  EXPECT_EQ(from->peer().common_name, "here");
  EXPECT_EQ(from->peer().organizations, std::vector<std::string>{"troupe:nodes"});
  EXPECT_EQ(from->peer().dns_names, std::vector<std::string>{"here"});
  EXPECT_EQ((*to)->address(), "127.0.0.1:" + std::to_string(there.door->port()));
}

TEST(connection, bytes_go_both_ways_and_closed_runs_once) {
  joined j;
  j.here_end.write(greeting);
  EXPECT_EQ(j.there_end.read(greeting.size()), greeting);
  auto answer = message(5);
  j.there_end.write(greeting + answer);
  EXPECT_EQ(j.here_end.read(greeting.size() + answer.size()), greeting + answer);
  j.here_end.close();
  EXPECT_TRUE(j.there_end.ends());
  j.expect_both_end_once();
}

TEST(connection, a_message_larger_than_all_buffers_arrives_whole) {
  joined j;
  auto said = greeting + message(5, 0, std::string(8U << 20, 'x'));
  auto writer = std::async(std::launch::async, [&] { j.here_end.write(said); });
  auto got = j.there_end.read(said.size());
  EXPECT_TRUE(got == said) << got.size() << " of " << said.size();
  if (got.size() < said.size()) j.to->close(); // Lets the writer go.
  writer.wait();
}

TEST(connection, what_the_filter_drops_does_not_arrive) {
  joined j;
  auto good = message(5);
  j.here_end.write(greeting + message(6, 1) + good); // The second is for a registered name.
  EXPECT_EQ(j.there_end.read(greeting.size() + good.size()), greeting + good);
}

TEST(connection, what_the_judge_refuses_closes_both_sides) {
  joined j;
  j.here_end.write(greeting);
  EXPECT_EQ(j.there_end.read(greeting.size()), greeting);
  j.here_end.write(message(6));
  EXPECT_EQ(j.there_end.read(1), "");
  EXPECT_TRUE(j.here_end.ends());
  j.expect_both_end_once();
}

TEST(connection, an_own_side_that_breaks_the_framing_is_closed) {
  joined j;
  j.here_end.write(std::string(32, '\x7f'));
  EXPECT_TRUE(j.here_end.ends());
  EXPECT_EQ(j.there_end.read(1), "");
  j.expect_both_end_once();
}

TEST(connection, close_ends_both_sides) {
  joined j;
  j.from->close();
  EXPECT_TRUE(j.here_end.ends());
  EXPECT_TRUE(j.there_end.ends());
  j.expect_both_end_once();
}

TEST(connection, who_proves_himself_and_comes_to_no_point_is_closed_and_gives_his_place_back) {
  ending ended;
  node here(home().node("here")), there(home().node("there"), 10s, 1, 100, 300ms);
  auto to = here.dial(there).value();
  descriptor here_end(to->attach(gate, ended.told()).value());
  auto from = there.next();
  ASSERT_TRUE(from);
  descriptor there_end(from->attach(gate, [] {}).value());
  from.reset();
  EXPECT_TRUE(there_end.ends());
  EXPECT_TRUE(ended.came());
  auto until = std::chrono::steady_clock::now() + patience; // The place is the only one.
  bool again = false;
  while (!again && std::chrono::steady_clock::now() < until) again = here.dial(there).has_value();
  EXPECT_TRUE(again);
}

TEST(connection, settled_it_outlives_the_limit_for_a_hello) {
  node here(home().node("here")), there(home().node("there"), 10s, 100, 100, 500ms);
  auto to = here.dial(there).value(), from = there.next();
  ASSERT_TRUE(from);
  from->settled();
  descriptor here_end(to->attach(gate, [] {}).value()), there_end(from->attach(gate, [] {}).value());
  ending later;
  auto mute = here.dial(there).value(), mutes = there.next(); // Came after it, and its time is over.
  descriptor mute_end(mute->attach(gate, later.told()).value()), mutes_end(mutes->attach(gate, [] {}).value());
  ASSERT_TRUE(later.came());
  here_end.write(greeting);
  EXPECT_EQ(there_end.read(greeting.size()), greeting);
}

/// `there` ends the link after so long without a byte.
struct listened_to {
  explicit listened_to(std::chrono::milliseconds silence) : there(home().node("there"), 10s, 100, 100, 1h, silence) {}
  node here{home().node("here")}, there;
  connection_ptr to = here.dial(there).value(), from = there.next();
  descriptor here_end{to->attach(gate, [] {}).value()}, there_end{from->attach(gate, [] {}).value()};
};

TEST(connection, a_peer_that_falls_silent_is_noticed_within_the_limit) {
  constexpr auto silence = 500ms;
  listened_to l(silence);
  l.here_end.write(greeting);
  ASSERT_EQ(l.there_end.read(greeting.size()), greeting);
  auto since = std::chrono::steady_clock::now();
  EXPECT_TRUE(l.there_end.ends());
  EXPECT_TRUE(l.here_end.ends());
  auto took = std::chrono::steady_clock::now() - since;
  EXPECT_LT(took, 4 * silence);
  EXPECT_GT(took, silence / 2);
}

TEST(connection, a_large_message_over_a_slow_line_is_not_silence) {
  constexpr auto silence = 800ms;
  listened_to l(silence);
  const auto said = greeting + message(5, 0, std::string(60'000, 'x'));
  l.here_end.write(said.substr(0, 1000));
  ASSERT_EQ(l.there_end.read(1000), said.substr(0, 1000));
  for (std::size_t at = 1000, n = 2000; at < said.size(); at += n) { // 30 parts, 50 ms between them.
    pollfd one{l.there_end.fd, POLLIN, 0};
    ASSERT_EQ(::poll(&one, 1, 50), 0) << "it was closed in the middle";
    l.here_end.write(said.substr(at, n));
    ASSERT_EQ(l.there_end.read(std::min(n, said.size() - at)), said.substr(at, n));
  }
}

TEST(connection, what_the_own_side_does_not_read_is_not_the_silence_of_the_peer) {
  const auto said = greeting + message(5, 0, std::string(16U << 20, 'x')); // More than all buffers hold.
  constexpr auto silence = 500ms;
  listened_to l(silence);
  auto writer = std::async(std::launch::async, [&] { l.here_end.write(said); });
  pollfd hung{l.there_end.fd, 0, 0}; // POLLHUP alone.
  EXPECT_EQ(::poll(&hung, 1, 3 * silence.count()), 0);
  auto got = l.there_end.read(said.size());
  EXPECT_TRUE(got == said) << got.size() << " of " << said.size();
  if (got.size() < said.size()) l.to->close(); // Lets the writer go.
  writer.wait();
}

TEST(connection, attached_after_its_end_it_says_so_at_once) {
  ending told;
  node here(home().node("here")), there(home().node("there"));
  auto to = here.dial(there).value();
  to->close();
  descriptor end(to->attach(gate, told.told()).value());
  EXPECT_TRUE(end.ends());
  EXPECT_TRUE(told.came());
  here.settle();
  EXPECT_EQ(told.times(), 1);
}

} // namespace
} // namespace troupe::net::link
