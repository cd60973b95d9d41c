#include "actors/gate/gate.hpp"
#include "actors/gate/door.hpp"
#include <algorithm>
#include <array>
#include <caf/actor_cast.hpp>
#include <caf/actor_system.hpp>

namespace troupe::actors::gate {

namespace {

sight sight_of(const api::group_resource& type) {
  if (!type.group.empty()) return sight::everything;
  if (type.resource == "pods") return sight::own_pods;
  constexpr std::string_view used[] = {"secrets", "configmaps", "persistentvolumeclaims", "persistentvolumes"};
  return std::ranges::find(used, type.resource) == std::end(used) ? sight::everything : sight::by_reference;
}

} // namespace

const std::vector<api::group_resource>& worker_types() {
  static const std::vector<api::group_resource> all{
      {"", "pods"},     {"", "secrets"}, {"", "configmaps"}, {"", "persistentvolumeclaims"}, {"", "persistentvolumes"},
      {"", "services"}, {"", "nodes"},   {"", "namespaces"}, {"discovery.k8s.io", "endpointslices"}};
  return all;
}

role_players make_gate(caf::actor_system& system, const directory::directory_actor& directory, const std::string& node,
                       const gate_config& config) {
  role_players out;
  auto add = [&](std::string role, const auto& player) {
    out.emplace_back(std::move(role), caf::actor_cast<caf::strong_actor_ptr>(player));
  };
  add("apiserver", system.spawn(api_door, node, config, directory));
  for (auto& type : worker_types())
    add("watch_cache/" + type.text(), system.spawn(door, front_config{type, sight_of(type), node, config}, directory));
  return out;
}

} // namespace troupe::actors::gate
