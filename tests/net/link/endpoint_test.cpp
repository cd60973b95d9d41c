#include "net/link/endpoint.hpp"
#include "tests/net/link/nodes.hpp"
#include <arpa/inet.h>
#include <fcntl.h>
#include <filesystem>
#include <netinet/in.h>
#include <random>

namespace troupe::net::link {
namespace {

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in out{};
  out.sin_family = AF_INET;
  out.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  out.sin_port = htons(port);
  return out;
}

/// A listener that accepts nobody; the kernel shakes hands for it until `backlog` is full.
struct silent {
  explicit silent(int backlog) {
    auto at = loopback(0);
    socklen_t size = sizeof at;
    EXPECT_EQ(::bind(socket.fd, reinterpret_cast<sockaddr*>(&at), size), 0);
    EXPECT_EQ(::listen(socket.fd, backlog), 0);
    EXPECT_EQ(::getsockname(socket.fd, reinterpret_cast<sockaddr*>(&at), &size), 0);
    port = ntohs(at.sin_port);
  }
  descriptor socket{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  std::uint16_t port = 0;
};

int plain(std::uint16_t port, int flags = 0) {
  int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);
  auto at = loopback(port);
  bool ok = ::connect(fd, reinterpret_cast<sockaddr*>(&at), sizeof at) == 0;
  EXPECT_TRUE(ok || errno == EINPROGRESS);
  return fd;
}

void expect_served(node& server) {
  node guest(home().node("guest"));
  auto c = guest.dial(server);
  ASSERT_TRUE(c) << c.error();
  auto from = server.next();
  ASSERT_TRUE(from);
  EXPECT_EQ(from->peer().common_name, "guest") << "a stranger was let in";
  EXPECT_EQ(server.waiting(), 0U);
}

/// A TLS client of its own making; true if the server ends the connection.
bool refused(std::uint16_t port, asio::ssl::context& context) {
  asio::io_context io;
  asio::ssl::stream<asio::ip::tcp::socket> stream(io, context);
  stream.lowest_layer().connect({asio::ip::address_v4::loopback(), port});
  bool out = false;
  char part[100];
  stream.async_handshake(asio::ssl::stream_base::client, [&](boost::system::error_code error) {
    if ((out = bool(error))) return;
    stream.async_read_some(asio::buffer(part), [&](boost::system::error_code e, std::size_t) { out = bool(e); });
  });
  io.run_for(patience);
  return out;
}

TEST(endpoint, a_node_of_another_cluster_is_refused_by_both_sides) {
  node server(home().node("server"));
  auto forged = abroad().node("server");
  forged.ca_pem = home().ca.certificate_pem; // It takes us for what we are, but cannot prove itself.
  node stranger(forged), other(abroad().node("other"));

  auto by_dialer = server.dial(stranger);
  ASSERT_FALSE(by_dialer);
  EXPECT_EQ(by_dialer.error().rfind("handshake with 127.0.0.1:", 0), 0U) << by_dialer.error();
  EXPECT_FALSE(other.dial(server));
  // With TLS 1.3 the client is through before the server has seen its certificate; then the connection ends.
  if (auto c = stranger.dial(server)) {
    auto closed = std::make_shared<std::promise<void>>();
    auto end = closed->get_future();
    descriptor fd((*c)->attach([](const frame&) { return verdict::pass; }, [closed] { closed->set_value(); }).value());
    EXPECT_EQ(end.wait_for(patience), std::future_status::ready);
  }
  expect_served(server);
}

TEST(endpoint, a_client_without_certificate_or_with_old_tls_is_refused) {
  node server(home().node("server"));
  asio::ssl::context none(asio::ssl::context::tls_client);
  EXPECT_TRUE(refused(server.door->port(), none));
  asio::ssl::context old(asio::ssl::context::tlsv12_client);
  auto own = home().node("old");
  old.use_certificate_chain(asio::buffer(own.certificate_pem));
  old.use_private_key(asio::buffer(own.key_pem), asio::ssl::context::pem);
  EXPECT_TRUE(refused(server.door->port(), old));
  expect_served(server);
}

TEST(endpoint, plain_text_and_random_bytes_are_refused) {
  node server(home().node("server"));
  std::mt19937_64 chance(11);
  for (int round = 0; round < 40; ++round) {
    std::string said = "GET / HTTP/1.1\r\nHost: here\r\n\r\n";
    if (round > 0) {
      said.resize(1 + chance() % 2000);
      for (auto& b : said) b = char(chance());
    }
    descriptor fd(plain(server.door->port()));
    fd.write(said);
    ::shutdown(fd.fd, SHUT_WR);
    ASSERT_TRUE(fd.ends()) << "round " << round;
  }
  expect_served(server);
}

TEST(endpoint, a_handshake_that_stalls_is_closed_after_the_limit_and_keeps_nobody_waiting) {
  node server(home().node("server"), 1s);
  auto began = std::chrono::steady_clock::now();
  descriptor mute(plain(server.door->port())), half(plain(server.door->port()));
  half.write(std::string("\x16\x03\x01\x02\x00\x01", 6)); // A client hello that never goes on.
  expect_served(server);
  EXPECT_TRUE(mute.ends());
  EXPECT_TRUE(half.ends());
  EXPECT_GE(std::chrono::steady_clock::now() - began, 900ms);
}

/// A client hello, byte by byte, without an end.
TEST(endpoint, a_handshake_that_trickles_is_closed_after_the_limit) {
  node server(home().node("server"), 1s);
  descriptor slow(plain(server.door->port()));
  auto began = std::chrono::steady_clock::now();
  std::string said("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11);
  said.resize(517);
  bool ended = false;
  for (std::size_t i = 0; i < said.size() && !ended; ++i) {
    slow.write(said.substr(i, 1));
    pollfd one{slow.fd, POLLIN, 0};
    ended = ::poll(&one, 1, 10) > 0;
  }
  EXPECT_TRUE(ended);
  EXPECT_GE(std::chrono::steady_clock::now() - began, 900ms);
  expect_served(server);
}

std::size_t open_descriptors() {
  auto all = std::filesystem::directory_iterator("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

/// Nobody who means well waits for those that do not, and these take up no more than a bounded number of places.
TEST(endpoint, a_flood_of_strangers_keeps_nobody_out) {
  constexpr std::size_t strangers_max = 20, flood = 300;
  node server(home().node("server"), 60s, 100, strangers_max);
  auto before = open_descriptors();
  {
    std::deque<descriptor> strangers;
    for (std::size_t i = 0; i < flood; ++i) {
      strangers.emplace_back(plain(server.door->port()));
      if (i % 50 == 0) expect_served(server);
    }
    expect_served(server);
    // Those that are closed notice it; the last ones are still waiting for an answer.
    for (std::size_t i = 0; i + strangers_max < flood; ++i) ASSERT_TRUE(strangers[i].ends()) << i;
    EXPECT_LE(open_descriptors(), before + flood + strangers_max + 2);
  }
  auto until = std::chrono::steady_clock::now() + patience;
  while (open_descriptors() > before && std::chrono::steady_clock::now() < until) server.settle();
  EXPECT_LE(open_descriptors(), before);
}

TEST(endpoint, a_dial_that_leads_nowhere_says_why_in_time) {
  node here(home().node("here"), 300ms);
  auto why = [&](const std::string& address, std::uint16_t port) {
    auto c = here.dial(address, port);
    return c ? std::string("connected") : c.error();
  };
  std::uint16_t closed = silent(1).port;
  auto at = [](std::uint16_t port) { return "127.0.0.1:" + std::to_string(port) + ": "; };
  EXPECT_EQ(why("127.0.0.1", closed), "connect to " + at(closed) + "Connection refused");
  EXPECT_EQ(why("here.example", 1), "here.example is no IP address");

  silent mute(10);
  EXPECT_EQ(why("127.0.0.1", mute.port).rfind("handshake with " + at(mute.port), 0), 0U);

  silent full(0); // Its queue is full, so that the kernel does not answer.
  descriptor one(plain(full.port, SOCK_NONBLOCK)), two(plain(full.port, SOCK_NONBLOCK));
  descriptor three(plain(full.port, SOCK_NONBLOCK));
  EXPECT_EQ(why("127.0.0.1", full.port), "connect to " + at(full.port) + "no answer in time");
}

TEST(endpoint, renewed_credentials_are_shown_to_those_who_come_later) {
  node server(home().node("before")), guest(home().node("guest"));
  auto early = guest.dial(server).value();
  auto fresh = home().node("after");
  ASSERT_TRUE(server.door->renew(fresh));
  auto late = guest.dial(server).value();
  EXPECT_EQ(early->peer().common_name, "before");
  EXPECT_EQ(late->peer().common_name, "after");
  EXPECT_EQ(server.dial(guest).value()->peer().common_name, "guest");
  auto mine = guest.next();
  ASSERT_TRUE(mine);
  EXPECT_EQ(mine->peer().common_name, "after");

  fresh.certificate_pem = "damaged";
  auto failed = server.door->renew(fresh);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().rfind("certificate of the link: ", 0), 0U) << failed.error();
  EXPECT_EQ(guest.dial(server).value()->peer().common_name, "after");
}

TEST(endpoint, more_connections_than_allowed_are_closed_until_others_go) {
  node server(home().node("server"), 10s, 1), guest(home().node("guest"));
  auto first = guest.dial(server).value();
  auto held = server.next();
  ASSERT_TRUE(held);
  EXPECT_FALSE(guest.dial(server));
  held.reset();
  bool again = false;
  auto until = std::chrono::steady_clock::now() + patience;
  while (!again && std::chrono::steady_clock::now() < until) again = guest.dial(server).has_value();
  EXPECT_TRUE(again);
}

TEST(endpoint, what_cannot_be_started_says_why) {
  node first(home().node("first"));
  auto why = [&](auto change) {
    endpoint_config config;
    config.address = "127.0.0.1";
    config.own = home().node("second");
    change(config);
    auto made = endpoint::start(std::move(config), [](const connection_ptr&) {});
    return made ? std::string() : made.error();
  };
  auto port = first.door->port();
  EXPECT_EQ(why([&](auto& c) { c.port = port; }), "listen for other nodes on 127.0.0.1:" + std::to_string(port) +
                                                    ": Address already in use; choose another port with --link-port");
  EXPECT_EQ(why([](auto& c) { c.address = "example"; }), "example is no IP address");
  EXPECT_EQ(why([](auto& c) { c.own.certificate_pem = "x"; }).rfind("certificate of the link: ", 0), 0U);
  EXPECT_EQ(why([](auto& c) { c.own.key_pem = abroad().node("x").key_pem; }).rfind("key of the link: ", 0), 0U);
  EXPECT_EQ(why([](auto& c) { c.own.ca_pem = "x"; }).rfind("CA of the link: ", 0), 0U);
}

} // namespace
} // namespace troupe::net::link
