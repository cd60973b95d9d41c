#pragma once
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <tl/expected.hpp>

namespace troupe::net::netlink {

/// Watches interfaces, IPv4 addresses and IPv4 routes of the network namespace of the thread that starts it, on a
/// thread of its own.
class monitor {
public:
  /// Calls `changed` on that thread after changes, once for those that come together. What has changed is not told:
  /// the kernel drops word of some changes, so that only a look at the whole is sure.
  [[nodiscard]] static tl::expected<std::unique_ptr<monitor>, std::string> start(std::function<void()> changed);
  /// After this `changed` is not called any more.
  ~monitor();
  monitor(const monitor&) = delete;
  monitor& operator=(const monitor&) = delete;

private:
  monitor(int socket, int stop, std::function<void()> changed);
  void run();
  int socket_, stop_;
  std::function<void()> changed_;
  std::thread thread_;
};

} // namespace troupe::net::netlink
