#include "policies/api/quantity.hpp"
#include "policies/validation/pod_spec.hpp"
#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace troupe::policies::validation {

namespace {

constexpr std::array<std::string_view, 9> environment_fields{
    "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName",
    "status.hostIP", "status.hostIPs",     "status.podIP", "status.podIPs"};
constexpr std::array<std::string_view, 5> volume_fields{"metadata.annotations", "metadata.labels", "metadata.name",
                                                        "metadata.namespace", "metadata.uid"};
/// All that a downward reference can name anywhere; other paths fail to convert.
constexpr std::array<std::string_view, 2> whole_maps{"metadata.annotations", "metadata.labels"};
constexpr std::array<std::string_view, 6> resource_fields{
    "limits.cpu",   "limits.ephemeral-storage",   "limits.memory",
    "requests.cpu", "requests.ephemeral-storage", "requests.memory"};

template <class List> bool contains(const List& list, std::string_view text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

void check_key_reference(report& out, const field_path& at, const json::object& reference) {
  auto name = api::string_at(reference, {"name"}), key = api::string_at(reference, {"key"});
  out.invalid(at / "name", name, is_dns_subdomain(name));
  if (key.empty())
    out.required(at / "key");
  else
    out.invalid(at / "key", key, is_config_key(key));
}

void check_value_source(report& out, const field_path& at, const json::object& source, bool has_value) {
  int sources = 0;
  if (auto* field = api::object_at(source, {"fieldRef"})) {
    ++sources;
    check_field_reference(out, at / "fieldRef", *field, field_reference::environment);
  }
  if (auto* resource = api::object_at(source, {"resourceFieldRef"})) {
    ++sources;
    check_resource_reference(out, at / "resourceFieldRef", *resource, field_reference::environment);
  }
  for (auto name : {"configMapKeyRef", "secretKeyRef"})
    if (auto* reference = api::object_at(source, {name})) {
      ++sources;
      check_key_reference(out, at / name, *reference);
    }
  constexpr std::string_view nothing;
  if (sources == 0)
    out.invalid(at, nothing,
                "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`");
  else if (has_value)
    out.invalid(at, nothing, "may not be specified when `value` is not empty");
  else if (sources > 1)
    out.invalid(at, nothing, "may not have more than one field specified at a time");
}

void check_import(report& out, const field_path& list, std::size_t i, const json::object& import) {
  auto at = list[i];
  if (auto prefix = api::string_at(import, {"prefix"}); !prefix.empty())
    out.invalid(at / "prefix", prefix, is_environment_name(prefix));
  int sources = 0;
  for (auto name : {"configMapRef", "secretRef"})
    if (auto* reference = api::object_at(import, {name})) {
      ++sources;
      auto source = at / name;
      auto target = api::string_at(*reference, {"name"});
      if (target.empty())
        out.required(source / "name");
      else
        out.invalid(source / "name", target, is_dns_subdomain(target));
    }
  constexpr std::string_view nothing;
  if (sources == 0)
    out.invalid(list, nothing, "must specify one of: `configMapRef` or `secretRef`");
  else if (sources > 1)
    out.invalid(list, nothing, "may not have more than one field specified at a time");
}

void check_divisor(report& out, const field_path& at, const json::object& reference, std::string_view resource) {
  auto divisor = api::quantity::parse(api::string_at(reference, {"divisor"}, "0"));
  if (!divisor || divisor->zero()) return;
  auto text = divisor->text();
  constexpr std::array<std::string_view, 13> sizes{"1",   "1k",  "1M",  "1G",  "1T",  "1P", "1E",
                                                   "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei"};
  auto name = resource.substr(std::min(resource.find('.') + 1, resource.size()));
  if (name == "cpu") {
    if (text != "1m" && text != "1")
      out.invalid(at / "divisor", resource, "only divisor's values 1m and 1 are supported with the cpu resource");
  } else if (!contains(sizes, text)) {
    auto what = name == "memory" ? "memory" : name == "ephemeral-storage" ? "local ephemeral storage" : "hugepages";
    out.invalid(at / "divisor", resource,
                std::string_view(fmt::format("only divisor's values {} are supported with the {} resource",
                                             fmt::join(sizes, ", "), what)));
  }
}

} // namespace

void check_field_reference(report& out, const field_path& at, const json::object& reference, field_reference where) {
  if (api::string_at(reference, {"apiVersion"}).empty()) return out.required(at / "apiVersion");
  auto path = api::string_at(reference, {"fieldPath"});
  if (path.empty()) return out.required(at / "fieldPath");
  if (path.ends_with("']")) {
    auto open = path.find("['");
    auto map = path.substr(0, open);
    auto subscript =
        open == std::string_view::npos ? std::string_view() : path.substr(open + 2, path.size() - open - 4);
    if (contains(whole_maps, map)) {
      std::string key(subscript);
      if (map == "metadata.annotations")
        std::transform(key.begin(), key.end(), key.begin(),
                       [](unsigned char c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; });
      return out.invalid(at, key, is_qualified_name(key));
    }
    return out.invalid(
        at / "fieldPath", path,
        std::string_view(fmt::format("error converting fieldPath: field label does not support subscript: {}", path)));
  }
  if (!contains(environment_fields, path) && !contains(whole_maps, path))
    return out.invalid(
        at / "fieldPath", path,
        std::string_view(fmt::format("error converting fieldPath: field label not supported: {}", path)));
  bool environment = where == field_reference::environment;
  if (environment && !contains(environment_fields, path)) out.not_supported(at / "fieldPath", path, environment_fields);
  if (!environment && !contains(volume_fields, path)) out.not_supported(at / "fieldPath", path, volume_fields);
}

void check_resource_reference(report& out, const field_path& at, const json::object& reference, field_reference where) {
  auto resource = api::string_at(reference, {"resource"});
  if (where == field_reference::volume && api::string_at(reference, {"containerName"}).empty())
    out.required(at / "containerName");
  else if (resource.empty())
    out.required(at / "resource");
  else if (!contains(resource_fields, resource) && !resource.starts_with("requests.hugepages-") &&
           !resource.starts_with("limits.hugepages-"))
    out.not_supported(at / "resource", resource, resource_fields);
  else
    check_divisor(out, at, reference, resource);
}

void check_environment(report& out, const field_path& container, const json::object& spec) {
  auto variables = container / "env";
  for_each(api::array_at(spec, {"env"}), [&](std::size_t i, const json::object& variable) {
    auto at = variables[i];
    auto name = api::string_at(variable, {"name"});
    if (name.empty())
      out.required(at / "name");
    else
      out.invalid(at / "name", name, is_environment_name(name));
    if (auto* source = api::object_at(variable, {"valueFrom"}))
      check_value_source(out, at / "valueFrom", *source, !api::string_at(variable, {"value"}).empty());
  });
  auto imports = container / "envFrom";
  for_each(api::array_at(spec, {"envFrom"}),
           [&](std::size_t i, const json::object& import) { check_import(out, imports, i, import); });
}

} // namespace troupe::policies::validation
