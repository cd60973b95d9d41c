#include "policies/routing/negotiation.hpp"
#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

namespace troupe::policies::routing {

namespace {

std::string_view trim(std::string_view s) {
  while (!s.empty() && (s.front() == ' ' || s.front() == '\t')) s.remove_prefix(1);
  while (!s.empty() && (s.back() == ' ' || s.back() == '\t')) s.remove_suffix(1);
  return s;
}

/// Takes the part before `separator` off the front of `rest`.
std::string_view take(std::string_view& rest, char separator) {
  auto at = rest.find(separator);
  auto part = trim(rest.substr(0, at));
  rest.remove_prefix(at == std::string_view::npos ? rest.size() : at + 1);
  return part;
}

struct clause {
  std::string_view type, as, group, version;
  int quality = 1000; ///< thousandths
};

int parse_quality(std::string_view text) {
  double q = 1;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), q);
  return error == std::errc{} && q >= 0 && q <= 1 ? static_cast<int>(q * 1000) : 0;
}

clause parse_clause(std::string_view text) {
  clause c;
  c.type = take(text, ';');
  while (!text.empty()) {
    auto parameter = take(text, ';');
    auto name = take(parameter, '=');
    auto value = trim(parameter);
    if (value.size() > 1 && value.front() == '"' && value.back() == '"') value = value.substr(1, value.size() - 2);
    if (name == "as") c.as = value;
    if (name == "g") c.group = value;
    if (name == "v") c.version = value;
    if (name == "q") c.quality = parse_quality(value);
  }
  return c;
}

std::optional<representation> accepted(const clause& c) {
  representation r;
  if (c.type == "*/*" || c.type == "application/*" || c.type == "application/json" || c.type.empty())
    r.bytes = representation::encoding::json;
  else if (c.type == "application/yaml" || c.type == "text/yaml" || c.type == "application/x-yaml")
    r.bytes = representation::encoding::yaml;
  else if (c.type == "application/vnd.kubernetes.protobuf")
    r.bytes = representation::encoding::protobuf;
  else
    return std::nullopt;
  if (c.as.empty()) return r;
  if (c.group != "meta.k8s.io" || (c.version != "v1" && c.version != "v1beta1")) return std::nullopt;
  r.beta = c.version == "v1beta1";
  if (c.as == "Table")
    r.what = representation::shape::table;
  else if (c.as == "PartialObjectMetadata" || c.as == "PartialObjectMetadataList")
    r.what = representation::shape::partial_metadata;
  else
    return std::nullopt;
  // Tables are written as JSON only.
  if (r.bytes == representation::encoding::protobuf) return std::nullopt;
  return r;
}

} // namespace

std::string_view representation::content_type() const noexcept {
  switch (bytes) {
    case encoding::yaml: return "application/yaml";
    case encoding::protobuf: return "application/vnd.kubernetes.protobuf";
    case encoding::json: break;
  }
  return "application/json";
}

api::result<representation> negotiate(std::string_view accept) {
  if (trim(accept).empty()) return representation{};
  std::vector<clause> clauses;
  for (auto rest = accept; !rest.empty();) clauses.push_back(parse_clause(take(rest, ',')));
  std::stable_sort(clauses.begin(), clauses.end(), [](auto& a, auto& b) { return a.quality > b.quality; });
  for (auto& c : clauses)
    if (auto r = c.quality > 0 ? accepted(c) : std::nullopt) return *r;
  return api::failure(api::not_acceptable(
    "only the following media types are accepted: application/json, application/yaml, "
    "application/vnd.kubernetes.protobuf"));
}

} // namespace troupe::policies::routing
