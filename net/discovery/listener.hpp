#pragma once
#include "net/discovery/interfaces.hpp"
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace troupe::net::discovery {

/// Hears what is sent to a group and answers to the sender alone. All of it runs on the thread of its context.
class listener {
public:
  /// Called for each datagram of at most `datagram_max` bytes with the IPv4 address of its sender, which may be forged;
  /// the answer, or nothing.
  using handler = std::function<std::optional<std::string>(std::string_view datagram, const std::string& from,
                                                           std::chrono::steady_clock::time_point now)>;
  /// Several programs of one machine may listen to the same group. Interfaces that come later are joined within ten
  /// seconds; the kernel bounds how many (20, igmp_max_memberships), and those with the highest index stay out. The
  /// error is a sentence.
  [[nodiscard]] static tl::expected<listener, std::string> open(boost::asio::io_context& context, const group& where,
                                                                handler handle);
  listener(listener&&) noexcept;
  listener& operator=(listener&&) noexcept;
  ~listener();
  [[nodiscard]] std::uint16_t port() const;

private:
  struct core;
  explicit listener(std::shared_ptr<core> c);
  std::shared_ptr<core> core_;
};

} // namespace troupe::net::discovery
