#pragma once
#include "net/process/process.hpp"
#include "tools/bench/api_client.hpp"
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace troupe::tools::bench {

struct own_cluster_options {
  std::string root; ///< where its temporary directory lies; empty: $TMPDIR or /tmp
  std::string runtime = "hollow";
  std::uint32_t hollow_nodes = 0;
  std::string program = "/proc/self/exe"; ///< the `troupe` to run
};

/// A cluster of this program's own: `troupe up` as a child in a fresh directory, of which nothing is left when this
/// ends.
class own_cluster {
public:
  using clock = std::chrono::steady_clock;

  [[nodiscard]] static tl::expected<std::unique_ptr<own_cluster>, std::string> prepare(own_cluster_options options);
  ~own_cluster();
  own_cluster(own_cluster&&) = delete;

  /// Starts the process and waits until `/readyz` says ok: the time that took, from before the process existed.
  [[nodiscard]] tl::expected<std::chrono::nanoseconds, std::string> start();
  /// A client for it, once it has started.
  [[nodiscard]] tl::expected<std::unique_ptr<api_client>, std::string> connect() const;
  /// Ends the process; data and containers stay.
  [[nodiscard]] tl::expected<void, std::string> stop();
  /// Runs another `troupe` command on the cluster's data directory; the error is what it said.
  [[nodiscard]] tl::expected<void, std::string> run(std::vector<std::string> words) const;

  [[nodiscard]] int pid() const noexcept { return child_.pid; }
  [[nodiscard]] clock::time_point started() const noexcept { return started_; }
  [[nodiscard]] std::string kubeconfig() const { return folder_ + "/kubeconfig"; }
  [[nodiscard]] std::string data_dir() const { return folder_ + "/data"; }

private:
  own_cluster(own_cluster_options options, std::string folder)
      : options_(std::move(options)), folder_(std::move(folder)) {}
  [[nodiscard]] tl::expected<void, std::string> spawn();
  [[nodiscard]] tl::expected<void, std::string> await_ready();
  [[nodiscard]] std::string last_words() const;
  [[nodiscard]] bool has_ended() const;

  own_cluster_options options_;
  std::string folder_;
  std::uint16_t port_ = 0;
  net::process::child child_;
  clock::time_point started_{};
};

} // namespace troupe::tools::bench
