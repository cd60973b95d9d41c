#include "policies/strategy/qos.hpp"
#include "policies/api/quantity.hpp"
#include <map>

namespace troupe::policies::strategy {

namespace json = api::json;

namespace {

using totals = std::map<std::string_view, api::quantity>;

/// Adds the amounts above zero of CPU and memory; true if both are there.
bool add(const json::value& container, std::string_view list, totals& sum) {
  int found = 0;
  for (std::string_view name : {"cpu", "memory"}) {
    auto amount = api::quantity::parse(api::string_at(container, {"resources", list, name}));
    if (!amount || amount->zero() || amount->negative()) continue;
    sum[name] += *amount;
    ++found;
  }
  return found == 2;
}

} // namespace

std::string_view qos_class(const json::object& pod_spec) {
  totals requests, limits;
  bool all_limited = true;
  for (auto list : {"containers", "initContainers"})
    if (auto* containers = api::array_at(pod_spec, {list}))
      for (auto& container : *containers) {
        add(container, "requests", requests);
        all_limited &= add(container, "limits", limits);
      }
  if (requests.empty() && limits.empty()) return "BestEffort";
  if (all_limited && requests == limits) return "Guaranteed";
  return "Burstable";
}

} // namespace troupe::policies::strategy
