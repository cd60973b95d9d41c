#include "tools/inspect/target.hpp"
#include "policies/schema/registry.hpp"
#include <algorithm>
#include <cctype>
#include <fmt/format.h>

namespace troupe::tools::inspect {

namespace {

namespace schema = policies::schema;

std::string small(std::string_view text) {
  std::string out(text);
  for (auto& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

bool called(const schema::descriptor& type, const std::string& name) {
  return name == type.resource.resource || name == type.resource.text() || name == type.singular ||
         name == small(type.gvk.kind) ||
         std::find(type.short_names.begin(), type.short_names.end(), name) != type.short_names.end();
}

} // namespace

const schema::descriptor* find_type(std::string_view text) {
  auto name = small(text);
  for (auto& type : schema::registry::builtin().all())
    if (type.stored() && called(type, name)) return &type;
  return nullptr;
}

tl::expected<target, std::string> find_target(std::string_view text) {
  auto slash = text.find('/');
  if (slash == std::string_view::npos || slash == 0 || slash + 1 == text.size())
    return tl::make_unexpected(fmt::format("\"{}\" names no object: write it as in pod/web-1", text));
  auto* type = find_type(text.substr(0, slash));
  if (!type)
    return tl::make_unexpected(fmt::format("the server doesn't have a resource type \"{}\"", text.substr(0, slash)));
  return target{type, std::string(text.substr(slash + 1))};
}

std::string path_of(const schema::descriptor& type, std::string_view ns, std::string_view name) {
  auto out = type.gvk.group.empty() ? fmt::format("/api/{}", type.gvk.version)
                                    : fmt::format("/apis/{}/{}", type.gvk.group, type.gvk.version);
  if (type.namespaced && !ns.empty()) out += fmt::format("/namespaces/{}", ns);
  out += "/" + type.resource.resource;
  return name.empty() ? out : fmt::format("{}/{}", out, name);
}

} // namespace troupe::tools::inspect
