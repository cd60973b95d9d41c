#include "tests/net/http/loopback.hpp"
#include <array>
#include <cstdio>
#include <fmt/format.h>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>
#include <thread>

namespace troupe::net::http {
namespace {

void echo(const request& what, const responder& answer) {
  answer.respond(200, {{"Content-Type", "text/plain"}},
                 fmt::format("{} {} {} {}", what.method, what.path, what.query, what.body));
}

/// Output of a foreign program; what it says on stderr is part of it.
std::string run(const std::string& command) {
  std::string out;
  auto* pipe = ::popen((command + " 2>&1").c_str(), "r");
  std::array<char, 4096> buffer{};
  while (const auto n = std::fread(buffer.data(), 1, buffer.size(), pipe)) out.append(buffer.data(), n);
  ::pclose(pipe);
  return out;
}

struct pem_files {
  std::string folder = ::testing::TempDir() + "troupe-http-" + std::to_string(::getpid());
  pem_files() {
    ::mkdir(folder.c_str(), 0700);
    const auto& all = identities::get();
    std::ofstream(folder + "/ca") << all.ca.certificate_pem;
    std::ofstream(folder + "/user") << all.user.certificate_pem << all.user.key.private_pem();
    std::ofstream(folder + "/stranger") << all.stranger.certificate_pem << all.stranger.key.private_pem();
  }
  ~pem_files() { run("rm -r " + folder); }
};

TEST(server, answers_its_own_client_with_and_without_tls) {
  for (const bool tls : {false, true}) {
    loopback world(echo, tls);
    const auto got = world.client()->call(
        {.method = "POST", .target = "/a/b?c=d", .body = std::make_shared<const std::string>("body")});
    ASSERT_TRUE(got.has_value()) << got.error().message;
    EXPECT_EQ(got->status, 200);
    EXPECT_EQ(got->body, "POST /a/b c=d body");
    EXPECT_TRUE(got->fields.contains("date"));
  }
}

TEST(server, keeps_a_connection_for_the_next_request) {
  loopback world(echo);
  const auto client = world.client();
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(client->call({}).has_value());
  EXPECT_EQ(world.server->metrics().accepted, 1U);
  EXPECT_EQ(world.server->metrics().requests, 20U);
}

TEST(server, many_threads_share_a_client) {
  loopback world(echo, true);
  const auto client = world.client(4);
  std::atomic<int> good{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 50; ++i) {
        const auto got = client->call({.target = fmt::format("/{}/{}", t, i)});
        if (got && got->body == fmt::format("GET /{}/{}  ", t, i)) ++good;
      }
    });
  for (auto& each : threads) each.join();
  EXPECT_EQ(good, 200);
}

TEST(server, curl_gets_the_same_over_both_versions) {
  const pem_files files;
  loopback world(echo, true);
  const auto base =
      fmt::format("curl -sS --max-time 10 --cacert {}/ca -w ' %{{http_version}} %{{http_code}}' ", files.folder);
  EXPECT_EQ(run(base + "--http1.1 " + world.url("/x?y=z")), "GET /x y=z  1.1 200");
  EXPECT_EQ(run(base + "--http2 " + world.url("/x?y=z")), "GET /x y=z  2 200");
  EXPECT_EQ(run(base + "--no-alpn " + world.url("/x")), "GET /x   1.1 200");
  EXPECT_EQ(run(base + "--http2 -d body " + world.url("/x")), "POST /x  body 2 200");
}

TEST(server, knows_who_a_client_certificate_belongs_to) {
  const pem_files files;
  loopback world([](const request& what, const responder& answer) {
    const auto& who = what.peer->certificate;
    answer.respond(200, {}, fmt::format("{}|{}|{}|{}|{}", who.presented, who.verified, who.common_name,
                                        fmt::join(who.organizations, ","), what.peer->tls));
  }, true);
  for (const auto* version : {"--http1.1 ", "--http2 "}) {
    const auto base = fmt::format("curl -sS --max-time 10 --cacert {}/ca {}", files.folder, version);
    EXPECT_EQ(run(base + world.url("/")), "false|false|||true");
    EXPECT_EQ(run(base + "--cert " + files.folder + "/user " + world.url("/")),
              "true|true|alice|devs,system:masters|true");
    // The handshake succeeds: an answer of 401 says more than a broken connection.
    EXPECT_EQ(run(base + "--cert " + files.folder + "/stranger " + world.url("/")),
              "true|false|alice|devs,system:masters|true");
  }
}

TEST(server, tells_http_clients_that_it_speaks_tls) {
  loopback world(echo, true);
  const auto said = raw_peer::ask(world.server->port(), "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_NE(said.find("Client sent an HTTP request to an HTTPS server."), std::string::npos) << said;
  EXPECT_TRUE(eventually([&] { return world.server->metrics().handshake_failures == 1; }));
}

TEST(server, garbage_instead_of_a_handshake_harms_nobody) {
  loopback world(echo, true);
  for (const auto* garbage : {"", "\x16\x03\x01\x02", "\x00\x00\x00\x00\x00\x00", "\x16\x03\x01\xff\xff\x01"}) {
    raw_peer peer(world.server->port());
    peer.send(garbage);
  }
  EXPECT_TRUE(world.client()->call({}).has_value());
  EXPECT_TRUE(eventually([&] { return world.server->metrics().connections <= 1; }));
}

TEST(server, refuses_connections_above_the_limit) {
  http::limits limits;
  limits.connections_max = 2;
  loopback world(echo, false, limits);
  raw_peer first(world.server->port()), second(world.server->port());
  ASSERT_TRUE(eventually([&] { return world.server->metrics().connections == 2; }));
  raw_peer third(world.server->port());
  third.read();
  EXPECT_TRUE(third.ended());
  EXPECT_EQ(world.server->metrics().refused, 1U);
}

TEST(server, drain_lets_requests_finish_and_turns_new_ones_away) {
  flag arrived;
  std::vector<responder> waiting;
  loopback world([&](const request&, const responder& answer) {
    waiting.push_back(answer);
    arrived.set();
  });
  raw_peer idle(world.server->port()), busy(world.server->port());
  busy.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_TRUE(arrived.wait());
  ASSERT_TRUE(eventually([&] { return world.server->metrics().connections == 2; }));
  std::thread closer([&] { EXPECT_TRUE(world.server->drain(std::chrono::seconds(5))); });
  idle.read();
  EXPECT_TRUE(idle.ended());
  waiting.front().respond(200, {}, "late");
  const auto said = busy.read();
  EXPECT_NE(said.find("Connection: close"), std::string::npos) << said;
  EXPECT_TRUE(said.ends_with("late")) << said;
  closer.join();
}

TEST(server, drain_cuts_off_what_does_not_end) {
  flag arrived;
  responder kept;
  loopback world([&](const request&, const responder& answer) {
    kept = answer;
    arrived.set();
  });
  raw_peer busy(world.server->port());
  busy.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_TRUE(arrived.wait());
  EXPECT_FALSE(world.server->drain(std::chrono::milliseconds(50)));
  EXPECT_FALSE(kept.respond(200, {}, "too late"));
}

TEST(server, a_bad_address_is_a_sentence) {
  const auto other = server::start({}, echo);
  ASSERT_TRUE(other.has_value());
  server_config taken;
  taken.port = (*other)->port();
  EXPECT_EQ(server::start(taken, echo).error(),
            fmt::format("listen on 127.0.0.1:{}: Address already in use", taken.port));
  server_config odd;
  odd.address = "nowhere";
  EXPECT_EQ(server::start(odd, echo).error(), "\"nowhere\" is not an IP address");
}

TEST(server, a_new_certificate_serves_new_connections) {
  loopback world(echo, true);
  const auto& all = identities::get();
  const auto random = certificates::system_random();
  const certificates::validity when{std::chrono::system_clock::now()};
  const auto ca = certificates::make_authority("next-ca", when, random).value();
  const auto leaf = certificates::issue(ca, {.common_name = "server", .ip_addresses = {"127.0.0.1"}, .server = true},
                                        when, random).value();
  auto options = all.server_options();
  options.certificate_pem = leaf.certificate_pem;
  options.key_pem = leaf.key.private_pem();
  world.server->use(tls::context::server(options).value());
  EXPECT_EQ(world.client()->call({}).error().code, client_errc::tls);
}

TEST(server, several_threads_serve) {
  server_config config;
  config.threads = 3;
  const auto server = server::start(config, echo).value();
  const auto io = loop::start("test");
  client_config to;
  to.host = "127.0.0.1";
  to.port = server->port();
  std::vector<std::shared_ptr<client>> clients;
  for (int i = 0; i < 9; ++i) clients.push_back(client::make(io, to));
  for (const auto& each : clients) EXPECT_TRUE(each->call({}).has_value());
  EXPECT_EQ(server->metrics().connections, 9U);
  server->stop();
  EXPECT_EQ(server->metrics().connections, 0U);
  io->stop();
}

} // namespace
} // namespace troupe::net::http
