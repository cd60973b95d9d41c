#include "net/http/loop.hpp"
#include "tests/net/http/loopback.hpp"
#include <thread>

namespace troupe::net::http {
namespace {

struct counter final : target {
  std::vector<int> seen;  // the loop's thread only
  std::atomic<int> count{0};
  void run(command& what) override {
    seen.push_back(what.what);
    ++count;
  }
};

TEST(loop, runs_commands_in_the_order_of_their_sender) {
  const auto io = loop::start("test");
  const auto to = std::make_shared<counter>();
  for (int i = 0; i < 10'000; ++i) EXPECT_TRUE(io->submit({to, i}));
  EXPECT_TRUE(eventually([&] { return to->count == 10'000; }));
  io->stop();
  EXPECT_TRUE(std::is_sorted(to->seen.begin(), to->seen.end()));
}

TEST(loop, a_command_that_gives_commands_does_not_starve_others) {
  const auto io = loop::start("test");
  std::atomic<bool> ended{false};
  flag other;
  std::function<void()> again = [&] {
    if (!ended) io->post(again);
  };
  io->post(again);
  io->post([&] { other.set(); });
  EXPECT_TRUE(other.wait());
  ended = true;
  io->stop();
}

TEST(loop, refuses_commands_after_its_end) {
  const auto io = loop::start("test");
  io->stop();
  EXPECT_FALSE(io->post([] { FAIL(); }));
  io->stop();
}

struct alarm final : timed {
  explicit alarm(loop& on) : io(on) {}
  loop& io;
  std::atomic<int> rang{0};
  void expired() override { ++rang; }
};

TEST(loop, deadlines_may_move_both_ways) {
  const auto io = loop::start("test");
  alarm moved_back(*io), moved_on(*io), forgotten(*io);
  io->post([&] {
    const auto now = clock::now();
    io->expire_at(moved_back, now + std::chrono::hours(1));
    io->expire_at(moved_back, now + std::chrono::milliseconds(20));
    io->expire_at(moved_on, now + std::chrono::milliseconds(20));
    io->expire_at(moved_on, now + std::chrono::hours(1));
    io->expire_at(forgotten, now + std::chrono::milliseconds(20));
    io->forget(forgotten);
  });
  EXPECT_TRUE(eventually([&] { return moved_back.rang == 1; }));
  EXPECT_EQ(moved_on.rang, 0);
  EXPECT_EQ(forgotten.rang, 0);
  flag clean;
  io->post([&] {
    io->forget(moved_on);
    clean.set();
  });
  EXPECT_TRUE(clean.wait());
  io->stop();
}

struct guest final : resident {
  bool evicted = false;
  void evict() override { evicted = true; }
};

TEST(loop, ends_its_residents_when_it_stops) {
  const auto io = loop::start("test");
  const auto stays = std::make_shared<guest>(), leaves = std::make_shared<guest>();
  flag in;
  io->post([&] {
    io->move_in(stays);
    io->move_in(leaves);
    io->move_out(*leaves);
    in.set();
  });
  ASSERT_TRUE(in.wait());
  io->stop();
  EXPECT_TRUE(stays->evicted);
  EXPECT_FALSE(leaves->evicted);
  EXPECT_EQ(stays.use_count(), 1);
}

TEST(loop, dates_have_the_form_of_rfc_9110) {
  const auto io = loop::start("test");
  io->stop();
  const auto date = io->date();
  EXPECT_EQ(date.size(), 29U) << date;
  EXPECT_EQ(date.substr(3, 2), ", ");
  EXPECT_TRUE(date.ends_with(" GMT"));
}

} // namespace
} // namespace troupe::net::http
