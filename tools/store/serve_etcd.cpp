#include "tools/store/serve_etcd.hpp"
#include "tools/store/etcd_process.hpp"
#include <charconv>
#include <csignal>
#include <ctime>
#include <fmt/format.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

namespace troupe::tools::store {

tl::expected<endpoint, std::string> parse_endpoint(const std::string& text) {
  auto wrong = [&](const char* why) { return tl::make_unexpected(fmt::format("listen on '{}': {}", text, why)); };
  auto colon = text.rfind(':');
  if (colon == std::string::npos) return wrong("HOST:PORT is wanted");
  endpoint out;
  out.host = text.substr(0, colon);
  if (out.host.starts_with('[') && out.host.ends_with(']')) out.host = out.host.substr(1, out.host.size() - 2);
  else if (out.host.find(':') != std::string::npos) return wrong("an IPv6 address goes in brackets");
  if (out.host.empty()) return wrong("the host is missing");
  auto* end = text.data() + text.size();
  auto [at, error] = std::from_chars(text.data() + colon + 1, end, out.port);
  if (error != std::errc() || at != end) return wrong("the port is a number from 0 to 65535");
  return out;
}

int serve_etcd(const serve_settings& s) {
  spdlog::set_default_logger(spdlog::stderr_color_mt("troupe"));
  spdlog::set_level(spdlog::level::from_str(s.log_level));
  // Blocked before any thread starts, so that this one gets them all.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  auto started = etcd_process::start(s);
  if (!started) {
    fmt::print(stderr, "troupe: {}\n", started.error());
    return 1;
  }
  auto where = parse_endpoint(s.listen);
  fmt::print("Serving the etcd v3 API on {}:{}\n", where->host, (*started)->port());
  std::fflush(stdout);
  constexpr timespec look_interval{1, 0};
  while (sigtimedwait(&signals, nullptr, &look_interval) < 0) {
    if (!(*started)->failed()) continue;
    fmt::print(stderr, "troupe: the store in {} failed; its log says why\n", s.data_dir);
    return 1;
  }
  return 0;
}

} // namespace troupe::tools::store
