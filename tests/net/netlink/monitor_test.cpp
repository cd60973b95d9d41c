#include "net/netlink/monitor.hpp"
#include "net/netlink/address.hpp"
#include "net/netlink/route.hpp"
#include "scratch_network.hpp"
#include <chrono>
#include <condition_variable>
#include <gtest/gtest.h>
#include <mutex>
#include <unistd.h>

namespace troupe::net::netlink {
namespace {

struct bell {
  std::mutex mutex;
  std::condition_variable rung;
  int count = 0;
  void ring() {
    std::lock_guard guard(mutex);
    ++count;
    rung.notify_all();
  }
  bool rings_after(const std::function<void()>& work) {
    std::unique_lock guard(mutex);
    auto before = count;
    guard.unlock();
    work();
    guard.lock();
    return rung.wait_for(guard, std::chrono::seconds(10), [&] { return count > before; });
  }
};

TEST(monitor, tells_of_changes_until_it_ends) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root: makes a network namespace";
  in_new_network([] {
    bell b;
    auto m = monitor::start([&] { b.ring(); });
    ASSERT_TRUE(m) << m.error();
    EXPECT_TRUE(b.rings_after([] { (void)make_bridge("br", 1, 1500); }));
    EXPECT_TRUE(b.rings_after([] { (void)add_address("br", 0xc0a80101, 24); }));
    EXPECT_TRUE(b.rings_after([] { (void)put_route({0x0af40200, 24, 0xc0a80102, if_nametoindex("br"), 0, 7, 116}); }));
    EXPECT_TRUE(b.rings_after([] { (void)remove_link("br"); }));
    m->reset();
    auto last = b.count;
    (void)make_bridge("br", 1, 1500);
    EXPECT_EQ(b.count, last);
  });
}

TEST(monitor, ends_where_nothing_happens) {
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(monitor::start([] {}));
}

} // namespace
} // namespace troupe::net::netlink
