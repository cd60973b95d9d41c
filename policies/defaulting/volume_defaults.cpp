#include "policies/defaulting/fill.hpp"
#include "policies/defaulting/kinds.hpp"

namespace troupe::policies::defaulting {

namespace {

constexpr int readable_by_all = 0644;

void set_downward_items(json::object& source) {
  each(source, "items", [](json::object& item) {
    if (auto* field = object_in(item, "fieldRef")) fill_blank(*field, "apiVersion", "v1");
    if (auto* resource = object_in(item, "resourceFieldRef")) fill_absent(*resource, "divisor", "0");
  });
}

void set_projected(json::object& projected) {
  fill_absent(projected, "defaultMode", readable_by_all);
  each(projected, "sources", [](json::object& source) {
    if (auto* token = object_in(source, "serviceAccountToken")) fill_zero(*token, "expirationSeconds", 3600);
    if (auto* downward = object_in(source, "downwardAPI")) set_downward_items(*downward);
  });
}

bool has_source(const json::object& volume) {
  for (auto& member : volume)
    if (member.key() != "name" && !member.value().is_null()) return true;
  return false;
}

} // namespace

void set_claim_spec(json::object& spec) {
  fill_absent(spec, "volumeMode", "Filesystem");
  if (auto* resources = object_in(spec, "resources")) {
    normalize_quantities(*resources, "limits");
    normalize_quantities(*resources, "requests");
  }
}

void set_volume_source(json::object& source) {
  if (auto* host_path = object_in(source, "hostPath")) fill_absent(*host_path, "type", "");
  if (auto* iscsi = object_in(source, "iscsi")) fill_blank(*iscsi, "iscsiInterface", "default");
  if (auto* rbd = object_in(source, "rbd")) {
    fill_blank(*rbd, "pool", "rbd");
    fill_blank(*rbd, "user", "admin");
    fill_blank(*rbd, "keyring", "/etc/ceph/keyring");
  }
  if (auto* azure = object_in(source, "azureDisk")) {
    fill_absent(*azure, "cachingMode", "ReadWrite");
    fill_absent(*azure, "fsType", "ext4");
    fill_absent(*azure, "readOnly", false);
    fill_absent(*azure, "kind", "Shared");
  }
  if (auto* scale_io = object_in(source, "scaleIO")) {
    fill_blank(*scale_io, "storageMode", "ThinProvisioned");
    fill_blank(*scale_io, "fsType", "xfs");
  }
}

void set_volume(json::object& volume) {
  if (!has_source(volume)) volume["emptyDir"].emplace_object();
  for (auto name : {"secret", "configMap", "downwardAPI"})
    if (auto* source = object_in(volume, name)) fill_absent(*source, "defaultMode", readable_by_all);
  if (auto* downward = object_in(volume, "downwardAPI")) set_downward_items(*downward);
  if (auto* projected = object_in(volume, "projected")) set_projected(*projected);
  if (auto* memory = object_in(volume, "emptyDir"))
    if (auto* limit = memory->if_contains("sizeLimit")) normalize_quantity(*limit);
  if (auto* ephemeral = object_in(volume, "ephemeral"))
    if (auto* claim = object_in(*ephemeral, "volumeClaimTemplate"))
      if (auto* spec = object_in(*claim, "spec")) set_claim_spec(*spec);
  set_volume_source(volume);
}

} // namespace troupe::policies::defaulting
