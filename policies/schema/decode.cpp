#include "policies/schema/decode.hpp"
#include "policies/schema/conformer.hpp"
#include "policies/schema/go_text.hpp"
#include "policies/schema/json_reader.hpp"
#include "policies/schema/protobuf.hpp"
#include "policies/schema/yaml_reader.hpp"
#include <algorithm>
#include <fmt/format.h>

namespace troupe::policies::schema {

namespace {

constexpr std::string_view scheme = "k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30";

/// What the body says about itself; either part may be missing.
struct self_description {
  std::string_view api_version, kind;
};

struct request {
  body_format format;
  std::string_view bytes;
  const api::group_version_kind* expected; ///< null pointer: any kind
  field_validation validation;
  const decode_limits& limits;
};

/// 400 for a body that did not even say what it is.
api::failure unrecognized(const request& r, std::string_view why) {
  if (!r.expected) return api::failure(api::bad_request(std::string(why)));
  return api::failure(api::bad_request(fmt::format("the object provided is unrecognized (must be of type {}): {} ({})",
                                                   r.expected->kind, why, summarize_body(r.bytes))));
}

/// 400 for a body that said what it is and is not that.
api::failure unfit(const request& r, const api::group_version_kind& gvk, std::string_view why) {
  return api::failure(api::bad_request(fmt::format("{} in version \"{}\" cannot be handled as a {}: {}", gvk.kind,
                                                   gvk.version, r.expected ? r.expected->kind : gvk.kind, why)));
}

/// Go's package of the internal types: "core", "apps", "rbac".
std::string_view internal_package(std::string_view group) {
  if (group.empty() || group == "events.k8s.io") return "core";
  return group.substr(0, group.find('.'));
}

/// The kind of the body, completed from the expected one as `gvkWithDefaults` does.
tl::expected<api::group_version_kind, std::string> complete(const request& r, const self_description& self) {
  if (std::count(self.api_version.begin(), self.api_version.end(), '/') > 1)
    return tl::unexpected(fmt::format("unexpected GroupVersion string: {}", self.api_version));
  auto gvk = api::group_version_kind::parse(self.api_version, self.kind);
  if (r.expected) {
    if (gvk.kind.empty()) gvk.kind = r.expected->kind;
    if (gvk.version.empty() && gvk.group.empty()) gvk.group = r.expected->group;
    if (gvk.version.empty() && gvk.group == r.expected->group) gvk.version = r.expected->version;
  }
  auto shown = [&] { return r.format == body_format::protobuf ? std::string("unknown") : std::string(r.bytes); };
  // The eviction subresource keeps its beta version, which kubectl before 1.22 sends; the fields are the same.
  if (gvk.group == "policy" && gvk.version == "v1beta1" && gvk.kind == "Eviction") gvk.version = "v1";
  if (gvk.kind.empty()) return tl::unexpected(fmt::format("Object 'Kind' is missing in '{}'", shown()));
  if (gvk.version.empty()) return tl::unexpected(fmt::format("Object 'apiVersion' is missing in '{}'", shown()));
  return gvk;
}

/// The type to decode into, or the failure that Kubernetes gives for a kind that is not served or not wanted here.
api::result<const type_info*> find_type(const request& r, const api::group_version_kind& gvk) {
  auto& types = registry::builtin();
  auto* type = types.type(gvk);
  if (!type)
    return unfit(r, gvk,
                 fmt::format("no kind \"{}\" is registered for version \"{}\" in scheme \"{}\"", gvk.kind,
                             gvk.api_version(), scheme));
  return type;
}

/// After decoding: a registered kind, but not the one of the path.
api::result<void> check_expected(const request& r, const api::group_version_kind& gvk, const type_info& type) {
  auto* wanted = r.expected ? registry::builtin().type(*r.expected) : nullptr;
  if (!wanted || wanted == &type) return {};
  if (gvk.kind == r.expected->kind && gvk.group == r.expected->group)
    return api::failure(
        api::bad_request(fmt::format("the API version in the data ({}) does not match the expected API version ({})",
                                     gvk.api_version(), r.expected->api_version())));
  return unfit(r, gvk,
               fmt::format("converting ({}) to ({}.{}): unknown conversion", type.go_type,
                           internal_package(r.expected->group), r.expected->kind));
}

constexpr std::string_view interpret_type =
    R"(struct { APIVersion string "json:\"apiVersion,omitempty\""; Kind string "json:\"kind,omitempty\"" })";

tl::expected<self_description, std::string> describe(const node& root) {
  self_description out;
  if (root.is == node::shape::null) return out;
  auto word = [](const node& n) {
    return n.is == node::shape::array    ? "array"
           : n.is == node::shape::object ? "object"
           : n.is == node::shape::string ? "string"
           : n.is == node::shape::truth  ? "bool"
                                         : "number";
  };
  if (root.is != node::shape::object)
    return tl::unexpected(
        fmt::format("json: cannot unmarshal {} into Go value of type {}", word(root), interpret_type));
  for (auto* member = root.first; member; member = member->next) {
    const bool version = member->key == "apiVersion";
    if ((!version && member->key != "kind") || member->is == node::shape::null) continue;
    if (member->is != node::shape::string)
      return tl::unexpected(
          fmt::format("json: cannot unmarshal {} into Go struct field .{} of type string", word(*member), member->key));
    (version ? out.api_version : out.kind) = member->text;
  }
  return out;
}

api::result<void> apply_validation(const request& r, decoded& out, std::vector<std::string> strict) {
  if (strict.empty() || r.validation == field_validation::ignore) return {};
  if (r.validation == field_validation::strict) return unfit(r, out.gvk, strict_error_text(strict));
  out.warnings = std::move(strict);
  return {};
}

api::result<decoded> decode_text(const request& r) {
  document_tree tree;
  std::vector<std::string> duplicate_keys;
  auto read = r.format == body_format::yaml ? read_yaml(r.bytes, r.limits, tree, duplicate_keys)
                                            : read_json(r.bytes, r.limits, tree);
  if (!read) {
    auto prefix = r.format == body_format::yaml ? "" : "couldn't get version/kind; json parse error: ";
    return unrecognized(r, prefix + read.error());
  }
  auto self = describe(*tree.root);
  if (!self) return unrecognized(r, "couldn't get version/kind; json parse error: " + self.error());
  auto gvk = complete(r, *self);
  if (!gvk) return unrecognized(r, gvk.error());
  auto type = find_type(r, *gvk);
  if (!type) return api::failure(std::move(type.error()));
  decoded out{.gvk = std::move(*gvk), .type = *type};
  conformer work(conformer::mode::checked);
  out.body = work.run(*tree.root, **type, out.gvk.api_version(), out.gvk.kind);
  if (!work.error().empty()) return unfit(r, out.gvk, work.error());
  if (auto fits = check_expected(r, out.gvk, **type); !fits) return api::failure(std::move(fits.error()));
  auto strict = work.strict_errors();
  if (!duplicate_keys.empty()) {
    std::string text = "yaml: unmarshal errors:";
    for (auto& line : duplicate_keys)
      text += "\n  " + line;
    strict.insert(strict.begin(), std::move(text));
  }
  if (auto valid = apply_validation(r, out, std::move(strict)); !valid) return api::failure(std::move(valid.error()));
  return out;
}

api::result<decoded> decode_binary(const request& r) {
  auto envelope = open_envelope(r.bytes);
  if (!envelope) return unrecognized(r, envelope.error());
  auto gvk = complete(r, {envelope->api_version, envelope->kind});
  if (!gvk) return unrecognized(r, gvk.error());
  auto type = find_type(r, *gvk);
  if (!type) return api::failure(std::move(type.error()));
  auto message = decode_message(envelope->raw, **type, r.limits);
  if (!message) return unfit(r, *gvk, message.error());
  if (auto fits = check_expected(r, *gvk, **type); !fits) return api::failure(std::move(fits.error()));
  decoded out{.gvk = std::move(*gvk), .type = *type};
  out.body.reserve(message->size() + 2);
  out.body.emplace("kind", out.gvk.kind);
  out.body.emplace("apiVersion", out.gvk.api_version());
  for (auto& member : *message)
    out.body.emplace(member.key(), std::move(member.value()));
  return out;
}

api::result<decoded> decode_request(const request& r) {
  if (r.bytes.size() > r.limits.bytes_max)
    return api::failure(api::request_entity_too_large(fmt::format("limit is {}", r.limits.bytes_max)));
  return r.format == body_format::protobuf ? decode_binary(r) : decode_text(r);
}

} // namespace

api::result<decoded> decode(body_format format, std::string_view bytes, const api::group_version_kind& expected,
                            field_validation validation, const decode_limits& limits) {
  return decode_request({format, bytes, &expected, validation, limits});
}

api::result<decoded> decode_any(body_format format, std::string_view bytes, field_validation validation,
                                const decode_limits& limits) {
  return decode_request({format, bytes, nullptr, validation, limits});
}

api::result<field_validation> parse_field_validation(std::string_view query_value, std::string_view options_kind) {
  if (query_value.empty() || query_value == "Warn") return field_validation::warn;
  if (query_value == "Strict") return field_validation::strict;
  if (query_value == "Ignore") return field_validation::ignore;
  api::field_error error{api::field_error_type::not_supported, "fieldValidation", go_quote(query_value),
                         R"(supported values: "Ignore", "Strict", "Warn")"};
  return api::failure(api::invalid("meta.k8s.io", options_kind, "", {std::move(error)}));
}

api::result<body_format> parse_content_type(std::string_view header) {
  auto type = header.substr(0, header.find(';'));
  while (!type.empty() && (type.back() == ' ' || type.back() == '\t'))
    type.remove_suffix(1);
  while (!type.empty() && (type.front() == ' ' || type.front() == '\t'))
    type.remove_prefix(1);
  std::string lower(type);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  if (lower.empty() || lower == "application/json") return body_format::json;
  if (lower == "application/yaml") return body_format::yaml;
  if (lower == protobuf_media_type) return body_format::protobuf;
  return api::failure(api::unsupported_media_type(
      "the body of the request was in an unknown format - accepted media types include: application/json, "
      "application/yaml, application/vnd.kubernetes.protobuf"));
}

} // namespace troupe::policies::schema
