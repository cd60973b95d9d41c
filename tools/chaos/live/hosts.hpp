#pragma once
#include "net/process/process.hpp"
#include "tools/chaos/live/faults.hpp"
#include "tools/chaos/live/state.hpp"
#include <functional>
#include <map>
#include <memory>

namespace troupe::tools::chaos::live {

/// The hosts of a run and the nodes that run on them. Nothing of them is left when this ends, or its process does.
class hosts {
public:
  /// Makes the network; the error is a sentence.
  [[nodiscard]] static tl::expected<std::unique_ptr<hosts>, std::string> make(const policies::chaos::shape& shape,
                                                                             bool small_disks);
  ~hosts();
  hosts(hosts&&) = delete;

  [[nodiscard]] std::uint64_t size() const noexcept { return shape_.control_plane + shape_.workers; }
  [[nodiscard]] const std::string& id() const noexcept { return state_.id; }
  [[nodiscard]] const std::string& folder() const noexcept { return state_.folder; }
  [[nodiscard]] std::string name(std::uint64_t node) const;
  [[nodiscard]] std::string data(std::uint64_t node) const;
  [[nodiscard]] abilities can() const noexcept { return can_; }
  /// Runs `make` while the calling thread is in the network of the bridge: threads and sockets that are made stay
  /// there.
  void at_bridge(const std::function<void()>& make) const;

  /// Starts `troupe` with these arguments as the host's process.
  [[nodiscard]] tl::expected<void, std::string> start(std::uint64_t node, const words& arguments);
  /// As the host's user would; the error is what it said.
  [[nodiscard]] tl::expected<std::string, std::string> call(std::uint64_t node, const words& arguments) const;
  [[nodiscard]] bool running(std::uint64_t node);
  /// How the last process of the host ended: exit code, or 128 and the signal.
  [[nodiscard]] int ended(std::uint64_t node) const;
  [[nodiscard]] std::string last_words(std::uint64_t node) const;

  // Faults. Several may hold one host: it is back when the last one lets go.
  [[nodiscard]] tl::expected<void, std::string> begin(const policies::chaos::fault& f, const std::string& text);
  void end(const policies::chaos::fault& f, const std::string& text);
  /// A fault wants the host to have no process.
  [[nodiscard]] bool down(std::uint64_t node) const;
  [[nodiscard]] bool disk_is_full(std::uint64_t node) const;

private:
  struct host {
    net::process::child child;
    int ended = 0;
    int down = 0, paused = 0, full = 0; ///< faults that hold it
  };
  hosts(const policies::chaos::shape& shape, bool small_disks);
  [[nodiscard]] tl::expected<void, std::string> prepare();
  [[nodiscard]] tl::expected<void, std::string> start_keeper();
  void stop(std::uint64_t node);
  void signal(std::uint64_t node, int number);
  void disk_size(std::uint64_t node, bool full) const;
  [[nodiscard]] tl::expected<void, std::string> apply_rules() const;
  void note(const std::string& text, bool begins);

  policies::chaos::shape shape_;
  bool small_disks_;
  run_state state_;
  abilities can_;
  std::string program_;
  std::map<std::uint64_t, host> all_;
  std::vector<policies::chaos::fault> active_;
  net::process::child keeper_;
  net::process::fd lifeline_; ///< the keeper waits for its end
};

} // namespace troupe::tools::chaos::live
