#pragma once
#include "net/netlink/link.hpp"
#include <functional>
#include <net/if.h>
#include <sched.h>
#include <thread>

namespace troupe::net::netlink {

/// Runs in a network namespace that goes with the thread.
inline void in_new_network(const std::function<void()>& work) {
  std::thread([&] {
    if (::unshare(CLONE_NEWNET) == 0) work();
  }).join();
}

} // namespace troupe::net::netlink
