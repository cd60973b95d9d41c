#include "tools/bench/own_cluster.hpp"
#include "tools/bench/interrupt.hpp"
#include "tools/bench/link.hpp"
#include "tools/bench/response_scan.hpp"
#include <arpa/inet.h>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <poll.h>
#include <sstream>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace troupe::tools::bench {

namespace process = net::process;
using failure = tl::unexpected<std::string>;

namespace {

constexpr auto ready_limit = std::chrono::seconds(60);
constexpr auto look_again = std::chrono::milliseconds(1);
constexpr int answer_limit_ms = 5000;
constexpr int stop_limit_ms = 20'000;

/// A port that nobody listens on now.
std::uint16_t free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  socklen_t size = sizeof address;
  auto* raw = reinterpret_cast<sockaddr*>(&address);
  const bool ok = ::bind(fd, raw, size) == 0 && ::getsockname(fd, raw, &size) == 0;
  ::close(fd);
  return ok ? ntohs(address.sin_port) : std::uint16_t{0};
}

std::vector<std::string> environment() {
  std::vector<std::string> out;
  for (char** each = environ; *each != nullptr; ++each)
    // Settings of `troupe up` come from its flags alone.
    if (std::strncmp(*each, "TROUPE_", 7) != 0) out.emplace_back(*each);
  return out;
}

struct status_only final : body_sink {
  int code = 0;
  void status(int got) override { code = got; }
  void data(std::string_view) override {}
};

/// Asks once on an open connection; 0 if there was no answer.
int ask(link& over, std::string_view request) {
  if (!over.send(request)) return 0;
  status_only answer;
  response_scan scan;
  char buffer[4096];
  for (;;) {
    const auto got = over.receive(buffer);
    if (got.state == net::tls::progress::want_read) {
      pollfd p{over.descriptor(), POLLIN, 0};
      if (::poll(&p, 1, answer_limit_ms) <= 0) return 0;
      continue;
    }
    if (got.state != net::tls::progress::done) return 0;
    std::string_view bytes(buffer, got.bytes);
    const auto state = scan.feed(bytes, answer);
    if (state == response_scan::state::complete) return answer.code;
    if (state == response_scan::state::bad) return 0;
  }
}

} // namespace

tl::expected<std::unique_ptr<own_cluster>, std::string> own_cluster::prepare(own_cluster_options options) {
  if (options.root.empty()) {
    const auto* named = std::getenv("TMPDIR");
    options.root = named != nullptr && *named != '\0' ? named : "/tmp";
  }
  auto folder = options.root + "/troupe-bench.XXXXXX";
  if (::mkdtemp(folder.data()) == nullptr)
    return failure(fmt::format("make a directory in {}: {}", options.root, std::strerror(errno)));
  std::unique_ptr<own_cluster> out(new own_cluster(std::move(options), std::move(folder)));
  out->port_ = free_port();
  if (out->port_ == 0) return failure("there is no free port");
  return out;
}

own_cluster::~own_cluster() {
  // Everything of it goes, so that nothing is gained by an orderly end.
  if (child_.pid >= 0) {
    ::kill(child_.pid, SIGKILL);
    static_cast<void>(process::reap(child_));
    child_ = {};
  }
  if (std::filesystem::exists(data_dir() + "/cluster.json"))
    if (const auto gone = run({"down", "--purge"}); !gone) fmt::print(stderr, "troupe bench: {}\n", gone.error());
  std::error_code error;
  std::filesystem::remove_all(folder_, error);
}

tl::expected<void, std::string> own_cluster::spawn() {
  const auto log = folder_ + "/log";
  const process::fd out(::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
  process::launch what;
  what.argv = {options_.program, "up",         "--data-dir", data_dir(),
               "--kubeconfig",   kubeconfig(), "--api-port", std::to_string(port_),
               "--api-address",  "127.0.0.1",  "--runtime",  options_.runtime,
               "--log-level",    "warning"};
  if (options_.hollow_nodes > 0) {
    what.argv.emplace_back("--hollow-nodes");
    what.argv.push_back(std::to_string(options_.hollow_nodes));
  }
  what.env = environment();
  what.files = {{out.number(), 1}, {out.number(), 2}};
  // An interrupt from the terminal is for us: we end the cluster in order.
  what.new_session = true;
  started_ = clock::now();
  auto made = process::start(what);
  if (!made) return failure(fmt::format("start troupe up: {}", made.error()));
  child_ = std::move(*made);
  return {};
}

bool own_cluster::has_ended() const {
  pollfd p{child_.handle.number(), POLLIN, 0};
  return ::poll(&p, 1, 0) > 0;
}

std::string own_cluster::last_words() const {
  std::ifstream in(folder_ + "/log");
  std::ostringstream text;
  text << in.rdbuf();
  auto all = text.str();
  return all.size() > 1000 ? all.substr(all.size() - 1000) : all;
}

tl::expected<void, std::string> own_cluster::await_ready() {
  endpoint to;
  to.host = "127.0.0.1";
  to.port = port_;
  to.tls = true;
  to.verify = false;
  const auto dial = dialer::make(to, {"http/1.1"});
  if (!dial) return failure(dial.error());
  const auto request = fmt::format("GET /readyz HTTP/1.1\r\nHost: {}\r\n\r\n", to.authority());
  std::unique_ptr<link> open;
  while (clock::now() - started_ < ready_limit) {
    if (!open)
      if (auto made = dial->open()) open = std::move(*made);
    if (open) {
      const auto code = ask(*open, request);
      if (code == 200) return {};
      if (code == 0) open.reset();
    }
    if (has_ended()) return failure("troupe up ended: " + last_words());
    if (interrupted()) return failure("interrupted");
    std::this_thread::sleep_for(look_again);
  }
  return failure("the cluster was not ready within a minute: " + last_words());
}

tl::expected<std::chrono::nanoseconds, std::string> own_cluster::start() {
  if (auto ok = spawn(); !ok) return failure(ok.error());
  if (auto ok = await_ready(); !ok) return failure(ok.error());
  return clock::now() - started_;
}

tl::expected<std::unique_ptr<api_client>, std::string> own_cluster::connect() const {
  // The file is written at about the time when the server answers first.
  const auto limit = clock::now() + std::chrono::seconds(5);
  while (!std::filesystem::exists(kubeconfig()) && clock::now() < limit)
    std::this_thread::sleep_for(look_again);
  server_options from;
  from.kubeconfig = kubeconfig();
  const auto to = resolve(from);
  if (!to) return failure(to.error());
  return api_client::connect(*to);
}

tl::expected<void, std::string> own_cluster::stop() {
  if (child_.pid < 0) return {};
  ::kill(child_.pid, SIGTERM);
  pollfd p{child_.handle.number(), POLLIN, 0};
  const bool ended = ::poll(&p, 1, stop_limit_ms) > 0;
  if (!ended) ::kill(child_.pid, SIGKILL);
  static_cast<void>(process::reap(child_));
  child_ = {};
  if (!ended) return failure("troupe up did not end within 20 seconds and was killed");
  return {};
}

tl::expected<void, std::string> own_cluster::run(std::vector<std::string> words) const {
  process::command what;
  what.argv = std::move(words);
  what.argv.insert(what.argv.begin(), options_.program);
  what.argv.emplace_back("--data-dir");
  what.argv.push_back(data_dir());
  what.env = environment();
  what.limit = std::chrono::minutes(2);
  const auto got = process::run(what);
  if (!got.ok()) return failure(fmt::format("troupe {}: {}{}", what.argv.at(1), got.out, got.err));
  return {};
}

} // namespace troupe::tools::bench
