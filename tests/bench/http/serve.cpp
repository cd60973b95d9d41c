#include "net/certificates/certificate.hpp"
#include "net/http/server.hpp"
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fmt/core.h>
#include <fstream>

// A server for measurements and for trying foreign clients: `http_serve PORT [plain] [THREADS]`; writes its CA and a
// client credential to the current folder.
//   /            a small answer            /large   1 MiB             /echo   the request's body
//   /stream?N    N chunks of 1 KiB         /who     the peer's certificate
using namespace troupe::net;

namespace {

http::server_config configure(int argc, char** argv) {
  http::server_config config;
  config.port = argc > 1 ? static_cast<std::uint16_t>(std::atoi(argv[1])) : std::uint16_t{0};
  config.threads = argc > 3 ? static_cast<unsigned>(std::atoi(argv[3])) : 1;
  if (argc > 2 && std::string(argv[2]) == "plain") return config;
  const auto random = certificates::system_random();
  const certificates::validity when{std::chrono::system_clock::now()};
  const auto ca = certificates::make_authority("bench-ca", when, random).value();
  const auto leaf = certificates::issue(ca, {.common_name = "bench", .dns_names = {"localhost"},
                                             .ip_addresses = {"127.0.0.1"}, .server = true}, when, random).value();
  const auto user = certificates::issue(ca, {.common_name = "admin", .organizations = {"system:masters"},
                                             .client = true}, when, random).value();
  std::ofstream("ca.crt") << ca.certificate_pem;
  std::ofstream("user.crt") << user.certificate_pem;
  std::ofstream("user.key") << user.key.private_pem();
  tls::server_options options;
  options.certificate_pem = leaf.certificate_pem;
  options.key_pem = leaf.key.private_pem();
  options.client_ca_pem = ca.certificate_pem;
  config.tls = tls::context::server(options).value();
  return config;
}

void serve(const http::request& request, const http::responder& answer) {
  static const auto small = std::make_shared<const std::string>(std::string(200, 'x') + "\n");
  static const auto large = std::make_shared<const std::string>(std::string(1 << 20, 'x'));
  const http::headers text{{"Content-Type", "text/plain"}};
  if (request.path == "/large") answer.respond(200, text, large);
  else if (request.path == "/echo") answer.respond(200, text, request.body);
  else if (request.path == "/who") {
    const auto& who = request.peer->certificate;
    answer.respond(200, text, fmt::format("{} {} {} {} {}\n", who.presented, who.verified, who.common_name,
                                          who.organizations.empty() ? "" : who.organizations.front(), who.error));
  } else if (request.path == "/stream") {
    const auto writer = answer.stream(200, text);
    for (int i = std::atoi(request.query.c_str()); i > 0; --i) writer.write(std::string(1023, 'x') + "\n");
    writer.finish();
  } else answer.respond(200, text, small);
}

} // namespace

int main(int argc, char** argv) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  auto server = http::server::start(configure(argc, argv), serve);
  if (!server) {
    fmt::print(stderr, "{}\n", server.error());
    return 1;
  }
  fmt::print("{}\n", (*server)->port());
  std::fflush(stdout);
  int received = 0;
  sigwait(&signals, &received);
  const auto drained = (*server)->drain(std::chrono::seconds(1));
  const auto totals = (*server)->metrics();
  fmt::print("drained {} requests {} accepted {} in {} out {}\n", drained, totals.requests, totals.accepted,
             totals.bytes_in, totals.bytes_out);
}
