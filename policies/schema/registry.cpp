#include "policies/schema/registry.hpp"
#include "policies/schema/descriptor_loader.hpp"
#include "policies/schema/embedded_tables.hpp"
#include "policies/schema/fingerprint.hpp"
#include "policies/schema/type_loader.hpp"
#include <algorithm>
#include <fmt/format.h>
#include <unordered_map>

namespace troupe::policies::schema {

namespace {

std::string make_fingerprint() {
  auto hash = fingerprint(resource_table());
  for (auto& table : type_tables())
    hash = fingerprint(table.text, hash);
  return fmt::format("{:016x}", fingerprint(description_table(), hash));
}

std::string key(std::string_view group, std::string_view version, std::string_view name) {
  std::string out;
  out.reserve(group.size() + version.size() + name.size() + 2);
  return out.append(group).append(1, '/').append(version).append(1, '/').append(name);
}

/// Kinds of meta/v1 that every group version has.
constexpr std::string_view common_kinds[] = {"DeleteOptions", "CreateOptions", "UpdateOptions", "PatchOptions",
                                             "GetOptions",    "ListOptions",   "WatchEvent"};

} // namespace

struct registry::tables {
  type_tables_loaded types;
  std::vector<descriptor> descriptors = load_descriptors(types);
  std::unordered_map<std::string, const descriptor*> by_plural;
  std::unordered_map<std::string, const descriptor*> by_kind;
  std::vector<group_version> versions;
  std::string print = make_fingerprint();

  tables() {
    for (auto& d : descriptors) {
      by_plural.emplace(key(d.gvk.group, d.gvk.version, d.resource.resource), &d);
      by_kind.emplace(key(d.gvk.group, d.gvk.version, d.gvk.kind), &d);
      if (versions.empty() || versions.back().group != d.gvk.group || versions.back().version != d.gvk.version)
        versions.push_back({d.gvk.group, d.gvk.version});
    }
  }
};

registry::registry() : tables_(std::make_unique<tables>()) {}
registry::~registry() = default;

const registry& registry::builtin() {
  static const registry all;
  return all;
}

const descriptor* registry::find(std::string_view group, std::string_view version,
                                 std::string_view plural) const noexcept {
  auto found = tables_->by_plural.find(key(group, version, plural));
  return found == tables_->by_plural.end() ? nullptr : found->second;
}

const descriptor* registry::find(const api::group_version_kind& gvk) const noexcept {
  auto found = tables_->by_kind.find(key(gvk.group, gvk.version, gvk.kind));
  return found == tables_->by_kind.end() ? nullptr : found->second;
}

const descriptor* registry::find_stored(const api::group_resource& storage) const noexcept {
  for (auto& d : tables_->descriptors)
    if (d.resource == storage && !d.convert) return &d;
  return nullptr;
}

std::span<const descriptor> registry::all() const noexcept { return tables_->descriptors; }
std::span<const registry::group_version> registry::group_versions() const noexcept { return tables_->versions; }
std::span<const type_info> registry::types() const noexcept { return tables_->types.all(); }
std::string_view registry::fingerprint() const noexcept { return tables_->print; }

const type_info* registry::type(const api::group_version_kind& gvk) const noexcept {
  if (auto* found = tables_->types.by_kind(key(gvk.group, gvk.version, gvk.kind))) return found;
  if (std::find(std::begin(common_kinds), std::end(common_kinds), gvk.kind) == std::end(common_kinds)) return nullptr;
  auto served = [&](auto& v) { return v.group == gvk.group && v.version == gvk.version; };
  const bool meta = gvk.group == "meta.k8s.io" && gvk.version == "v1";
  if (!meta && std::none_of(tables_->versions.begin(), tables_->versions.end(), served)) return nullptr;
  return tables_->types.by_name("io.k8s.apimachinery.pkg.apis.meta.v1." + gvk.kind);
}

const type_info* registry::type(std::string_view name) const noexcept { return tables_->types.by_name(name); }

std::size_t registry::bytes() const noexcept { return tables_->types.bytes(); }

} // namespace troupe::policies::schema
