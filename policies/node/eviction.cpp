#include "policies/node/eviction.hpp"
#include "policies/api/quantity.hpp"
#include <fmt/format.h>

namespace troupe::policies::node {

std::vector<limited_volume> limited_volumes(const api::object& pod) {
  std::vector<limited_volume> out;
  auto* volumes = api::array_at(pod.spec(), {"volumes"});
  if (!volumes) return out;
  for (auto& v : *volumes) {
    auto limit = api::string_at(v, {"emptyDir", "sizeLimit"});
    if (limit.empty() || api::string_at(v, {"emptyDir", "medium"}) == "Memory") continue;
    auto size = api::quantity::parse(limit);
    if (size && size->value() > 0)
      out.push_back({std::string(api::string_at(v, {"name"})), std::string(limit), size->value()});
  }
  return out;
}

std::string volume_eviction_text(std::string_view volume, std::string_view limit) {
  return fmt::format("Usage of EmptyDir volume \"{}\" exceeds the limit \"{}\". ", volume, limit);
}

} // namespace troupe::policies::node
