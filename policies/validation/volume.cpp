#include "policies/validation/metadata.hpp"
#include "policies/validation/pod_spec.hpp"
#include <array>
#include <fmt/format.h>
#include <set>

namespace troupe::policies::validation {

namespace {

/// Members that a source of this type cannot do without; sources with more rules have their own function.
struct required_members {
  std::string_view type;
  std::array<std::string_view, 3> members;
};
constexpr std::array<required_members, 19> plain_sources{{
    {"gcePersistentDisk", {"pdName"}},
    {"awsElasticBlockStore", {"volumeID"}},
    {"gitRepo", {"repository"}},
    {"iscsi", {"targetPortal", "iqn"}},
    {"glusterfs", {"endpoints", "path"}},
    {"persistentVolumeClaim", {"claimName"}},
    {"rbd", {"image"}},
    {"flexVolume", {"driver"}},
    {"cinder", {"volumeID"}},
    {"cephfs", {}},
    {"flocker", {}},
    {"fc", {}},
    {"azureFile", {"secretName", "shareName"}},
    {"vsphereVolume", {"volumePath"}},
    {"quobyte", {"registry", "volume"}},
    {"azureDisk", {"diskName", "diskURI"}},
    {"photonPersistentDisk", {"pdID"}},
    {"portworxVolume", {"volumeID"}},
    {"scaleIO", {"gateway", "system", "volumeName"}},
}};

void check_size_limit(report& out, const field_path& at, const json::object& source) {
  auto limit = api::string_at(source, {"sizeLimit"});
  if (limit.starts_with('-')) out.forbidden(at / "sizeLimit", "SizeLimit field must be a valid resource quantity");
}

void check_keyed(report& out, const field_path& at, const json::object& source, std::string_view name) {
  check_required(out, at, source, name);
  check_file_mode(out, at, source, "defaultMode");
  auto items = at / "items";
  for_each(api::array_at(source, {"items"}),
           [&](std::size_t i, const json::object& item) { check_key_to_path(out, items[i], item); });
}

void check_host_path(report& out, const field_path& at, const json::object& source) {
  auto path = api::string_at(source, {"path"});
  if (path.empty()) return out.required(at / "path");
  check_no_backsteps(out, at / "path", path);
  check_optional_one_of(
      out, at, source, "type",
      {"", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"});
}

void check_claim_template(report& out, const field_path& at, const json::object& source) {
  auto* claim = api::object_at(source, {"volumeClaimTemplate"});
  if (!claim) return out.required(at / "volumeClaimTemplate");
  auto entry = at / "volumeClaimTemplate";
  if (auto* metadata = api::object_at(*claim, {"metadata"})) {
    auto meta = entry / "metadata";
    check_annotations(out, meta / "annotations", api::object_at(*metadata, {"annotations"}));
    check_labels(out, meta / "labels", api::object_at(*metadata, {"labels"}));
    for (auto& member : *metadata)
      if (member.key() != "labels" && member.key() != "annotations" && !member.value().is_null())
        out.forbidden(meta / std::string_view(member.key()), "cannot be set");
  }
  static const json::object empty;
  auto* spec = api::object_at(*claim, {"spec"});
  check_claim_spec(out, entry / "spec", spec ? *spec : empty);
}

void check_network_source(report& out, const field_path& at, std::string_view type, const json::object& source) {
  if (type == "nfs") {
    check_required(out, at, source, "server");
    check_required(out, at, source, "path");
    if (auto path = api::string_at(source, {"path"}); !path.starts_with('/'))
      out.invalid(at / "path", path, "must be an absolute path");
  } else if (type == "csi") {
    auto driver = api::string_at(source, {"driver"});
    if (driver.empty())
      out.required(at / "driver");
    else if (driver.size() > 63)
      out.too_long(at / "driver", 63);
    std::string lower(driver);
    for (char& c : lower)
      c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    if (!driver.empty()) out.invalid(at / "driver", driver, is_dns_subdomain(lower));
    if (auto* secret = api::object_at(source, {"nodePublishSecretRef"}))
      check_required(out, at / "nodePublishSecretRef", *secret, "name");
  } else if (type == "cephfs" || type == "rbd") {
    auto* monitors = api::array_at(source, {"monitors"});
    if (!monitors || monitors->empty()) out.required(at / "monitors");
  } else if (type == "image") {
    check_required(out, at, source, "reference");
    check_one_of(out, at / "pullPolicy", api::string_at(source, {"pullPolicy"}), {"Always", "IfNotPresent", "Never"});
  }
}

void check_one_source(report& out, const field_path& at, std::string_view type, const json::object& source) {
  if (type == "emptyDir")
    check_size_limit(out, at, source);
  else if (type == "hostPath")
    check_host_path(out, at, source);
  else if (type == "secret")
    check_keyed(out, at, source, "secretName");
  else if (type == "configMap")
    check_keyed(out, at, source, "name");
  else if (type == "projected")
    check_projected(out, at, source);
  else if (type == "ephemeral")
    check_claim_template(out, at, source);
  else if (type == "downwardAPI") {
    check_file_mode(out, at, source, "defaultMode");
    for_each(api::array_at(source, {"items"}),
             [&](std::size_t, const json::object& file) { check_downward_file(out, at, file); });
  } else {
    check_network_source(out, at, type, source);
    for (auto& plain : plain_sources)
      if (plain.type == type)
        for (auto member : plain.members)
          if (!member.empty()) check_required(out, at, source, member);
  }
}

} // namespace

void check_volume_source(report& out, const field_path& at, const json::object& volume) {
  bool found = false;
  for (auto& member : volume) {
    auto* source = member.value().if_object();
    if (!source) continue;
    auto type = std::string_view(member.key());
    auto entry = at / type;
    if (found)
      out.forbidden(entry, "may not specify more than 1 volume type");
    else
      check_one_source(out, entry, type, *source);
    found = true;
  }
  if (!found) out.required(at, "must specify a volume type");
}

std::map<std::string_view, const json::object*> check_volumes(report& out, const field_path& list,
                                                              const json::array* volumes, const json::object* pod) {
  std::map<std::string_view, const json::object*> good;
  std::set<std::string> created;
  auto pod_name = pod ? api::string_at(*pod, {"name"}) : std::string_view();
  for_each(volumes, [&](std::size_t, const json::object& volume) {
    if (!pod_name.empty() && volume.contains("ephemeral"))
      created.insert(fmt::format("{}-{}", pod_name, api::string_at(volume, {"name"})));
  });
  for_each(volumes, [&](std::size_t i, const json::object& volume) {
    auto at = list[i];
    auto before = out.size();
    auto name = api::string_at(volume, {"name"});
    check_volume_source(out, at, volume);
    if (!pod_name.empty() && volume.contains("ephemeral") &&
        !is_dns_subdomain(fmt::format("{}-{}", pod_name, name)).empty())
      out.invalid(at / "name", name,
                  std::string_view(fmt::format("PVC name \"{}-{}\": {}", pod_name, name,
                                               is_dns_subdomain(fmt::format("{}-{}", pod_name, name)).front())));
    if (name.empty())
      out.required(at / "name");
    else
      out.invalid(at / "name", name, is_dns_label(name));
    if (good.contains(name)) out.duplicate(at / "name", name);
    if (out.size() == before) good[name] = &volume;
    auto claim = api::string_at(volume, {"persistentVolumeClaim", "claimName"});
    if (created.contains(std::string(claim)))
      out.invalid(at / "persistentVolumeClaim.claimName", claim,
                  "must not reference a PVC that gets created for an ephemeral volume");
  });
  return good;
}

} // namespace troupe::policies::validation
