#include "policies/validation/kinds.hpp"
#include "policies/validation/pod_spec.hpp"
#include "policies/validation/resources.hpp"
#include <algorithm>
#include <array>

namespace troupe::policies::validation {

namespace {

constexpr field_path root("spec");
constexpr std::array<std::string_view, 22> sources{"gcePersistentDisk",
                                                   "awsElasticBlockStore",
                                                   "hostPath",
                                                   "glusterfs",
                                                   "nfs",
                                                   "rbd",
                                                   "iscsi",
                                                   "cinder",
                                                   "cephfs",
                                                   "fc",
                                                   "flocker",
                                                   "flexVolume",
                                                   "azureFile",
                                                   "vsphereVolume",
                                                   "quobyte",
                                                   "azureDisk",
                                                   "photonPersistentDisk",
                                                   "portworxVolume",
                                                   "scaleIO",
                                                   "local",
                                                   "storageos",
                                                   "csi"};

const json::object& spec_of(const json::object& body) {
  static const json::object empty;
  auto* spec = api::object_at(body, {"spec"});
  return spec ? *spec : empty;
}

/// The members of the spec that say where the data is.
json::object source_of(const json::object& spec) {
  json::object out;
  for (auto name : sources)
    if (auto* source = spec.if_contains(name); source && !source->is_null()) out[name] = *source;
  return out;
}

void check_modes(report& out, const json::object& spec) {
  auto at = root / "accessModes";
  auto* modes = api::array_at(spec, {"accessModes"});
  if (!modes || modes->empty()) return out.required(at);
  bool exclusive = false, others = false;
  for_each_string(modes, [&](std::size_t, std::string_view mode) {
    if (mode != "ReadOnlyMany" && mode != "ReadWriteMany" && mode != "ReadWriteOnce" && mode != "ReadWriteOncePod")
      out.not_supported(at, mode, {"ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"});
    (mode == "ReadWriteOncePod" ? exclusive : others) = true;
  });
  if (exclusive && others) out.forbidden(at, "may not use ReadWriteOncePod with other access modes");
}

void check_capacity(report& out, const json::object& spec) {
  auto at = root / "capacity";
  auto* capacity = api::object_at(spec, {"capacity"});
  if (!capacity || capacity->empty()) out.required(at);
  if (!capacity || !capacity->contains("storage") || capacity->size() > 1)
    out.add_shown(api::field_error_type::not_supported, at,
                  capacity ? json::serialize(*capacity) : "core.ResourceList(nil)", "supported values: \"storage\"");
  if (capacity)
    for (auto& member : *capacity)
      if (auto amount = read_quantity(out, at.key(member.key()), member.value());
          amount && (amount->negative() || amount->zero()))
        out.invalid(at.key(member.key()), amount->text(), "must be greater than zero");
}

void check_source(report& out, const json::object& spec) {
  auto source = source_of(spec);
  if (source.empty()) return out.required(root, "must specify a volume type");
  if (auto* local = api::object_at(source, {"local"}); local && source.size() == 1) {
    auto at = root / "local";
    auto path = api::string_at(*local, {"path"});
    if (path.empty())
      out.required(at / "path");
    else
      check_no_backsteps(out, at / "path", path);
    if (!api::object_at(spec, {"nodeAffinity"}))
      out.required(root / "nodeAffinity", "Local volume requires node affinity");
    return;
  }
  if (auto* csi = api::object_at(source, {"csi"}))
    if (api::string_at(*csi, {"volumeHandle"}).empty()) {
      auto at = root / "csi";
      out.required(at / "volumeHandle");
    }
  check_volume_source(out, root, source);
}

} // namespace

void check_persistent_volume(report& out, const json::object& body) {
  auto& spec = spec_of(body);
  check_modes(out, spec);
  check_capacity(out, spec);
  check_optional_one_of(out, root, spec, "persistentVolumeReclaimPolicy", {"Delete", "Recycle", "Retain"});
  if (auto* affinity = api::object_at(spec, {"nodeAffinity"})) {
    auto at = root / "nodeAffinity";
    if (auto* required = api::object_at(*affinity, {"required"}))
      check_node_selector(out, at / "required", *required);
    else
      out.required(at / "required", "must specify required node constraints");
  }
  check_source(out, spec);
  if (api::string_at(spec, {"hostPath", "path"}) == "/" &&
      api::string_at(spec, {"persistentVolumeReclaimPolicy"}) == "Recycle")
    out.forbidden(root / "persistentVolumeReclaimPolicy", "may not be 'recycle' for a hostPath mount of '/'");
  if (auto name = api::string_at(spec, {"storageClassName"}); !name.empty())
    out.invalid(root / "storageClassName", name, is_dns_subdomain(name));
  check_optional_one_of(out, root, spec, "volumeMode", {"Block", "Filesystem"});
}

void check_persistent_volume_update(report& out, const json::object& body, const json::object& old) {
  auto &spec = spec_of(body), &before = spec_of(old);
  auto source = source_of(spec), old_source = source_of(before);
  // A secret for growing the volume may be added later.
  if (api::object_at(old_source, {"csi"}) && !api::find(old_source, {"csi", "controllerExpandSecretRef"}))
    api::erase_at(source, {"csi", "controllerExpandSecretRef"});
  if (!api::semantically_equal(source, old_source))
    out.forbidden(root / "persistentvolumesource", "spec.persistentvolumesource is immutable after creation\n");
  check_immutable(out, field_path("volumeMode"), spec.if_contains("volumeMode"), before.if_contains("volumeMode"));
  if (!absent(before, "nodeAffinity"))
    check_immutable(out, field_path("nodeAffinity"), spec.if_contains("nodeAffinity"),
                    before.if_contains("nodeAffinity"));
  if (api::string_at(spec, {"volumeAttributesClassName"}) != api::string_at(before, {"volumeAttributesClassName"}))
    out.forbidden(root / "volumeAttributesClassName",
                  "update is forbidden when the VolumeAttributesClass feature gate is disabled");
}

} // namespace troupe::policies::validation
