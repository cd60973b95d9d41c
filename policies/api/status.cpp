#include "policies/api/status.hpp"
#include <algorithm>
#include <fmt/format.h>

namespace troupe::api {

namespace {

struct type_texts { std::string_view reason, text; bool shows_value; };

const type_texts& texts(field_error_type type) noexcept {
  static constexpr type_texts table[] = {
    {"FieldValueNotFound", "Not found", true},       {"FieldValueRequired", "Required value", false},
    {"FieldValueDuplicate", "Duplicate value", true}, {"FieldValueInvalid", "Invalid value", true},
    {"FieldValueTypeInvalid", "Invalid value", true}, {"FieldValueNotSupported", "Unsupported value", true},
    {"FieldValueForbidden", "Forbidden", false},      {"FieldValueTooLong", "Too long", false},
    {"FieldValueTooMany", "Too many", true},          {"InternalError", "Internal error", false},
  };
  return table[static_cast<std::size_t>(type)];
}

status make(int code, std::string reason, std::string message) {
  status s;
  s.code = code;
  s.reason = std::move(reason);
  s.message = std::move(message);
  return s;
}

status about(int code, std::string reason, std::string message, const group_resource& type, std::string_view name) {
  auto s = make(code, std::move(reason), std::move(message));
  s.details.name = name;
  s.details.group = type.group;
  s.details.kind = type.resource;
  return s;
}

} // namespace

std::string_view field_error::reason() const noexcept { return texts(type).reason; }

std::string field_error::message() const {
  auto& t = texts(type);
  std::string out(t.text);
  if (t.shows_value && !value.empty()) out += ": " + value;
  if (!detail.empty()) out += ": " + detail;
  return out;
}

json::object status::document() const {
  json::object out{{"kind", "Status"}, {"apiVersion", "v1"}, {"metadata", json::object{}}, {"status", "Failure"},
                   {"message", message}};
  if (!reason.empty()) out["reason"] = reason;
  json::object d;
  if (!details.name.empty()) d["name"] = details.name;
  if (!details.group.empty()) d["group"] = details.group;
  if (!details.kind.empty()) d["kind"] = details.kind;
  if (!details.uid.empty()) d["uid"] = details.uid;
  if (!details.causes.empty()) {
    json::array causes;
    for (auto& c : details.causes) {
      json::object entry;
      if (!c.reason.empty()) entry["reason"] = c.reason;
      if (!c.message.empty()) entry["message"] = c.message;
      if (!c.field.empty()) entry["field"] = c.field;
      causes.push_back(std::move(entry));
    }
    d["causes"] = std::move(causes);
  }
  if (details.retry_after_seconds > 0) d["retryAfterSeconds"] = details.retry_after_seconds;
  if (!d.empty()) out["details"] = std::move(d);
  out["code"] = code;
  return out;
}

status not_found(const group_resource& type, std::string_view name) {
  return about(404, "NotFound", fmt::format("{} \"{}\" not found", type.text(), name), type, name);
}

status already_exists(const group_resource& type, std::string_view name) {
  return about(409, "AlreadyExists", fmt::format("{} \"{}\" already exists", type.text(), name), type, name);
}

status conflict(const group_resource& type, std::string_view name, std::string_view why) {
  return about(409, "Conflict", fmt::format("Operation cannot be fulfilled on {} \"{}\": {}", type.text(), name, why),
               type, name);
}

status invalid(std::string_view group, std::string_view kind, std::string_view name, const field_errors& errors) {
  std::vector<std::string> lines;
  status s;
  for (auto& e : errors) {
    s.details.causes.push_back({std::string(e.reason()), e.message(), e.field});
    auto line = e.field + ": " + e.message();
    if (std::find(lines.begin(), lines.end(), line) == lines.end()) lines.push_back(std::move(line));
  }
  auto list = lines.size() == 1 ? lines.front() : fmt::format("[{}]", fmt::join(lines, ", "));
  auto qualified = group.empty() ? std::string(kind) : fmt::format("{}.{}", kind, group);
  s.code = 422;
  s.reason = "Invalid";
  s.message = fmt::format("{} \"{}\" is invalid: {}", qualified, name, list);
  s.details.name = name;
  s.details.group = group;
  s.details.kind = kind;
  return s;
}

status bad_request(std::string message) { return make(400, "BadRequest", std::move(message)); }
status unauthorized(std::string message) { return make(401, "Unauthorized", std::move(message)); }

status forbidden(const group_resource& type, std::string_view name, std::string_view why) {
  auto subject = name.empty() ? type.text() : fmt::format("{} \"{}\"", type.text(), name);
  return about(403, "Forbidden", fmt::format("{} is forbidden: {}", subject, why), type, name);
}

status method_not_supported(const group_resource& type, std::string_view action) {
  return about(405, "MethodNotAllowed",
               fmt::format("{} is not supported on resources of kind \"{}\"", action, type.text()), type, {});
}

status not_acceptable(std::string message) { return make(406, "NotAcceptable", std::move(message)); }
status unsupported_media_type(std::string message) { return make(415, "UnsupportedMediaType", std::move(message)); }
status request_entity_too_large(std::string message) {
  return make(413, "RequestEntityTooLarge", "Request entity too large: " + std::move(message));
}
status expired(std::string message) { return make(410, "Expired", std::move(message)); }

status timeout(std::string message, int retry_after_seconds) {
  auto s = make(504, "Timeout", "Timeout: " + std::move(message));
  s.details.retry_after_seconds = retry_after_seconds;
  return s;
}

status too_many_requests(std::string message, int retry_after_seconds) {
  auto s = make(429, "TooManyRequests", std::move(message));
  s.details.retry_after_seconds = retry_after_seconds;
  return s;
}

status service_unavailable(std::string message) { return make(503, "ServiceUnavailable", std::move(message)); }

status internal_error(std::string_view what) {
  auto s = make(500, "InternalError", fmt::format("Internal error occurred: {}", what));
  s.details.causes.push_back({"", std::string(what), ""});
  return s;
}

status unknown_resource() { return make(404, "NotFound", "the server could not find the requested resource"); }

} // namespace troupe::api
