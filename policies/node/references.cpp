#include "policies/node/references.hpp"
#include "policies/node/pod_record.hpp"

namespace troupe::policies::node {

namespace {

void add(std::set<std::string>& to, const api::json::value& from, api::path where) {
  if (auto name = api::string_at(from, where); !name.empty()) to.emplace(name);
}

void add_volume(object_references& out, const api::json::value& volume) {
  add(out.config_maps, volume, {"configMap", "name"});
  add(out.secrets, volume, {"secret", "secretName"});
  if (auto* sources = api::array_at(volume, {"projected", "sources"}))
    for (auto& s : *sources) {
      add(out.config_maps, s, {"configMap", "name"});
      add(out.secrets, s, {"secret", "name"});
    }
}

} // namespace

object_references references_of(const api::object& pod) {
  object_references out;
  if (auto* volumes = api::array_at(pod.spec(), {"volumes"}))
    for (auto& v : *volumes) add_volume(out, v);
  for (auto& c : containers_of(pod)) {
    if (auto* env = api::array_at(*c.spec, {"env"}))
      for (auto& e : *env) {
        add(out.config_maps, e, {"valueFrom", "configMapKeyRef", "name"});
        add(out.secrets, e, {"valueFrom", "secretKeyRef", "name"});
      }
    if (auto* from = api::array_at(*c.spec, {"envFrom"}))
      for (auto& e : *from) {
        add(out.config_maps, e, {"configMapRef", "name"});
        add(out.secrets, e, {"secretRef", "name"});
      }
  }
  if (auto* pull = api::array_at(pod.spec(), {"imagePullSecrets"}))
    for (auto& s : *pull) add(out.secrets, s, {"name"});
  return out;
}

} // namespace troupe::policies::node
