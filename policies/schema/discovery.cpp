#include "policies/schema/discovery.hpp"
#include "policies/schema/fingerprint.hpp"
#include <fmt/format.h>

namespace troupe::policies::schema {

namespace {

constexpr std::string_view plain_type = "application/json";

std::string aggregated_type(std::string_view version) {
  return fmt::format("application/json;g=apidiscovery.k8s.io;v={};as=APIGroupDiscoveryList", version);
}

static_document_ptr make(const json::value& body, std::string type) {
  auto out = std::make_shared<static_document>();
  out->body = json::serialize(body) + "\n";
  out->content_type = std::move(type);
  out->etag = fmt::format("\"{:016X}\"", fingerprint(out->body));
  return out;
}

json::array verbs_of(verb_set verbs) {
  json::array out;
  for (unsigned v = 0; v <= static_cast<unsigned>(verb::watch); ++v)
    if (verbs.has(static_cast<verb>(v))) out.emplace_back(text(static_cast<verb>(v)));
  return out;
}

json::array texts(const std::vector<std::string>& from) { return json::array(from.begin(), from.end()); }

std::string api_version(std::string_view group, std::string_view version) {
  return group.empty() ? std::string(version) : fmt::format("{}/{}", group, version);
}

json::object response_kind(const api::group_version_kind& k) {
  return {{"group", k.group}, {"version", k.version}, {"kind", k.kind}};
}

/// Calls `each` for the resources of one group version, which are sorted by plural.
template <class Each> void for_each_resource(const registry& types, registry::group_version gv, Each each) {
  for (auto& d : types.all())
    if (d.gvk.group == gv.group && d.gvk.version == gv.version) each(d);
}

json::object legacy_resource(const descriptor& d, const subresource* sub) {
  json::object out;
  auto& kind = sub ? sub->kind : d.gvk;
  out["name"] = sub ? d.resource.resource + "/" + sub->name : d.resource.resource;
  out["singularName"] = sub ? "" : std::string_view(d.singular);
  out["namespaced"] = d.namespaced;
  if (kind.group != d.gvk.group || kind.version != d.gvk.version) {
    out["group"] = kind.group;
    out["version"] = kind.version;
  }
  out["kind"] = kind.kind;
  out["verbs"] = verbs_of(sub ? sub->verbs : d.verbs);
  if (sub) return out;
  if (!d.short_names.empty()) out["shortNames"] = texts(d.short_names);
  if (!d.categories.empty()) out["categories"] = texts(d.categories);
  if (!d.storage_version_hash.empty()) out["storageVersionHash"] = d.storage_version_hash;
  return out;
}

json::object legacy_resources(const registry& types, registry::group_version gv) {
  json::object out{{"kind", "APIResourceList"}};
  if (!gv.group.empty()) out["apiVersion"] = "v1";
  out["groupVersion"] = api_version(gv.group, gv.version);
  auto& list = out["resources"].emplace_array();
  for_each_resource(types, gv, [&](auto& d) {
    list.push_back(legacy_resource(d, nullptr));
    for (auto& sub : d.subresources)
      list.push_back(legacy_resource(d, &sub));
  });
  return out;
}

json::object aggregated_resource(const descriptor& d) {
  json::object out{{"resource", d.resource.resource},
                   {"responseKind", response_kind(d.gvk)},
                   {"scope", d.namespaced ? "Namespaced" : "Cluster"},
                   {"singularResource", d.singular},
                   {"verbs", verbs_of(d.verbs)}};
  if (!d.short_names.empty()) out["shortNames"] = texts(d.short_names);
  if (!d.categories.empty()) out["categories"] = texts(d.categories);
  if (d.subresources.empty()) return out;
  auto& list = out["subresources"].emplace_array();
  for (auto& sub : d.subresources)
    list.push_back(json::object{
        {"subresource", sub.name}, {"responseKind", response_kind(sub.kind)}, {"verbs", verbs_of(sub.verbs)}});
  return out;
}

/// The aggregated document of the core group (`/api`) or of all others (`/apis`).
json::object aggregated(const registry& types, bool core, std::string_view version) {
  json::object out{{"kind", "APIGroupDiscoveryList"},
                   {"apiVersion", fmt::format("apidiscovery.k8s.io/{}", version)},
                   {"metadata", json::object()}};
  auto& items = out["items"].emplace_array();
  std::string_view group;
  for (auto& gv : types.group_versions()) {
    if (gv.group.empty() != core) continue;
    if (items.empty() || gv.group != group) {
      json::object metadata;
      if (!core) metadata["name"] = gv.group;
      metadata["creationTimestamp"] = nullptr;
      items.push_back(json::object{{"metadata", std::move(metadata)}, {"versions", json::array()}});
      group = gv.group;
    }
    json::array resources;
    for_each_resource(types, gv, [&](auto& d) { resources.push_back(aggregated_resource(d)); });
    items.back().get_object()["versions"].get_array().push_back(
        json::object{{"version", gv.version}, {"resources", std::move(resources)}, {"freshness", "Current"}});
  }
  return out;
}

/// Name, versions and preferred version of one group.
json::object group_entry(const registry& types, std::string_view group) {
  json::array versions;
  for (auto& gv : types.group_versions())
    if (gv.group == group)
      versions.push_back(json::object{{"groupVersion", api_version(gv.group, gv.version)}, {"version", gv.version}});
  return {{"name", group}, {"versions", versions}, {"preferredVersion", versions.at(0)}};
}

json::object api_versions(std::string_view server_address) {
  return {{"kind", "APIVersions"},
          {"versions", json::array{"v1"}},
          {"serverAddressByClientCIDRs",
           json::array{json::object{{"clientCIDR", "0.0.0.0/0"}, {"serverAddress", server_address}}}}};
}

enum class form { none, plain, v2, v2beta1 };

std::string_view trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ')
    text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ')
    text.remove_suffix(1);
  return text;
}

/// The form that one range of an Accept header asks for.
form wanted(std::string_view range) {
  auto type = trim(range.substr(0, range.find(';')));
  if (type != plain_type && type != "*/*" && type != "application/*") return form::none;
  std::string_view group, version, as;
  while (range.find(';') != range.npos) {
    range.remove_prefix(range.find(';') + 1);
    auto parameter = trim(range.substr(0, range.find(';')));
    auto equals = parameter.find('=');
    auto name = parameter.substr(0, equals);
    auto value = equals == parameter.npos ? std::string_view() : parameter.substr(equals + 1);
    if (name == "g") group = value;
    if (name == "v") version = value;
    if (name == "as") as = value;
  }
  if (as.empty()) return form::plain;
  if (group != "apidiscovery.k8s.io" || as != "APIGroupDiscoveryList") return form::none;
  return version == "v2" ? form::v2 : version == "v2beta1" ? form::v2beta1 : form::none;
}

} // namespace

discovery::discovery(const registry& types, std::string_view server_address) {
  documents_["/api"] = {make(api_versions(server_address), std::string(plain_type)),
                        make(aggregated(types, true, "v2"), aggregated_type("v2")),
                        make(aggregated(types, true, "v2beta1"), aggregated_type("v2beta1"))};
  json::object groups{{"kind", "APIGroupList"}, {"apiVersion", "v1"}};
  auto& list = groups["groups"].emplace_array();
  for (auto& gv : types.group_versions()) {
    auto path =
        gv.group.empty() ? fmt::format("/api/{}", gv.version) : fmt::format("/apis/{}/{}", gv.group, gv.version);
    documents_[path].plain = make(legacy_resources(types, gv), std::string(plain_type));
    auto group_path = fmt::format("/apis/{}", gv.group);
    if (gv.group.empty() || documents_.contains(group_path)) continue;
    auto entry = group_entry(types, gv.group);
    json::object group{{"kind", "APIGroup"}, {"apiVersion", "v1"}};
    for (auto& member : entry)
      group[member.key()] = member.value();
    documents_[group_path].plain = make(group, std::string(plain_type));
    list.push_back(std::move(entry));
  }
  documents_["/apis"] = {make(groups, std::string(plain_type)),
                         make(aggregated(types, false, "v2"), aggregated_type("v2")),
                         make(aggregated(types, false, "v2beta1"), aggregated_type("v2beta1"))};
}

static_document_ptr discovery::answer(std::string_view path, std::string_view accept) const {
  auto found = documents_.find(path);
  if (found == documents_.end()) return nullptr;
  auto& have = found->second;
  while (!accept.empty()) {
    auto end = accept.find(',');
    auto asked = wanted(accept.substr(0, end));
    accept.remove_prefix(end == accept.npos ? accept.size() : end + 1);
    if (asked == form::plain) return have.plain;
    if (asked == form::v2 && have.v2) return have.v2;
    if (asked == form::v2beta1 && have.v2beta1) return have.v2beta1;
  }
  return have.plain;
}

} // namespace troupe::policies::schema
