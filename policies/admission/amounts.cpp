#include "policies/admission/amounts.hpp"

namespace troupe::policies::admission {

namespace json = api::json;

namespace {

void add(resource_amounts& sum, const resource_amounts& more) {
  for (auto& [name, amount] : more)
    sum[name] += amount;
}

void raise(resource_amounts& sum, const resource_amounts& least) {
  for (auto& [name, amount] : least)
    if (auto& have = sum[name]; have < amount) have = amount;
}

} // namespace

resource_amounts read_amounts(const json::object* list) {
  resource_amounts out;
  if (!list) return out;
  for (auto& member : *list)
    if (auto* text = member.value().if_string())
      if (auto amount = api::quantity::parse(*text)) out[std::string(member.key())] = *amount;
  return out;
}

resource_amounts pod_amounts(const json::object& pod, std::string_view list) {
  resource_amounts sum, sidecars, peak;
  if (auto* containers = api::array_at(pod, {"spec", "containers"}))
    for (auto& container : *containers)
      add(sum, read_amounts(api::object_at(container, {"resources", list})));
  if (auto* containers = api::array_at(pod, {"spec", "initContainers"}))
    for (auto& container : *containers) {
      auto own = read_amounts(api::object_at(container, {"resources", list}));
      if (api::string_at(container, {"restartPolicy"}) == "Always") {
        add(sum, own);
        add(sidecars, own);
        raise(peak, sidecars);
      } else {
        add(own, sidecars);
        raise(peak, own);
      }
    }
  raise(sum, peak);
  auto overhead = read_amounts(api::object_at(pod, {"spec", "overhead"}));
  // A pod without a limit stays without one.
  for (auto& [name, amount] : overhead)
    if (list == "requests" || (sum.contains(name) && !sum[name].zero())) sum[name] += amount;
  return sum;
}

std::string text_of(const resource_amounts& amounts) {
  std::string out;
  for (auto& [name, amount] : amounts)
    out += (out.empty() ? "" : ",") + name + "=" + amount.text();
  return out;
}

} // namespace troupe::policies::admission
