#include "policies/pipeline/patched.hpp"
#include "policies/patch/json_patch.hpp"
#include "policies/patch/merge_patch.hpp"
#include "policies/patch/strategic_merge.hpp"
#include "policies/schema/decode.hpp"
#include <fmt/format.h>

namespace troupe::policies::pipeline {

namespace {

namespace json = api::json;

constexpr std::string_view json_patch_type = "application/json-patch+json";
constexpr std::string_view merge_patch_type = "application/merge-patch+json";
constexpr std::string_view strategic_patch_type = "application/strategic-merge-patch+json";

std::string_view media_type_of(std::string_view content_type) {
  auto out = content_type.substr(0, content_type.find(';'));
  while (!out.empty() && out.back() == ' ') out.remove_suffix(1);
  return out;
}

api::result<json::value> merged(std::string_view media_type, const json::value& before, const json::value& patch,
                                const schema::type_info& type) {
  if (media_type == json_patch_type) return patch::apply_json_patch(before, patch);
  if (media_type == merge_patch_type) return patch::apply_merge_patch(before, patch);
  return patch::apply_strategic_merge(before, patch, patch::rules_of(type));
}

} // namespace

api::result<void> check_patch_type(std::string_view content_type) {
  auto media_type = media_type_of(content_type);
  if (media_type == json_patch_type || media_type == merge_patch_type || media_type == strategic_patch_type) return {};
  return api::failure(api::unsupported_media_type(
    "the body of the request was in an unknown format - accepted media types include: application/json-patch+json, "
    "application/merge-patch+json, application/strategic-merge-patch+json"));
}

api::result<patched> apply_patch(std::string_view content_type, std::string_view patch, const api::object& before,
                                 const schema::type_info& type, const api::group_version_kind& kind,
                                 std::string_view field_validation) {
  if (auto ok = check_patch_type(content_type); !ok) return api::failure(ok.error());
  auto media_type = media_type_of(content_type);
  auto validation = schema::parse_field_validation(field_validation);
  if (!validation) return api::failure(validation.error());
  auto document = schema::parse_document(schema::body_format::json, patch);
  if (!document) return api::failure(document.error());
  auto result = merged(media_type, json::value(before.body()), *document, type);
  if (!result) return api::failure(result.error());
  auto conformed = schema::conform(*result, type);
  if (!conformed)
    return api::failure(api::bad_request(fmt::format("{} in version \"{}\" cannot be handled as a {}: {}", kind.kind,
                                                     kind.version, kind.kind, conformed.error())));
  patched out{std::move(conformed->body), {}};
  if (!conformed->strict_errors.empty()) {
    if (*validation == schema::field_validation::strict) {
      auto s = api::bad_request(schema::strict_error_text(conformed->strict_errors));
      return api::failure(s);
    }
    if (*validation == schema::field_validation::warn) out.warnings = std::move(conformed->strict_errors);
  }
  return out;
}

} // namespace troupe::policies::pipeline
