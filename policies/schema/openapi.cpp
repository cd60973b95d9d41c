#include "policies/schema/openapi.hpp"
#include "policies/schema/fingerprint.hpp"
#include "policies/schema/openapi_paths.hpp"
#include "policies/schema/openapi_protobuf.hpp"
#include "policies/schema/openapi_schema.hpp"
#include <fmt/format.h>
#include <set>
#include <vector>

namespace troupe::policies::schema {

namespace {

/// Raise when the generator changes what it makes of the same tables: clients cache documents by their hash.
constexpr std::string_view generator_version = "1";
constexpr std::string_view v2_path = "/openapi/v2", v2_protobuf_slot = "/openapi/v2+protobuf", v3_path = "/openapi/v3";
constexpr std::string_view meta = "io.k8s.apimachinery.pkg.apis.meta.v1.";

std::string name_of(const registry::group_version& gv) {
  return gv.group.empty() ? fmt::format("api/{}", gv.version) : fmt::format("apis/{}/{}", gv.group, gv.version);
}

std::string hash_of(const registry& types, std::string_view name) {
  auto hash = fingerprint(generator_version, fingerprint(types.fingerprint()));
  return fmt::format("{:016X}", fingerprint(name, hash));
}

static_document_ptr make(std::string body, std::string_view type, const std::string& hash) {
  return std::make_shared<static_document>(static_document{std::move(body), std::string(type), "\"" + hash + "\""});
}

group_versions served(const registry& types) {
  group_versions out;
  for (auto& gv : types.group_versions())
    out.emplace(gv.group, gv.version);
  return out;
}

json::object document_info() { return {{"title", "Kubernetes"}, {"version", "v1.32.0"}}; }

/// Names of all types that are reachable from the given ones, and those themselves.
std::set<std::string_view> reachable(const registry& types, std::vector<const type_info*> open) {
  std::set<std::string_view> names;
  for (auto* type : open)
    names.insert(type->name);
  while (!open.empty()) {
    std::set<std::string_view> found;
    add_references(*open.back(), found);
    open.pop_back();
    for (auto name : found)
      if (names.insert(name).second)
        if (auto* type = types.type(name)) open.push_back(type);
  }
  return names;
}

void add_schemas(const registry& types, const std::set<std::string_view>& names, openapi_version version,
                 json::object& out) {
  auto versions = served(types);
  out.reserve(names.size());
  for (auto name : names) {
    auto* type = types.type(name);
    out[name] = type ? openapi_schema(*type, version, versions) : openapi_scalar(name, version);
  }
}

/// What every group version refers to.
constexpr std::string_view common_types[] = {"DeleteOptions", "Status", "WatchEvent"};

std::vector<const type_info*> types_of(const registry& types, std::string_view group, std::string_view version) {
  std::vector<const type_info*> out;
  for (auto& d : types.all()) {
    if (d.gvk.group != group || d.gvk.version != version) continue;
    out.push_back(d.type);
    if (auto* list = types.type(api::group_version_kind{d.gvk.group, d.gvk.version, d.list_kind})) out.push_back(list);
    for (auto& sub : d.subresources)
      out.push_back(sub.type);
  }
  for (auto name : common_types)
    out.push_back(types.type(std::string(meta) + std::string(name)));
  return out;
}

std::string build_v3(const registry& types, const registry::group_version& gv) {
  json::monotonic_resource scratch(1024 * 1024);
  json::value document(json::object_kind, &scratch);
  auto& out = document.get_object();
  out["openapi"] = "3.0.0";
  out["info"] = document_info();
  auto& paths = out["paths"].emplace_object();
  for (auto& d : types.all())
    if (d.gvk.group == gv.group && d.gvk.version == gv.version) add_openapi_paths(d, types, openapi_version::v3, paths);
  auto names = reachable(types, types_of(types, gv.group, gv.version));
  names.insert("io.k8s.apimachinery.pkg.apis.meta.v1.Patch");
  add_schemas(types, names, openapi_version::v3, out["components"].emplace_object()["schemas"].emplace_object());
  return json::serialize(document);
}

json::value build_v2(const registry& types, json::storage_ptr storage) {
  json::value document(json::object_kind, std::move(storage));
  auto& out = document.get_object();
  out["swagger"] = "2.0";
  out["info"] = document_info();
  auto& paths = out["paths"].emplace_object();
  std::set<std::string_view> names;
  for (auto& d : types.all())
    add_openapi_paths(d, types, openapi_version::v2, paths);
  for (auto& gv : types.group_versions())
    names.merge(reachable(types, types_of(types, gv.group, gv.version)));
  names.insert("io.k8s.apimachinery.pkg.apis.meta.v1.Patch");
  add_schemas(types, names, openapi_version::v2, out["definitions"].emplace_object());
  return document;
}

bool asks_for_protobuf(std::string_view accept) {
  auto json_at = accept.find("json"), protobuf_at = accept.find("proto-openapi");
  return protobuf_at != accept.npos && protobuf_at < json_at;
}

} // namespace

openapi::openapi(const registry& types) : types_(types) {
  json::object paths;
  for (auto& gv : types.group_versions()) {
    auto name = name_of(gv);
    auto path = fmt::format("{}/{}", v3_path, name);
    paths[name] = json::object{{"serverRelativeURL", fmt::format("{}?hash={}", path, hash_of(types, name))}};
    documents_.try_emplace(path);
  }
  documents_.try_emplace(std::string(v2_path));
  documents_.try_emplace(std::string(v2_protobuf_slot));
  index_ =
      make(json::serialize(json::object{{"paths", std::move(paths)}}), "application/json", hash_of(types, v3_path));
}

static_document_ptr openapi::build(std::string_view path) const {
  if (path == v2_path || path == v2_protobuf_slot) {
    json::monotonic_resource scratch(2 * 1024 * 1024);
    auto document = build_v2(types_, &scratch);
    return path == v2_path
               ? make(json::serialize(document), "application/json", hash_of(types_, path))
               : make(openapi_to_protobuf(document.get_object()), openapi_protobuf_type, hash_of(types_, path));
  }
  for (auto& gv : types_.group_versions())
    if (auto name = name_of(gv); path == fmt::format("{}/{}", v3_path, name))
      return make(build_v3(types_, gv), "application/json", hash_of(types_, name));
  return nullptr;
}

static_document_ptr openapi::answer(std::string_view path, std::string_view accept) const {
  if (path == v3_path) return index_;
  if (path == v2_path && asks_for_protobuf(accept)) path = v2_protobuf_slot;
  auto found = documents_.find(path);
  if (found == documents_.end()) return nullptr;
  auto document = found->second.load(std::memory_order_acquire);
  if (!document) {
    document = build(path);
    found->second.store(document, std::memory_order_release);
  }
  return document;
}

} // namespace troupe::policies::schema
