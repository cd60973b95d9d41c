#include "policies/node/pod_record.hpp"
#include <fmt/format.h>

namespace troupe::policies::node {

std::vector<container_ref> containers_of(const api::object& pod) {
  std::vector<container_ref> out;
  auto add = [&](std::string_view list, container_kind kind) {
    auto* all = api::array_at(pod.spec(), {list});
    if (!all) return;
    for (auto& c : *all) {
      auto* spec = c.if_object();
      if (!spec) continue;
      bool sidecar = kind == container_kind::init && api::string_at(*spec, {"restartPolicy"}) == "Always";
      out.push_back({spec, sidecar ? container_kind::sidecar : kind});
    }
  };
  add("initContainers", container_kind::init);
  add("containers", container_kind::app);
  add("ephemeralContainers", container_kind::ephemeral);
  return out;
}

container_ref container_named(const api::object& pod, std::string_view name) {
  for (auto& c : containers_of(pod))
    if (c.name() == name) return c;
  return {nullptr, container_kind::app};
}

std::string field_path(const container_ref& container) {
  switch (container.kind) {
    case container_kind::init:
    case container_kind::sidecar: return fmt::format("spec.initContainers{{{}}}", container.name());
    case container_kind::app: return fmt::format("spec.containers{{{}}}", container.name());
    case container_kind::ephemeral: return fmt::format("spec.ephemeralContainers{{{}}}", container.name());
  }
  return {};
}

std::string pod_text(const api::object& pod) { return fmt::format("{}_{}({})", pod.name(), pod.ns(), pod.uid()); }

const container_record& pod_record::of(std::string_view name) const {
  static const container_record none;
  auto found = containers.find(name);
  return found == containers.end() ? none : found->second;
}

} // namespace troupe::policies::node
