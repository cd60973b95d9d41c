#include "policies/api/resource.hpp"

namespace troupe::api {

std::string group_resource::text() const { return group.empty() ? resource : resource + "." + group; }

std::string group_version_kind::api_version() const { return group.empty() ? version : group + "/" + version; }

group_version_kind group_version_kind::parse(std::string_view api_version, std::string_view kind) {
  auto slash = api_version.find('/');
  if (slash == std::string_view::npos) return {"", std::string(api_version), std::string(kind)};
  return {std::string(api_version.substr(0, slash)), std::string(api_version.substr(slash + 1)), std::string(kind)};
}

std::string object_key::text() const { return ns.empty() ? name : ns + "/" + name; }

std::string storage_prefix(const group_resource& type, std::string_view ns) {
  std::string out = "/registry/" + type.text() + "/";
  if (!ns.empty()) out.append(ns).push_back('/');
  return out;
}

std::string storage_key(const group_resource& type, const object_key& key) {
  return storage_prefix(type, key.ns) + key.name;
}

object_key parse_storage_key(const group_resource& type, std::string_view key) {
  key.remove_prefix(std::min(key.size(), storage_prefix(type).size()));
  auto slash = key.find('/');
  if (slash == std::string_view::npos) return {"", std::string(key)};
  return {std::string(key.substr(0, slash)), std::string(key.substr(slash + 1))};
}

} // namespace troupe::api
