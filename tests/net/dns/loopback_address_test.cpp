#include "net/dns/loopback_address.hpp"
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace troupe::net::dns {
namespace {

bool can_bind(std::uint32_t address) {
  int s = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_in a{};
  a.sin_family = AF_INET;
  a.sin_addr.s_addr = htonl(address);
  bool ok = ::bind(s, reinterpret_cast<sockaddr*>(&a), sizeof a) == 0;
  ::close(s);
  return ok;
}

TEST(loopback_address_test, comes_and_goes_and_twice_is_fine) {
  std::thread([] {
    if (::unshare(CLONE_NEWNET) != 0) GTEST_SKIP() << "needs root: makes a network namespace";
    constexpr std::uint32_t address = 0x0a60000a;
    // A namespace that never had an address takes any: it has no table yet to look into.
    ASSERT_TRUE(add_loopback_address(address + 1));
    EXPECT_FALSE(can_bind(address));
    for (int i = 0; i < 2; ++i) {
      auto done = add_loopback_address(address);
      ASSERT_TRUE(done) << done.error();
    }
    EXPECT_TRUE(can_bind(address));
    for (int i = 0; i < 2; ++i) {
      auto done = remove_loopback_address(address);
      ASSERT_TRUE(done) << done.error();
    }
    EXPECT_FALSE(can_bind(address));
  }).join();
}

} // namespace
} // namespace troupe::net::dns
