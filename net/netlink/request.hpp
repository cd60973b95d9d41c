#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <libmnl/libmnl.h>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

/// Of this folder only: one request to the kernel's rtnetlink and its answers.
namespace troupe::net::netlink {

/// A message with its fixed header `Body` (ifinfomsg, rtmsg, …). Attributes are added to `header`, which points into
/// the message: it stays where it is.
template <class Body> struct request {
  alignas(nlmsghdr) std::array<char, 8192> buffer{};
  nlmsghdr* header;
  Body* body;

  request(std::uint16_t type, int flags) : header(mnl_nlmsg_put_header(buffer.data())) {
    header->nlmsg_type = type;
    header->nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | flags);
    header->nlmsg_seq = 1;
    body = static_cast<Body*>(mnl_nlmsg_put_extra_header(header, sizeof(Body)));
  }
  request(const request&) = delete;
  request& operator=(const request&) = delete;
};

/// Sends a request and reads until its acknowledgement or the end of its dump. 0, or the error's number.
[[nodiscard]] int exchange(nlmsghdr* header, const std::function<void(const nlmsghdr*)>& on_message = {});

[[nodiscard]] tl::unexpected<std::string> failure(std::string_view what, int error);

/// Calls `each` for the attributes behind a message's fixed header, or inside a nest.
void for_attributes(const nlmsghdr* message, std::size_t body_size, const std::function<void(const nlattr*)>& each);
void for_attributes(const nlattr* nest, const std::function<void(const nlattr*)>& each);

} // namespace troupe::net::netlink
