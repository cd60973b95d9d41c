#include "policies/scheduling/resource_amounts.hpp"
#include "policies/api/quantity.hpp"
#include <algorithm>

namespace troupe::policies::scheduling {

namespace {

auto place_of(std::vector<std::pair<std::string, std::int64_t>>& scalars, std::string_view name) {
  return std::lower_bound(scalars.begin(), scalars.end(), name, [](auto& s, auto n) { return s.first < n; });
}

api::quantity quantity_of(const api::json::value& v) {
  if (auto* s = v.if_string()) return api::quantity::parse(std::string_view(*s)).value_or(api::quantity{});
  if (auto* i = v.if_int64()) return api::quantity::from_units(*i);
  return {};
}

resource_amounts container_requests(const api::json::value& container, missing_requests missing) {
  auto* list = api::object_at(container, {"resources", "requests"});
  auto r = resource_amounts::from_list(list);
  if (missing == missing_requests::count_as_default) {
    if (!list || !list->contains("cpu")) r.milli_cpu = default_milli_cpu;
    if (!list || !list->contains("memory")) r.memory = default_memory;
  }
  return r;
}

} // namespace

resource_amounts resource_amounts::from_list(const api::json::object* list) {
  resource_amounts r;
  if (!list) return r;
  for (auto& [key, value] : *list) {
    std::string_view name = key;
    auto q = quantity_of(value);
    if (name == "cpu")
      r.milli_cpu = q.milli();
    else if (name == "memory")
      r.memory = q.value();
    else if (name == "ephemeral-storage")
      r.ephemeral_storage = q.value();
    else if (name == "pods")
      r.pods = q.value();
    else
      r.set_scalar(name, q.value());
  }
  return r;
}

std::int64_t resource_amounts::scalar(std::string_view name) const noexcept {
  for (auto& [n, amount] : scalars)
    if (n == name) return amount;
  return 0;
}

void resource_amounts::set_scalar(std::string_view name, std::int64_t amount) {
  auto at = place_of(scalars, name);
  if (at != scalars.end() && at->first == name)
    at->second = amount;
  else
    scalars.emplace(at, name, amount);
}

void resource_amounts::add(const resource_amounts& o) {
  milli_cpu += o.milli_cpu;
  memory += o.memory;
  ephemeral_storage += o.ephemeral_storage;
  pods += o.pods;
  for (auto& [name, amount] : o.scalars)
    set_scalar(name, scalar(name) + amount);
}

void resource_amounts::subtract(const resource_amounts& o) {
  milli_cpu -= o.milli_cpu;
  memory -= o.memory;
  ephemeral_storage -= o.ephemeral_storage;
  pods -= o.pods;
  for (auto& [name, amount] : o.scalars)
    set_scalar(name, scalar(name) - amount);
}

void resource_amounts::raise_to(const resource_amounts& o) {
  milli_cpu = std::max(milli_cpu, o.milli_cpu);
  memory = std::max(memory, o.memory);
  ephemeral_storage = std::max(ephemeral_storage, o.ephemeral_storage);
  pods = std::max(pods, o.pods);
  for (auto& [name, amount] : o.scalars)
    set_scalar(name, std::max(scalar(name), amount));
}

resource_amounts pod_requests(const api::json::object& spec, missing_requests missing) {
  resource_amounts total, sidecars, init;
  if (auto* list = api::array_at(spec, {"containers"}))
    for (auto& c : *list)
      total.add(container_requests(c, missing));
  if (auto* list = api::array_at(spec, {"initContainers"}))
    for (auto& c : *list) {
      auto r = container_requests(c, missing);
      if (api::string_at(c, {"restartPolicy"}) == "Always") {
        total.add(r);
        sidecars.add(r);
        r = sidecars;
      } else {
        r.add(sidecars);
      }
      init.raise_to(r);
    }
  total.raise_to(init);
  total.add(resource_amounts::from_list(api::object_at(spec, {"overhead"})));
  return total;
}

} // namespace troupe::policies::scheduling
