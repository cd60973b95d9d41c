#include "tools/chaos/live/rest.hpp"
#include <algorithm>
#include <fmt/format.h>

namespace troupe::tools::chaos::live {

namespace json = api::json;

namespace {

std::string name_of(const json::object& o) { return std::string(api::string_at(o, {"metadata", "name"})); }

bool ready(const json::object& node) {
  auto* all = api::array_at(node, {"status", "conditions"});
  return all && std::any_of(all->begin(), all->end(), [](auto& c) {
    return c.is_object() && api::string_at(c.get_object(), {"type"}) == "Ready" &&
           api::string_at(c.get_object(), {"status"}) == "True";
  });
}

/// What a deployment waits for, or nothing.
std::string deployment_waits(const json::object& d) {
  auto wanted = api::int_at(d, {"spec", "replicas"}, 1), generation = api::int_at(d, {"metadata", "generation"});
  auto number = [&](std::string_view field) { return api::int_at(d, {"status", field}); };
  if (number("observedGeneration") < generation)
    return fmt::format("deployment {} waits for its controller: generation {} of {} was seen", name_of(d),
                       number("observedGeneration"), generation);
  if (number("replicas") == wanted && number("updatedReplicas") == wanted && number("availableReplicas") == wanted)
    return {};
  return fmt::format("deployment {} wants {} pods and has {}, {} of them updated, {} available", name_of(d), wanted,
                     number("replicas"), number("updatedReplicas"), number("availableReplicas"));
}

std::string pod_waits(const json::object& p) {
  auto node = api::string_at(p, {"spec", "nodeName"});
  if (!api::string_at(p, {"metadata", "deletionTimestamp"}).empty())
    return fmt::format("pod {} waits for {} to remove it", name_of(p), node.empty() ? "the API" : node);
  if (node.empty()) return fmt::format("pod {} waits for the scheduler", name_of(p));
  if (api::string_at(p, {"status", "phase"}) == "Pending")
    return fmt::format("pod {} waits for {} to start it", name_of(p), node);
  return {};
}

} // namespace

std::vector<std::string> waits_of(const std::vector<std::string>& names, const listed_objects& seen) {
  std::vector<std::string> all;
  auto add = [&](std::string what) {
    if (!what.empty()) all.push_back(std::move(what));
  };
  auto of = [&](const char* what) -> const std::vector<json::object>& {
    static const std::vector<json::object> none;
    auto at = seen.find(what);
    return at == seen.end() ? none : at->second;
  };
  std::map<std::string, bool> nodes;
  for (auto& n : of("nodes")) nodes[name_of(n)] = ready(n);
  for (auto& name : names) {
    auto at = nodes.find(name);
    if (at == nodes.end()) add(fmt::format("node {} has not registered itself", name));
    else if (!at->second) add(fmt::format("node {} is not Ready", name));
  }
  for (auto& d : of("deployments")) add(deployment_waits(d));
  for (auto& p : of("pods")) add(pod_waits(p));
  for (auto& m : of("configmaps"))
    if (!api::string_at(m, {"metadata", "deletionTimestamp"}).empty())
      add(fmt::format("config map {} waits for its finalizers", name_of(m)));
  for (auto& n : of("namespaces"))
    if (name_of(n).starts_with("churn-")) add(fmt::format("namespace {} has not gone", name_of(n)));
  return all;
}

} // namespace troupe::tools::chaos::live
