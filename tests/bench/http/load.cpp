#include "net/http/client.hpp"
#include "net/http/loop.hpp"
#include "net/http/target.hpp"
#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <fmt/core.h>
#include <mutex>
#include <numeric>
#include <sys/resource.h>
#include <vector>

// A closed loop of GET requests: `http_load URL CONNECTIONS SECONDS`; prints rate, latencies and own CPU time.
// `http_load idle URL CONNECTIONS SECONDS` only holds connections open, for measuring a server's memory.
using namespace troupe::net::http;

namespace {

struct run {
  std::shared_ptr<client> to;
  std::string target;
  clock::time_point end;
  std::vector<std::uint32_t> micros;  // the loop's thread only
  int active = 0;  // guarded by mutex, as is its end
  std::mutex mutex;
  std::condition_variable ended;
  std::atomic<std::uint64_t> errors{0};

  void next() {
    const auto start = clock::now();
    if (start >= end) {
      const std::lock_guard lock(mutex);
      if (--active == 0) ended.notify_all();
      return;
    }
    client_request request;
    request.target = target;
    to->send(std::move(request), [this, start](client_result<client_response> got) {
      if (!got || got->status != 200) ++errors;
      micros.push_back(static_cast<std::uint32_t>(
          std::chrono::duration_cast<std::chrono::microseconds>(clock::now() - start).count()));
      next();
    });
  }
};

double cpu_seconds() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

std::shared_ptr<client> connect(const std::shared_ptr<loop>& io, const url& where, std::size_t connections) {
  client_config config;
  config.host = where.host;
  config.port = where.port;
  config.connections_max = connections;
  config.idle_timeout = std::chrono::hours(1);
  if (where.tls) config.tls = troupe::net::tls::context::client({.verify = false}).value();
  return client::make(io, std::move(config));
}

} // namespace

int main(int argc, char** argv) {
  const bool idle = argc > 1 && std::string(argv[1]) == "idle";
  const int first = idle ? 2 : 1;
  const auto where = argc > first ? parse_url(argv[first]) : std::nullopt;
  if (!where) {
    fmt::print(stderr, "usage: http_load [idle] URL CONNECTIONS SECONDS\n");
    return 2;
  }
  const auto connections = argc > first + 1 ? std::atoi(argv[first + 1]) : 64;
  const auto seconds = argc > first + 2 ? std::atoi(argv[first + 2]) : 5;
  const auto io = loop::start("load");
  run all;
  all.to = connect(io, *where, static_cast<std::size_t>(connections));
  all.target = where->target;
  all.micros.reserve(1 << 22);
  all.end = clock::now() + (idle ? std::chrono::milliseconds(1) : std::chrono::milliseconds(1000 * seconds));
  all.active = connections;
  const auto cpu = cpu_seconds();
  io->post([&] {
    if (idle) all.end = clock::now() + std::chrono::milliseconds(200);
    for (int i = 0; i < connections; ++i) all.next();
  });
  std::unique_lock lock(all.mutex);
  all.ended.wait(lock, [&] { return all.active == 0; });
  // Nobody notifies any more: the connections are just held.
  if (idle) all.ended.wait_for(lock, std::chrono::seconds(seconds), [] { return false; });
  lock.unlock();
  const auto used = cpu_seconds() - cpu;
  io->stop();
  std::sort(all.micros.begin(), all.micros.end());
  const auto at = [&](double part) {
    return all.micros.empty() ? 0U
                              : all.micros[static_cast<std::size_t>(part * static_cast<double>(all.micros.size() - 1))];
  };
  fmt::print("{} requests, {:.0f}/s, p50 {} us, p99 {} us, max {} us, errors {}, client CPU {:.2f} us/request\n",
             all.micros.size(), static_cast<double>(all.micros.size()) / seconds, at(0.5), at(0.99), at(1.0),
             all.errors.load(), used * 1e6 / static_cast<double>(std::max<std::size_t>(1, all.micros.size())));
  return all.errors == 0 ? 0 : 1;
}
