#pragma once
#include "actors/directory/interface.hpp"
#include "policies/api/resource.hpp"
#include <caf/actor_control_block.hpp>
#include <caf/fwd.hpp>
#include <caf/timespan.hpp>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace troupe::actors::gate {

/// Bounds of what one worker node may have under way.
struct gate_config {
  std::size_t calls_max = 256;      ///< of the API; more get 429
  std::size_t reads_max = 64;       ///< lists and reads of one type that wait
  std::size_t watches_max = 8;      ///< of one type; one more ends the oldest
  std::size_t history_max = 1024;   ///< events of one type that a slow watch may fall behind
  std::uint32_t credit_max = 256;   ///< batches under way to one watch
  caf::timespan call_timeout{std::chrono::seconds(20)};
  caf::timespan read_timeout{std::chrono::seconds(4)};
};

using role_players = std::vector<std::pair<std::string, caf::strong_actor_ptr>>;

/// Spawns the actors that a worker node reaches of a control-plane process, and nothing else of it: "apiserver", whose
/// calls carry the identity system:node:<node> whatever they bring, and "watch_cache/<type>" for the types below, which
/// show what that node may see. They find their sources in `directory` and last until they get an exit message; each
/// one also ends what it has spawned. Needs the role "references" (references.hpp) in the process.
[[nodiscard]] role_players make_gate(caf::actor_system& system, const directory::directory_actor& directory,
                                     const std::string& node, const gate_config& config = {});

/// The types that a worker mirrors: its own pods; secrets, config maps, claims and volumes that these use; all
/// services, endpoint slices, nodes and namespaces.
[[nodiscard]] const std::vector<api::group_resource>& worker_types();

} // namespace troupe::actors::gate
