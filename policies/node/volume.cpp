#include "policies/node/volume.hpp"
#include "policies/node/pod_record.hpp"
#include <algorithm>
#include <fmt/format.h>
#include <set>

namespace troupe::policies::node {

namespace {

constexpr std::uint32_t default_mode = 0644;
constexpr std::uint32_t token_mode = 0600;

std::uint32_t mode_of(const api::json::object& from, std::string_view name, std::uint32_t otherwise) {
  return static_cast<std::uint32_t>(api::int_at(from, {name}, otherwise)) & 0777;
}

/// All members of a ConfigMap (data and binaryData) or a Secret (data) as bytes.
std::map<std::string, std::string> payload_of(const api::object& from, bool secret) {
  std::map<std::string, std::string> out;
  auto add = [&](std::string_view member, bool encoded) {
    auto* data = api::object_at(from.body(), {member});
    if (!data) return;
    for (auto& m : *data) {
      auto* text = m.value().if_string();
      if (!text) continue;
      if (!encoded)
        out.insert_or_assign(std::string(m.key()), std::string(*text));
      else if (auto bytes = from_base64(*text))
        out.insert_or_assign(std::string(m.key()), std::move(*bytes));
    }
  };
  add("data", secret);
  if (!secret) add("binaryData", true);
  return out;
}

struct collector {
  const api::object& pod;
  const object_source& source;
  const pod_facts& facts;
  const token_table& tokens;
  volume_files out;

  or_text<void> keys(const api::json::object& from, bool secret, std::uint32_t mode) {
    // A secret volume calls its source secretName, a projection calls it name.
    auto name = api::string_at(from, {"name"});
    if (secret && name.empty()) name = api::string_at(from, {"secretName"});
    bool optional = api::bool_at(from, {"optional"});
    auto& get = secret ? source.secret : source.config_map;
    auto object = get ? get(name) : nullptr;
    if (!object) {
      if (optional) return {};
      return tl::unexpected(fmt::format("{} \"{}\" not found", secret ? "secret" : "configmap", name));
    }
    auto payload = payload_of(*object, secret);
    auto* items = api::array_at(from, {"items"});
    if (!items || items->empty()) {
      for (auto& [key, bytes] : payload) out[key] = {bytes, mode};
      return {};
    }
    for (auto& item : *items) {
      auto key = api::string_at(item, {"key"});
      auto found = payload.find(std::string(key));
      if (found == payload.end()) {
        if (optional) continue;
        return tl::unexpected(secret ? fmt::format("references non-existent secret key: {}", key)
                                     : fmt::format("configmap references non-existent config key: {}", key));
      }
      auto* i = item.if_object();
      out[std::string(api::string_at(item, {"path"}))] = {found->second, mode_of(*i, "mode", mode)};
    }
    return {};
  }

  or_text<void> downward(const api::json::object& from, std::uint32_t mode) {
    auto* items = api::array_at(from, {"items"});
    if (!items) return {};
    for (auto& value : *items) {
      auto* item = value.if_object();
      if (!item) continue;
      or_text<std::string> text;
      if (auto* field = api::object_at(*item, {"fieldRef"})) {
        text = field_value(pod, api::string_at(*field, {"fieldPath"}), facts);
      } else if (auto* resource = api::object_at(*item, {"resourceFieldRef"})) {
        auto container = container_named(pod, api::string_at(*resource, {"containerName"}));
        if (!container.spec)
          return tl::unexpected(fmt::format("container {} not found", api::string_at(*resource, {"containerName"})));
        text = resource_value(*container.spec, api::string_at(*resource, {"resource"}),
                              api::string_at(*resource, {"divisor"}), facts);
      }
      if (!text) return tl::unexpected(text.error());
      out[std::string(api::string_at(*item, {"path"}))] = {std::move(*text), mode_of(*item, "mode", mode)};
    }
    return {};
  }

  or_text<void> token(const api::json::object& from, std::uint32_t mode) {
    token_need need{std::string(api::string_at(from, {"audience"})), api::int_at(from, {"expirationSeconds"}, 3600)};
    auto found = tokens.find(need);
    if (found == tokens.end()) return tl::unexpected(std::string("failed to fetch token: no token yet"));
    // Without fsGroup the owner's bits are all that a token gets, unless every container runs as one user.
    out[std::string(api::string_at(from, {"path"}))] = {found->second,
                                                        mode == default_mode ? mode : (mode & token_mode)};
    return {};
  }

  or_text<void> projected(const api::json::object& from, std::uint32_t mode) {
    auto* sources = api::array_at(from, {"sources"});
    if (!sources) return {};
    for (auto& s : *sources) {
      or_text<void> done;
      if (auto* p = api::object_at(s, {"configMap"})) done = keys(*p, false, mode);
      else if (auto* q = api::object_at(s, {"secret"})) done = keys(*q, true, mode);
      else if (auto* d = api::object_at(s, {"downwardAPI"})) done = downward(*d, mode);
      else if (auto* t = api::object_at(s, {"serviceAccountToken"})) done = token(*t, mode);
      if (!done) return done;
    }
    return {};
  }
};

} // namespace

bool has_content(const api::json::object& volume) {
  return volume.contains("configMap") || volume.contains("secret") || volume.contains("downwardAPI") ||
         volume.contains("projected");
}

std::vector<token_need> tokens_needed(const api::object& pod) {
  std::set<token_need> needs;
  if (auto* volumes = api::array_at(pod.spec(), {"volumes"}))
    for (auto& v : *volumes)
      if (auto* sources = api::array_at(v, {"projected", "sources"}))
        for (auto& s : *sources)
          if (auto* t = api::object_at(s, {"serviceAccountToken"}))
            needs.insert({std::string(api::string_at(*t, {"audience"})), api::int_at(*t, {"expirationSeconds"}, 3600)});
  return {needs.begin(), needs.end()};
}

api::json::object token_request(const api::object& pod, const token_need& need) {
  api::json::array audiences;
  if (!need.audience.empty()) audiences.emplace_back(need.audience);
  return {{"apiVersion", "authentication.k8s.io/v1"},
          {"kind", "TokenRequest"},
          {"spec",
           {{"audiences", std::move(audiences)},
            {"expirationSeconds", need.expiration_seconds},
            {"boundObjectRef", {{"apiVersion", "v1"}, {"kind", "Pod"}, {"name", pod.name()}, {"uid", pod.uid()}}}}}};
}

api::time_point token_refresh_time(api::time_point issued, api::time_point expires) {
  auto life = expires - issued;
  return issued + std::min<api::duration>(life * 8 / 10, std::chrono::hours(24) - std::chrono::minutes(15));
}

or_text<volume_files> volume_content(const api::object& pod, const api::json::object& volume,
                                     const object_source& source, const pod_facts& facts, const token_table& tokens) {
  collector c{pod, source, facts, tokens, {}};
  or_text<void> done;
  auto mode = [](const api::json::object& from) { return mode_of(from, "defaultMode", default_mode); };
  if (auto* m = api::object_at(volume, {"configMap"})) done = c.keys(*m, false, mode(*m));
  else if (auto* s = api::object_at(volume, {"secret"})) done = c.keys(*s, true, mode(*s));
  else if (auto* d = api::object_at(volume, {"downwardAPI"})) done = c.downward(*d, mode(*d));
  else if (auto* p = api::object_at(volume, {"projected"})) done = c.projected(*p, mode(*p));
  if (!done) return tl::unexpected(done.error());
  return std::move(c.out);
}

} // namespace troupe::policies::node
