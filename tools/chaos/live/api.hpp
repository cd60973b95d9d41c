#pragma once
#include "net/http/client.hpp"
#include "policies/api/json.hpp"
#include "tools/bench/kubeconfig.hpp"
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace troupe::tools::chaos::live {

struct reply {
  int code = 0; ///< HTTP status; 0: there was no answer
  bool sent = true; ///< false: the server has not seen the request
  api::json::object body;
  [[nodiscard]] bool ok() const noexcept { return code >= 200 && code < 300; }
};

struct request {
  std::string method = "GET", path, body, type = "application/json";
  std::chrono::milliseconds limit{10'000};
};

/// The API servers, each as a client with the administrator's credentials asks it. Answers come on the thread that
/// calls `wait`, so that a run is one thread.
class api_servers {
public:
  explicit api_servers(std::shared_ptr<net::http::loop> io) : io_(std::move(io)) {}
  ~api_servers();

  [[nodiscard]] tl::expected<void, std::string> add(const bench::endpoint& to);
  [[nodiscard]] std::size_t size() const noexcept { return all_.size(); }
  void call(std::size_t server, request what, std::function<void(const reply&)> then);
  /// Each line of a watch, until `end`; the function ends it early.
  [[nodiscard]] net::http::canceller watch(std::size_t server, const std::string& path,
                                           std::function<void(api::json::object)> line, std::function<void(int)> end);
  /// Runs what has arrived; waits for the first if nothing has.
  void wait(std::chrono::milliseconds limit);

private:
  struct inbox {
    std::mutex mutex;
    std::condition_variable news;
    std::deque<std::function<void()>> all; ///< guarded by mutex
    void put(std::function<void()> what);
  };
  std::shared_ptr<net::http::loop> io_;
  std::vector<std::shared_ptr<net::http::client>> all_;
  std::shared_ptr<inbox> inbox_ = std::make_shared<inbox>();
};

} // namespace troupe::tools::chaos::live
