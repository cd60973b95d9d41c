#include "actors/base/environment.hpp"
#include "actors/base/process_number.hpp"
#include <caf/actor_clock.hpp>
#include <caf/actor_system.hpp>
#include <caf/detail/get_process_id.hpp>
#include <caf/scheduler/abstract_coordinator.hpp>

/// CAF tells processes apart by machine and process id, which are the same in two containers and after a restart. This
/// definition goes before the library's: a number that is new in each actor system.
namespace {
std::atomic<std::uint32_t> simulated_process{0};
} // namespace
namespace caf::detail {
uint32_t get_process_id() {
  auto wanted = simulated_process.load();
  return wanted != 0 ? wanted : std::random_device{}();
}
} // namespace caf::detail

namespace troupe::actors {

void simulate_process(std::uint32_t number) noexcept { simulated_process = number; }

environment::environment(config c) : seed_(c.seed), wall_clock_(std::move(c.wall_clock)), threads_(c.threads) {}

std::shared_ptr<environment> environment::production() {
  std::random_device device;
  config c;
  c.seed = (std::uint64_t(device()) << 32) | device();
  c.wall_clock = [] { return std::chrono::floor<api::duration>(std::chrono::system_clock::now()); };
  return std::make_shared<environment>(std::move(c));
}

std::shared_ptr<environment> environment::simulated(std::uint64_t seed, caf::actor_system& system,
                                                    api::time_point start) {
  auto& clock = system.clock();
  auto origin = clock.now();
  config c;
  c.seed = seed;
  c.threads = false;
  c.wall_clock = [&clock, origin, start] {
    return start + std::chrono::duration_cast<api::duration>(clock.now() - origin);
  };
  return std::make_shared<environment>(std::move(c));
}

random_source environment::random() {
  std::seed_seq seeds{seed_ & 0xffffffff, seed_ >> 32, drawn_.fetch_add(1)};
  return random_source(seeds);
}

} // namespace troupe::actors
