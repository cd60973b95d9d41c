#include "policies/node/environment.hpp"
#include "policies/node/expansion.hpp"
#include "policies/node/pod_record.hpp"
#include "policies/node/service_variables.hpp"
#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <map>

namespace troupe::policies::node {

namespace {

using variables = std::vector<std::pair<std::string, std::string>>;

void set(variables& list, std::string_view name, std::string value) {
  auto found = std::find_if(list.begin(), list.end(), [&](auto& v) { return v.first == name; });
  if (found == list.end())
    list.emplace_back(name, std::move(value));
  else
    found->second = std::move(value);
}

std::optional<std::string> value_of(const variables& list, std::string_view name) {
  auto found = std::find_if(list.begin(), list.end(), [&](auto& v) { return v.first == name; });
  return found == list.end() ? std::nullopt : std::optional(found->second);
}

/// Any printable ASCII but '=' (RelaxedEnvironmentVariableValidation, on since 1.32).
bool is_variable_name(std::string_view name) {
  return !name.empty() &&
         std::all_of(name.begin(), name.end(), [](char c) { return c >= ' ' && c <= '~' && c != '='; });
}

/// All pairs of a ConfigMap or Secret in order of their keys.
std::map<std::string, std::string> pairs_of(const api::object& from, bool secret) {
  std::map<std::string, std::string> out;
  if (auto* data = api::object_at(from.body(), {"data"}))
    for (auto& m : *data) {
      auto* text = m.value().if_string();
      if (!text) continue;
      if (!secret)
        out.emplace(m.key(), *text);
      else if (auto bytes = from_base64(*text))
        out.emplace(m.key(), std::move(*bytes));
    }
  return out;
}

struct builder {
  const api::object& pod;
  const api::json::object& container;
  const object_source& source;
  const pod_facts& facts;
  container_environment out;
  variables services;

  or_text<api::object_ptr> find(bool secret, std::string_view name, bool optional) const {
    auto& get = secret ? source.secret : source.config_map;
    auto found = get ? get(name) : nullptr;
    if (!found && !optional)
      return tl::unexpected(fmt::format("{} \"{}\" not found", secret ? "secret" : "configmap", name));
    return found;
  }

  or_text<void> add_all(const api::json::object& entry) {
    for (bool secret : {false, true}) {
      auto* ref = api::object_at(entry, {secret ? "secretRef" : "configMapRef"});
      if (!ref) continue;
      auto name = api::string_at(*ref, {"name"});
      auto object = find(secret, name, api::bool_at(*ref, {"optional"}));
      if (!object) return tl::unexpected(object.error());
      if (!*object) return {};
      std::vector<std::string> skipped;
      for (auto& [key, value] : pairs_of(**object, secret)) {
        auto variable = std::string(api::string_at(entry, {"prefix"})) + key;
        if (is_variable_name(variable))
          set(out.variables, variable, value);
        else
          skipped.push_back(key);
      }
      if (!skipped.empty())
        out.complaints.push_back(
            fmt::format("Keys [{}] from the EnvFrom {} {}/{} were skipped since they are considered "
                        "invalid environment variable names.",
                        fmt::join(skipped, ", "), secret ? "secret" : "configMap", pod.ns(), name));
    }
    return {};
  }

  /// Empty: an optional reference to something that is not there, so no variable.
  or_text<std::optional<std::string>> referenced(const api::json::object& from) const {
    if (auto* field = api::object_at(from, {"fieldRef"})) {
      auto value = field_value(pod, api::string_at(*field, {"fieldPath"}), facts);
      if (!value) return tl::unexpected(value.error());
      return std::optional(std::move(*value));
    }
    if (auto* resource = api::object_at(from, {"resourceFieldRef"})) {
      auto name = api::string_at(*resource, {"containerName"});
      auto* other = name.empty() ? &container : container_named(pod, name).spec;
      if (!other) return tl::unexpected(fmt::format("container {} not found", name));
      auto value = resource_value(*other, api::string_at(*resource, {"resource"}),
                                  api::string_at(*resource, {"divisor"}), facts);
      if (!value) return tl::unexpected(value.error());
      return std::optional(std::move(*value));
    }
    for (bool secret : {false, true}) {
      auto* ref = api::object_at(from, {secret ? "secretKeyRef" : "configMapKeyRef"});
      if (!ref) continue;
      auto name = api::string_at(*ref, {"name"}), key = api::string_at(*ref, {"key"});
      bool optional = api::bool_at(*ref, {"optional"});
      auto object = find(secret, name, optional);
      if (!object) return tl::unexpected(object.error());
      if (!*object) return std::optional<std::string>{};
      auto* text = api::find((*object)->body(), {"data", key});
      auto bytes = text && text->if_string() ? (secret ? from_base64(text->get_string())
                                                       : std::optional<std::string>(text->get_string().c_str()))
                                             : std::nullopt;
      if (bytes) return bytes;
      if (optional) return std::optional<std::string>{};
      return tl::unexpected(
          fmt::format("couldn't find key {} in {} {}/{}", key, secret ? "Secret" : "ConfigMap", pod.ns(), name));
    }
    return std::optional<std::string>(std::string());
  }

  or_text<void> add_one(const api::json::object& entry) {
    auto name = api::string_at(entry, {"name"});
    auto* from = api::object_at(entry, {"valueFrom"});
    if (from) {
      auto value = referenced(*from);
      if (!value) return tl::unexpected(value.error());
      if (*value) set(out.variables, name, std::move(**value));
      return {};
    }
    auto lookup = [&](std::string_view wanted) {
      auto value = value_of(out.variables, wanted);
      return value ? value : value_of(services, wanted);
    };
    set(out.variables, name, expand(api::string_at(entry, {"value"}), lookup));
    return {};
  }
};

} // namespace

std::optional<std::string> from_base64(std::string_view text) {
  std::string out;
  out.reserve(text.size() * 3 / 4);
  std::uint32_t bits = 0;
  int count = 0;
  std::size_t padding = 0;
  for (char c : text) {
    if (c == '\n' || c == '\r') continue;
    int v = c >= 'A' && c <= 'Z'   ? c - 'A'
            : c >= 'a' && c <= 'z' ? c - 'a' + 26
            : c >= '0' && c <= '9' ? c - '0' + 52
            : c == '+'             ? 62
            : c == '/'             ? 63
            : c == '='             ? -1
                                   : -2;
    if (v == -2 || (v >= 0 && padding > 0)) return std::nullopt;
    ++count;
    if (v == -1) {
      ++padding;
      continue;
    }
    bits = bits << 6 | static_cast<std::uint32_t>(v);
    if (int(count % 4) != 1) out += static_cast<char>(bits >> (count % 4 == 2 ? 4 : count % 4 == 3 ? 2 : 0) & 0xff);
  }
  if (count % 4 != 0 || padding > 2) return std::nullopt;
  return out;
}

or_text<container_environment> environment_of(const api::object& pod, const api::json::object& container,
                                              const object_source& source, const pod_facts& facts) {
  builder b{pod, container, source, facts, {}, {}};
  b.services = service_variables(source.services, pod.ns(), api::bool_at(pod.spec(), {"enableServiceLinks"}, true));
  if (auto* from = api::array_at(container, {"envFrom"}))
    for (auto& entry : *from)
      if (auto* e = entry.if_object())
        if (auto done = b.add_all(*e); !done) return tl::unexpected(done.error());
  if (auto* env = api::array_at(container, {"env"}))
    for (auto& entry : *env)
      if (auto* e = entry.if_object())
        if (auto done = b.add_one(*e); !done) return tl::unexpected(done.error());
  for (auto& [name, value] : b.services)
    if (!value_of(b.out.variables, name)) b.out.variables.emplace_back(name, value);
  return std::move(b.out);
}

} // namespace troupe::policies::node
