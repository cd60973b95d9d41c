#pragma once
#include "policies/api/time.hpp"
#include <atomic>
#include <caf/fwd.hpp>
#include <caf/spawn_options.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <random>

namespace troupe::actors {

/// Generator that a component gets at spawn. Never seeded from anything but the environment.
using random_source = std::mt19937_64;

/// What components take from the world outside: the wall clock, chance, and whether blocking work may have a thread.
/// One per process (or simulated host), shared by all of its actors; all members are thread safe.
class environment {
public:
  struct config {
    std::uint64_t seed = 0;
    std::function<api::time_point()> wall_clock; ///< UTC
    bool threads = true; ///< false: blocking actors run inline, for simulation and tests
  };
  explicit environment(config c);

  /// The operating system's clock and a random seed.
  [[nodiscard]] static std::shared_ptr<environment> production();
  /// Virtual time read from `clock` (a test clock that starts at its epoch), at `start` in UTC.
  [[nodiscard]] static std::shared_ptr<environment> simulated(std::uint64_t seed, caf::actor_system& system,
                                                              api::time_point start);

  [[nodiscard]] api::time_point now() const { return wall_clock_(); }
  /// A new generator. With the same seed, the n-th call gives the same generator in every run.
  [[nodiscard]] random_source random();
  [[nodiscard]] bool threads() const noexcept { return threads_; }

private:
  std::uint64_t seed_;
  std::atomic<std::uint64_t> drawn_{0};
  std::function<api::time_point()> wall_clock_;
  bool threads_;
};

using environment_ptr = std::shared_ptr<environment>;

/// Spawns an actor that blocks (disk, child processes, name look-ups): on its own thread in production, inline where
/// the environment has no threads. Not for actors that others hold after shutdown: they must quit by themselves.
template <class Spawner, class... Ts> auto spawn_blocking(Spawner& parent, const environment& env, Ts&&... xs) {
  if (env.threads()) return parent.template spawn<caf::detached>(std::forward<Ts>(xs)...);
  return parent.spawn(std::forward<Ts>(xs)...);
}

} // namespace troupe::actors
