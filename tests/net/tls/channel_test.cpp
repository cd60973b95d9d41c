#include "net/certificates/certificate.hpp"
#include "net/tls/channel.hpp"
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

namespace troupe::net::tls {
namespace {

struct authority {
  certificates::random_source random = certificates::system_random();
  certificates::validity when{std::chrono::system_clock::now()};
  certificates::credential ca = certificates::make_authority("ca", when, random).value();
  certificates::credential server =
      make({.common_name = "s", .dns_names = {"localhost"}, .ip_addresses = {"127.0.0.1"}, .server = true});
  certificates::credential make(const certificates::certificate_request& what) const {
    return certificates::issue(ca, what, when, random).value();
  }
  server_options serving() const {
    server_options options;
    options.certificate_pem = server.certificate_pem;
    options.key_pem = server.key.private_pem();
    options.client_ca_pem = ca.certificate_pem;
    return options;
  }
  client_options asking() const {
    client_options options;
    options.ca_pem = ca.certificate_pem;
    return options;
  }
};

/// Two ends of a socket, driven by turns.
struct pair {
  int ends[2] = {-1, -1};
  std::unique_ptr<channel> server, client;
  progress server_state = progress::want_read, client_state = progress::want_read;

  pair(const server_options& serving, const client_options& asking, const std::string& name) {
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
    server = std::make_unique<channel>(ends[0], context::server(serving).value(), role::server);
    client = std::make_unique<channel>(ends[1], context::client(asking).value(), role::client, name);
  }
  ~pair() {
    for (const int each : ends) ::close(each);
  }
  bool shake() {
    const auto waits = [](progress state) { return state == progress::want_read || state == progress::want_write; };
    for (int i = 0; i < 20 && (waits(server_state) || waits(client_state)); ++i) {
      if (waits(client_state)) client_state = client->handshake();
      if (waits(server_state)) server_state = server->handshake();
    }
    return server_state == progress::done && client_state == progress::done;
  }
};

const authority& ours() {
  static const authority made;
  return made;
}

TEST(channel, carries_bytes_and_the_chosen_protocol) {
  auto asking = ours().asking();
  asking.alpn = {"http/1.1", "h2"};
  pair p(ours().serving(), asking, "localhost");
  ASSERT_TRUE(p.shake()) << p.client->error() << p.server->error();
  EXPECT_EQ(p.server->alpn(), "h2");
  EXPECT_EQ(p.client->alpn(), "h2");
  EXPECT_EQ(p.client->write("hello").bytes, 5U);
  char into[100];
  const auto got = p.server->read(into);
  EXPECT_EQ(std::string_view(into, got.bytes), "hello");
  EXPECT_EQ(p.server->read(into).state, progress::want_read);
  p.client->shutdown();
  EXPECT_EQ(p.server->read(into).state, progress::end);
}

TEST(channel, without_alpn_there_is_no_protocol_and_a_foreign_one_is_refused) {
  pair none(ours().serving(), ours().asking(), "localhost");
  ASSERT_TRUE(none.shake());
  EXPECT_EQ(none.server->alpn(), "");
  auto asking = ours().asking();
  asking.alpn = {"imap"};
  pair foreign(ours().serving(), asking, "localhost");
  EXPECT_FALSE(foreign.shake());
}

TEST(channel, clients_check_names_and_addresses) {
  const std::pair<const char*, bool> cases[] = {
      {"localhost", true}, {"127.0.0.1", true}, {"other", false}, {"127.0.0.2", false}};
  for (const auto& [name, good] : cases) {
    pair p(ours().serving(), ours().asking(), name);
    EXPECT_EQ(p.shake(), good) << name;
  }
  auto careless = ours().asking();
  careless.verify = false;
  pair p(ours().serving(), careless, "other");
  EXPECT_TRUE(p.shake());
}

TEST(channel, a_client_certificate_is_an_identity_verified_or_not) {
  const authority other;
  const certificates::certificate_request user{
      .common_name = "bob", .organizations = {"a", "b"}, .dns_names = {"b.example"}, .client = true};
  const certificates::certificate_request wrong_use{
      .common_name = "bob", .organizations = {"a", "b"}, .dns_names = {"b.example"}, .server = true};
  const certificates::validity past{std::chrono::system_clock::now() - std::chrono::hours(48), std::chrono::hours(1)};
  struct identity_case { const char* name; certificates::credential who; bool verified; };
  const identity_case cases[] = {
      {"ours", ours().make(user), true},
      {"of another authority", other.make(user), false},
      {"for another purpose", ours().make(wrong_use), false},
      {"expired", certificates::issue(ours().ca, user, past, ours().random).value(), false},
  };
  for (const auto& each : cases) {
    auto asking = ours().asking();
    asking.certificate_pem = each.who.certificate_pem;
    asking.key_pem = each.who.key.private_pem();
    pair p(ours().serving(), asking, "localhost");
    ASSERT_TRUE(p.shake()) << each.name;
    const auto who = p.server->peer();
    EXPECT_TRUE(who.presented) << each.name;
    EXPECT_EQ(who.verified, each.verified) << each.name;
    EXPECT_EQ(who.error.empty(), each.verified) << each.name;
    EXPECT_EQ(who.common_name, "bob");
    EXPECT_EQ(who.organizations, (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(who.dns_names, (std::vector<std::string>{"b.example"}));
    auto strict = ours().serving();
    strict.require_client_certificate = true;
    pair demanding(strict, asking, "localhost");
    demanding.shake();
    EXPECT_EQ(demanding.server_state == progress::done, each.verified) << each.name;
  }
  pair anonymous(ours().serving(), ours().asking(), "localhost");
  ASSERT_TRUE(anonymous.shake());
  EXPECT_FALSE(anonymous.server->peer().presented);
}

TEST(channel, plain_sockets_behave_alike) {
  int ends[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
  channel a(ends[0]), b(ends[1]);
  char into[10];
  EXPECT_EQ(a.handshake(), progress::done);
  EXPECT_EQ(b.read(into).state, progress::want_read);
  EXPECT_EQ(a.write("hi").bytes, 2U);
  EXPECT_EQ(b.read(into).bytes, 2U);
  a.shutdown();
  EXPECT_EQ(b.read(into).state, progress::end);
  const std::string much(1 << 20, 'x');
  progress state = progress::done;
  while (state == progress::done) state = b.write(much).state;
  EXPECT_EQ(state, progress::want_write);
  for (const int each : ends) ::close(each);
}

} // namespace
} // namespace troupe::net::tls
