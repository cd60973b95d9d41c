#include "policies/printing/cells.hpp"
#include <fmt/format.h>

namespace troupe::policies::printing {

namespace {

using api::array_at, api::bool_at, api::find, api::int_at, api::object_at, api::string_at;

json::value volume_phase(const row& r) {
  if (find(r.body, {"metadata", "deletionTimestamp"})) return "Terminating";
  return json::value(string_at(r.body, {"status", "phase"}));
}

json::value volume_class(const row& r) {
  auto beta = string_at(r.body, {"metadata", "annotations", "volume.beta.kubernetes.io/storage-class"});
  return json::value(beta.empty() ? string_at(r.body, {"spec", "storageClassName"}) : beta);
}

json::value volume_claim(const row& r) {
  auto* claim = object_at(r.body, {"spec", "claimRef"});
  if (!claim) return "";
  return json::value(fmt::format("{}/{}", string_at(*claim, {"namespace"}), string_at(*claim, {"name"})));
}

constexpr column class_column{"StorageClass", "string", "", 0, "Class of the storage.", volume_class};
constexpr column attributes_column{
  "VolumeAttributesClass", "string", "", 0, "Class of changeable attributes.",
  [](const row& r) { return text_or(r.body, {"spec", "volumeAttributesClassName"}, "<unset>"); }};
constexpr column mode_column{"VolumeMode", "string", "", 1, "File system or raw block device.",
                             [](const row& r) { return text_or(r.body, {"spec", "volumeMode"}, "<unset>"); }};

constexpr column volume_columns[] = {
  name_column,
  {"Capacity", "string", "", 0, "Size of the volume.",
   [](const row& r) { return json::value(scalar_text(find(r.body, {"spec", "capacity", "storage"}), "0")); }},
  {"Access Modes", "string", "", 0, "Ways in which it can be mounted.",
   [](const row& r) { return json::value(access_modes(array_at(r.body, {"spec", "accessModes"}))); }},
  {"Reclaim Policy", "string", "", 0, "What happens to it after use.",
   [](const row& r) { return json::value(string_at(r.body, {"spec", "persistentVolumeReclaimPolicy"})); }},
  {"Status", "string", "", 0, "Where the volume is in its life.", volume_phase},
  {"Claim", "string", "", 0, "Claim that has the volume.", volume_claim},
  class_column,
  attributes_column,
  {"Reason", "string", "", 0, "Why the volume is in that state.",
   [](const row& r) { return json::value(string_at(r.body, {"status", "reason"})); }},
  age_column,
  mode_column,
};

bool bound(const row& r) { return !string_at(r.body, {"spec", "volumeName"}).empty(); }

constexpr column claim_columns[] = {
  name_column,
  {"Status", "string", "", 0, "Where the claim is in its life.", volume_phase},
  {"Volume", "string", "", 0, "Volume that serves the claim.",
   [](const row& r) { return json::value(string_at(r.body, {"spec", "volumeName"})); }},
  {"Capacity", "string", "", 0, "Size of the volume.",
   [](const row& r) {
     return json::value(bound(r) ? scalar_text(find(r.body, {"status", "capacity", "storage"}), "0") : std::string());
   }},
  {"Access Modes", "string", "", 0, "Ways in which the volume can be mounted.",
   [](const row& r) {
     return json::value(bound(r) ? access_modes(array_at(r.body, {"status", "accessModes"})) : std::string());
   }},
  class_column,
  attributes_column,
  age_column,
  mode_column,
};

json::value class_name(const row& r) {
  std::string out(string_at(r.body, {"metadata", "name"}));
  for (auto key : {"storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class"})
    if (string_at(r.body, {"metadata", "annotations", key}) == "true") return json::value(out + " (default)");
  return json::value(out);
}

constexpr column storage_class_columns[] = {
  {"Name", "string", "name", 0, "Name of the object, unique among its like.", class_name},
  {"Provisioner", "string", "", 0, "Who makes volumes of the class.",
   [](const row& r) { return json::value(string_at(r.body, {"provisioner"})); }},
  {"ReclaimPolicy", "string", "", 0, "What happens to a volume after use.",
   [](const row& r) { return text_or(r.body, {"reclaimPolicy"}, "Delete"); }},
  {"VolumeBindingMode", "string", "", 0, "When a claim gets its volume.",
   [](const row& r) { return text_or(r.body, {"volumeBindingMode"}, "Immediate"); }},
  {"AllowVolumeExpansion", "string", "", 0, "Whether volumes may grow.",
   [](const row& r) { return json::value(bool_at(r.body, {"allowVolumeExpansion"})); }},
  age_column,
};

json::value audiences(const row& r) {
  auto* requests = array_at(r.body, {"spec", "tokenRequests"});
  if (!requests) return "<unset>";
  std::vector<std::string_view> out;
  for (auto& request : *requests) out.push_back(string_at(request, {"audience"}));
  return json::value(fmt::format("{}", fmt::join(out, ",")));
}

json::value lifecycle_modes(const row& r) {
  std::vector<std::string> out;
  if (auto* modes = array_at(r.body, {"spec", "volumeLifecycleModes"}))
    for (auto& mode : *modes) out.push_back(scalar_text(&mode, ""));
  return json::value(out.empty() ? "<none>" : fmt::format("{}", fmt::join(out, ",")));
}

constexpr column driver_columns[] = {
  name_column,
  {"AttachRequired", "boolean", "", 0, "Whether volumes are attached to a node first.",
   [](const row& r) { return json::value(bool_at(r.body, {"spec", "attachRequired"}, true)); }},
  {"PodInfoOnMount", "boolean", "", 0, "Whether the driver is told about the pod.",
   [](const row& r) { return json::value(bool_at(r.body, {"spec", "podInfoOnMount"})); }},
  {"StorageCapacity", "boolean", "", 0, "Whether the scheduler looks at the driver's capacity.",
   [](const row& r) { return json::value(bool_at(r.body, {"spec", "storageCapacity"})); }},
  {"TokenRequests", "string", "", 0, "Audiences of the tokens that the driver gets.", audiences},
  {"RequiresRepublish", "boolean", "", 0, "Whether the driver wants to be called again and again.",
   [](const row& r) { return json::value(bool_at(r.body, {"spec", "requiresRepublish"})); }},
  {"Modes", "string", "", 0, "Kinds of volumes that the driver has.", lifecycle_modes},
  age_column,
};

constexpr column csi_node_columns[] = {
  name_column,
  {"Drivers", "integer", "", 0, "Number of drivers on the node.",
   [](const row& r) -> json::value { return count_at(r.body, {"spec", "drivers"}); }},
  age_column,
};

constexpr column attachment_columns[] = {
  name_column,
  {"Attacher", "string", "name", 0, "Driver that attaches.",
   [](const row& r) { return json::value(string_at(r.body, {"spec", "attacher"})); }},
  {"PV", "string", "", 0, "Volume.",
   [](const row& r) { return json::value(string_at(r.body, {"spec", "source", "persistentVolumeName"})); }},
  {"Node", "string", "", 0, "Node to which it is attached.",
   [](const row& r) { return json::value(string_at(r.body, {"spec", "nodeName"})); }},
  {"Attached", "boolean", "", 0, "Whether it is attached.",
   [](const row& r) { return json::value(bool_at(r.body, {"status", "attached"})); }},
  age_column,
};

constexpr printer list[] = {
  {"", "PersistentVolume", volume_columns},
  {"", "PersistentVolumeClaim", claim_columns},
  {"storage.k8s.io", "StorageClass", storage_class_columns},
  {"storage.k8s.io", "CSIDriver", driver_columns},
  {"storage.k8s.io", "CSINode", csi_node_columns},
  {"storage.k8s.io", "VolumeAttachment", attachment_columns},
};

} // namespace

printers storage_printers() noexcept { return list; }

} // namespace troupe::policies::printing
