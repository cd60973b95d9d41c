#include "policies/validation/metadata.hpp"
#include <algorithm>
#include <fmt/format.h>
#include <vector>

namespace troupe::policies::validation {

namespace {

constexpr std::size_t annotations_bytes_max = 256 * 1024;
constexpr field_path root("metadata");

void check_owner(report& out, const field_path& at, const json::object& owner) {
  auto version = api::string_at(owner, {"apiVersion"}), kind = api::string_at(owner, {"kind"});
  auto slash = version.find('/');
  if (version.substr(slash == std::string_view::npos ? 0 : slash + 1).empty())
    out.invalid(at / "apiVersion", version, "version must not be empty");
  if (kind.empty()) out.invalid(at / "kind", kind, "kind must not be empty");
  for (auto name : {"name", "uid"})
    if (api::string_at(owner, {name}).empty())
      out.invalid(at / name, std::string_view(), fmt::format("{} must not be empty", name));
  if (version == "v1" && kind == "Event")
    out.invalid_shown(at, json::serialize(owner), "/v1, Kind=Event is disallowed from being an owner");
}

void check_owners(report& out, const json::array* owners) {
  auto at = root / "ownerReferences";
  std::string controller;
  for_each(owners, [&](std::size_t, const json::object& owner) {
    check_owner(out, at, owner);
    if (!api::bool_at(owner, {"controller"})) return;
    auto name = fmt::format("{}/{}", api::string_at(owner, {"kind"}), api::string_at(owner, {"name"}));
    if (controller.empty())
      controller = name;
    else
      out.invalid_shown(
          at, json::serialize(*owners),
          fmt::format("Only one reference can have Controller set to true. Found \"true\" in references for {} and {}",
                      controller, name));
  });
}

void check_finalizers(report& out, const json::array* finalizers) {
  auto at = root / "finalizers";
  bool orphan = false, foreground = false;
  for_each_string(finalizers, [&](std::size_t, std::string_view name) {
    out.invalid(at, name, is_qualified_name(name));
    orphan |= name == "orphan";
    foreground |= name == "foregroundDeletion";
  });
  if (orphan && foreground) {
    json::value list(*finalizers);
    out.invalid_shown(at, shown_list(&list), "finalizer orphan and foregroundDeletion cannot be both set");
  }
}

/// Standard names, or names with a domain.
void check_finalizer_domains(report& out, const json::array* finalizers) {
  auto at = root / "finalizers";
  for_each_string(finalizers, [&](std::size_t i, std::string_view name) {
    bool standard = name == "kubernetes" || name == "orphan" || name == "foregroundDeletion";
    if (name.find('/') == std::string_view::npos && !standard)
      out.invalid(at[i], name, "name is neither a standard finalizer name nor is it fully qualified");
  });
}

void check_managed_fields(report& out, const json::array* entries) {
  auto list = root / "managedFields";
  for_each(entries, [&](std::size_t i, const json::object& entry) {
    auto at = list[i];
    auto operation = api::string_at(entry, {"operation"}), type = api::string_at(entry, {"fieldsType"});
    if (operation != "Apply" && operation != "Update")
      out.invalid(at / "operation", operation, "must be `Apply` or `Update`");
    if (!type.empty() && type != "FieldsV1") out.invalid(at / "fieldsType", type, "must be `FieldsV1`");
    if (api::string_at(entry, {"manager"}).size() > 128) out.too_long(at / "manager", 128);
    if (api::string_at(entry, {"subresource"}).size() > 256) out.too_long(at / "subresource", 256);
  });
}

/// The rules that hold on create and on update alike.
void check_collections(report& out, const json::object& metadata) {
  check_labels(out, root / "labels", api::object_at(metadata, {"labels"}));
  check_annotations(out, root / "annotations", api::object_at(metadata, {"annotations"}));
  check_owners(out, api::array_at(metadata, {"ownerReferences"}));
}

void check_no_new_finalizers(report& out, const json::object& metadata, const json::object& old) {
  std::vector<std::string_view> before, added;
  for_each_string(api::array_at(old, {"finalizers"}),
                  [&](std::size_t, std::string_view name) { before.push_back(name); });
  for_each_string(api::array_at(metadata, {"finalizers"}), [&](std::size_t, std::string_view name) {
    if (std::find(before.begin(), before.end(), name) == before.end()) added.push_back(name);
  });
  if (added.empty()) return;
  std::sort(added.begin(), added.end());
  added.erase(std::unique(added.begin(), added.end()), added.end());
  std::string list;
  for (auto name : added)
    list += (list.empty() ? "" : ", ") + shown(name);
  out.forbidden(
      root / "finalizers",
      fmt::format("no new finalizers can be added if the object is being deleted, found new finalizers []string{{{}}}",
                  list));
}

} // namespace

void check_labels(report& out, const field_path& at, const json::object* labels) {
  for_each_member(labels, [&](std::string_view key, std::string_view value) {
    out.invalid(at, key, is_qualified_name(key));
    out.invalid(at, value, is_label_value(value));
  });
}

void check_annotations(report& out, const field_path& at, const json::object* annotations) {
  std::size_t bytes = 0;
  for_each_member(annotations, [&](std::string_view key, std::string_view value) {
    std::string lower(key);
    for (char& c : lower)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 'a' - 'A');
    out.invalid(at, key, is_qualified_name(lower));
    bytes += key.size() + value.size();
  });
  if (bytes > annotations_bytes_max) out.too_long(at, annotations_bytes_max);
}

void check_finalizer_name(report& out, const field_path& at, std::string_view name) {
  out.invalid(at, name, is_qualified_name(name));
  bool standard = name == "kubernetes" || name == "orphan" || name == "foregroundDeletion";
  if (name.find('/') == std::string_view::npos && !standard)
    out.invalid(at, name, "name is neither a standard finalizer name nor is it fully qualified");
}

void check_metadata(report& out, const json::object& metadata, name_rule rule, scope where) {
  auto generate = api::string_at(metadata, {"generateName"}), name = api::string_at(metadata, {"name"});
  if (!generate.empty()) out.invalid(root / "generateName", generate, rule(masked_trailing_dash(generate)));
  if (name.empty())
    out.required(root / "name", "name or generateName is required");
  else
    out.invalid(root / "name", name, rule(name));
  auto ns = api::string_at(metadata, {"namespace"});
  if (where == scope::namespaced) {
    if (ns.empty())
      out.required(root / "namespace");
    else
      out.invalid(root / "namespace", ns, is_dns_label(ns));
  } else if (!ns.empty()) {
    out.forbidden(root / "namespace", "not allowed on this type");
  }
  check_not_negative(out, root, metadata, "generation");
  check_collections(out, metadata);
  auto* finalizers = api::array_at(metadata, {"finalizers"});
  check_finalizers(out, finalizers);
  check_managed_fields(out, api::array_at(metadata, {"managedFields"}));
  check_finalizer_domains(out, finalizers);
}

void check_metadata_update(report& out, const json::object& metadata, const json::object& old) {
  if (old.contains("deletionTimestamp")) check_no_new_finalizers(out, metadata, old);
  if (api::string_at(metadata, {"resourceVersion"}).empty())
    out.invalid(root / "resourceVersion", std::string_view(), "must be specified for an update");
  if (auto generation = api::int_at(metadata, {"generation"}); generation < api::int_at(old, {"generation"}))
    out.invalid(root / "generation", generation, "must not be decremented");
  for (auto name : {"name", "namespace", "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds"})
    check_immutable(out, root / name, metadata.if_contains(name), old.if_contains(name));
  check_collections(out, metadata);
  check_managed_fields(out, api::array_at(metadata, {"managedFields"}));
  check_finalizer_domains(out, api::array_at(metadata, {"finalizers"}));
}

} // namespace troupe::policies::validation
