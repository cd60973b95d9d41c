#include "tests/integration/etcd/program.hpp"
#include <chrono>
#include <csignal>
#include <fmt/format.h>
#include <future>
#include <gtest/gtest.h>
#include <poll.h>

namespace troupe::tests::etcd {
namespace {

TEST(etcd_kill_test, a_put_that_was_acknowledged_is_there_after_a_kill_in_the_middle_of_puts) {
  program p;
  std::vector<std::string> promised;
  for (int round = 0; round < 3; ++round) {
    ASSERT_TRUE(p.start());
    auto file = fmt::format("{}/acknowledged-{}", p.dir(), round);
    // One client after the other until told to stop: each line is a put that etcdctl was told is done.
    auto over = file + "-over";
    auto load = std::async(std::launch::async, [&] {
      return shell(fmt::format("n=0; while [ ! -e {} ]; do ETCDCTL_API=3 timeout 20 etcdctl --endpoints={} "
                               "--command-timeout=2s put k-{}-$n v$n >/dev/null 2>&1 && echo k-{}-$n >> {}; "
                               "n=$((n+1)); done", over, p.endpoint(), round, round, file));
    });
    auto counted = [&] { return shell("cat " + file + " 2>/dev/null | wc -l").text; };
    auto end = std::chrono::steady_clock::now() + std::chrono::seconds(180);
    while (std::atoi(counted().c_str()) < 15 && std::chrono::steady_clock::now() < end) ::poll(nullptr, 0, 20);
    EXPECT_EQ(p.stop(SIGKILL), -1);
    shell("touch " + over);
    load.wait();
    auto lines = shell("cat " + file).text;
    for (std::size_t at = 0, next; (next = lines.find('\n', at)) != std::string::npos; at = next + 1)
      promised.push_back(lines.substr(at, next - at));
  }
  ASSERT_TRUE(p.start());
  EXPECT_GE(promised.size(), 45u);
  auto found = "\n" + p.ctl("get --prefix k- --keys-only").text;
  for (auto& key : promised) EXPECT_NE(found.find("\n" + key + "\n"), std::string::npos) << "lost: " << key;
  EXPECT_EQ(p.stop(SIGTERM), 0);
}

} // namespace
} // namespace troupe::tests::etcd
