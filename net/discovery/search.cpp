#include "net/discovery/search.hpp"
#include "net/discovery/message.hpp"
#include <algorithm>
#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <netinet/in.h>
#include <sys/socket.h>

namespace troupe::net::discovery {

namespace asio = boost::asio;
using asio::ip::udp;
using boost::system::error_code;
using clock = std::chrono::steady_clock;

namespace {

/// One search: a socket, the questions and what comes back.
struct asking {
  const search_config& config;
  const std::function<std::string()>& make_query;
  const answer_taker& take;
  asio::io_context context{1};
  udp::socket socket{context};
  asio::steady_timer timer{context};
  clock::time_point end = clock::now() + config.limit;
  std::array<char, datagram_max + 1> buffer{};
  udp::endpoint from;
  std::size_t sent = 0;

  error_code open() {
    error_code e;
    socket.open(udp::v4(), e);
    if (!e) socket.bind({asio::ip::address_v4::any(), 0}, e);
    if (!e) socket.non_blocking(true, e);
    return e;
  }
  void send() {
    udp::endpoint to{asio::ip::address_v4(config.where.address), config.where.port};
    for (auto index : config.where.interfaces.empty() ? multicast_interfaces() : config.where.interfaces) {
      ip_mreqn out{};
      out.imr_ifindex = static_cast<int>(index);
      // The time to live of multicasts is 1 unless told otherwise.
      if (setsockopt(socket.native_handle(), IPPROTO_IP, IP_MULTICAST_IF, &out, sizeof out) != 0) continue;
      error_code e;
      socket.send_to(asio::buffer(make_query()), to, 0, e);
      if (!e) ++sent;
    }
    timer.expires_after(config.repeat);
    timer.async_wait([this](error_code e) {
      if (!e) send();
    });
  }
  void receive() {
    socket.async_receive_from(asio::buffer(buffer), from, [this](error_code e, std::size_t n) {
      if (!e && n <= datagram_max)
        if (auto more = take({buffer.data(), n}, from.address().to_string()))
          end = std::min(end, clock::now() + *more);
      receive(); // An error is a query that came back.
    });
  }
};

} // namespace

tl::expected<std::size_t, std::string>
search(const search_config& config, const std::function<std::string()>& make_query, const answer_taker& take) {
  asking a{config, make_query, take};
  if (auto e = a.open(); e) return tl::make_unexpected("open a UDP socket: " + e.message());
  a.send();
  a.receive();
  while (clock::now() < a.end) a.context.run_one_until(a.end);
  return a.sent;
}

} // namespace troupe::net::discovery
