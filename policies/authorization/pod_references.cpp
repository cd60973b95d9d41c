#include "policies/authorization/pod_references.hpp"
#include <string>

namespace troupe::policies::authorization {

namespace {

namespace json = api::json;

/// Volume sources that name their secret as `secretRef.name`.
constexpr std::string_view drivers[] = {"cephfs", "cinder", "flexVolume", "rbd", "scaleIO", "iscsi", "storageos"};

template <class Act> void for_each(const json::array* list, Act act) {
  if (list)
    for (auto& element : *list)
      if (auto* object = element.if_object()) act(*object);
}

void give(std::string_view name, const on_name& visit) {
  if (!name.empty()) visit(name);
}

/// Names in the variables of all containers: `one` and `all` are the members of env and envFrom.
void visit_variables(const json::object& pod, std::string_view one, std::string_view all, const on_name& visit) {
  for (std::string_view list : {"initContainers", "containers", "ephemeralContainers"})
    for_each(api::array_at(pod, {"spec", list}), [&](const json::object& container) {
      for_each(api::array_at(container, {"env"}), [&](const json::object& variable) {
        give(api::string_at(variable, {"valueFrom", one, "name"}), visit);
      });
      for_each(api::array_at(container, {"envFrom"}),
               [&](const json::object& source) { give(api::string_at(source, {all, "name"}), visit); });
    });
}

void visit_projected(const json::object& volume, std::string_view kind, const on_name& visit) {
  for_each(api::array_at(volume, {"projected", "sources"}),
           [&](const json::object& source) { give(api::string_at(source, {kind, "name"}), visit); });
}

} // namespace

void visit_secrets(const json::object& pod, const on_name& visit) {
  for_each(api::array_at(pod, {"spec", "imagePullSecrets"}),
           [&](const json::object& secret) { give(api::string_at(secret, {"name"}), visit); });
  visit_variables(pod, "secretKeyRef", "secretRef", visit);
  for_each(api::array_at(pod, {"spec", "volumes"}), [&](const json::object& volume) {
    give(api::string_at(volume, {"secret", "secretName"}), visit);
    give(api::string_at(volume, {"azureFile", "secretName"}), visit);
    give(api::string_at(volume, {"csi", "nodePublishSecretRef", "name"}), visit);
    for (auto driver : drivers) give(api::string_at(volume, {driver, "secretRef", "name"}), visit);
    visit_projected(volume, "secret", visit);
  });
}

void visit_config_maps(const json::object& pod, const on_name& visit) {
  visit_variables(pod, "configMapKeyRef", "configMapRef", visit);
  for_each(api::array_at(pod, {"spec", "volumes"}), [&](const json::object& volume) {
    give(api::string_at(volume, {"configMap", "name"}), visit);
    visit_projected(volume, "configMap", visit);
  });
}

void visit_claims(const json::object& pod, const on_name& visit) {
  for_each(api::array_at(pod, {"spec", "volumes"}), [&](const json::object& volume) {
    give(api::string_at(volume, {"persistentVolumeClaim", "claimName"}), visit);
    if (!api::object_at(volume, {"ephemeral"})) return;
    auto name = std::string(api::string_at(pod, {"metadata", "name"}));
    visit(name + "-" + std::string(api::string_at(volume, {"name"})));
  });
}

void visit_volume_secrets(const json::object& volume,
                          const std::function<void(std::string_view, std::string_view)>& visit) {
  auto home = api::string_at(volume, {"spec", "claimRef", "namespace"});
  auto one = [&](std::string_view ns, std::string_view name) {
    if (!name.empty()) visit(ns.empty() ? home : ns, name);
  };
  one(api::string_at(volume, {"spec", "azureFile", "secretNamespace"}),
      api::string_at(volume, {"spec", "azureFile", "secretName"}));
  for (auto driver : drivers)
    one(api::string_at(volume, {"spec", driver, "secretRef", "namespace"}),
        api::string_at(volume, {"spec", driver, "secretRef", "name"}));
  // The other secrets of a CSI volume are for the controllers of its driver.
  for (std::string_view use : {"nodePublishSecretRef", "nodeStageSecretRef", "nodeExpandSecretRef"})
    one(api::string_at(volume, {"spec", "csi", use, "namespace"}),
        api::string_at(volume, {"spec", "csi", use, "name"}));
}

bool is_mirror_pod(const json::object& pod) {
  return api::find(pod, {"metadata", "annotations", "kubernetes.io/config.mirror"}) != nullptr;
}

} // namespace troupe::policies::authorization
