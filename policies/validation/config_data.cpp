#include "policies/defaulting/base64.hpp"
#include "policies/validation/kinds.hpp"

namespace troupe::policies::validation {

namespace {

constexpr std::size_t bytes_max = 1024 * 1024;
constexpr field_path data_at("data"), binary_at("binaryData");
constexpr std::string_view frozen = "field is immutable when `immutable` is set";

void check_frozen(report& out, const json::object& body, const json::object& old,
                  std::initializer_list<std::string_view> members) {
  if (!api::bool_at(old, {"immutable"})) return;
  if (!api::bool_at(body, {"immutable"})) out.forbidden(field_path("immutable"), frozen);
  static const json::value nothing;
  for (auto name : members) {
    auto *now = body.if_contains(name), *before = old.if_contains(name);
    if (!api::semantically_equal(now ? *now : nothing, before ? *before : nothing))
      out.forbidden(field_path(name), frozen);
  }
}

/// A secret member that must hold a JSON object; the contents never reach an error text.
void check_json_member(report& out, const json::object* data, std::string_view key) {
  auto* member = data ? data->if_contains(key) : nullptr;
  auto* text = member ? member->if_string() : nullptr;
  if (!text) return out.required(data_at.key(key));
  auto bytes = defaulting::decode_base64({text->data(), text->size()});
  boost::system::error_code error;
  auto document = json::parse(bytes.value_or(std::string()), error);
  constexpr std::string_view redacted = "<secret contents redacted>";
  if (bytes && bytes->empty())
    out.invalid(data_at.key(key), redacted, "unexpected end of JSON input");
  else if (error)
    out.invalid(data_at.key(key), redacted, "invalid character in JSON input");
  else if (!document.is_object() && !document.is_null())
    out.invalid(data_at.key(key), redacted,
                "json: cannot unmarshal value into Go value of type map[string]interface {}");
}

bool has(const json::object* data, std::string_view key) { return data && data->contains(key); }

} // namespace

void check_config_map(report& out, const json::object& body) {
  auto *data = api::object_at(body, {"data"}), *binary = api::object_at(body, {"binaryData"});
  std::size_t bytes = 0;
  for_each_member(data, [&](std::string_view key, std::string_view value) {
    out.invalid(data_at.key(key), key, is_config_key(key));
    if (has(binary, key)) out.invalid(data_at.key(key), key, "duplicate of key present in binaryData");
    bytes += value.size();
  });
  for_each_member(binary, [&](std::string_view key, std::string_view value) {
    out.invalid(binary_at.key(key), key, is_config_key(key));
    bytes += defaulting::decoded_size(value);
  });
  // The whole object is meant, so the path is empty.
  if (bytes > bytes_max) out.too_long(field_path(), bytes_max);
}

void check_config_map_update(report& out, const json::object& body, const json::object& old) {
  check_frozen(out, body, old, {"data", "binaryData"});
}

void check_secret(report& out, const json::object& body) {
  auto* data = api::object_at(body, {"data"});
  std::size_t bytes = 0;
  for_each_member(data, [&](std::string_view key, std::string_view value) {
    out.invalid(data_at.key(key), key, is_config_key(key));
    bytes += defaulting::decoded_size(value);
  });
  if (bytes > bytes_max) out.too_long(data_at, bytes_max);
  auto type = api::string_at(body, {"type"});
  if (type == "kubernetes.io/service-account-token") {
    constexpr std::string_view account = "kubernetes.io/service-account.name";
    constexpr field_path annotations("metadata.annotations");
    if (api::string_at(body, {"metadata", "annotations", account}).empty()) out.required(annotations.key(account));
  } else if (type == "kubernetes.io/dockercfg") {
    check_json_member(out, data, ".dockercfg");
  } else if (type == "kubernetes.io/dockerconfigjson") {
    check_json_member(out, data, ".dockerconfigjson");
  } else if (type == "kubernetes.io/basic-auth") {
    if (!has(data, "username") && !has(data, "password"))
      for (auto key : {"username", "password"})
        out.required(data_at.key(key));
  } else if (type == "kubernetes.io/ssh-auth") {
    if (!data || api::string_at(*data, {"ssh-privatekey"}).empty()) out.required(data_at.key("ssh-privatekey"));
  } else if (type == "kubernetes.io/tls") {
    for (auto key : {"tls.crt", "tls.key"})
      if (!has(data, key)) out.required(data_at.key(key));
  }
}

void check_secret_update(report& out, const json::object& body, const json::object& old) {
  check_immutable(out, field_path("type"), body.if_contains("type"), old.if_contains("type"));
  check_frozen(out, body, old, {"data"});
}

} // namespace troupe::policies::validation
