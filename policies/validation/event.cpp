#include "policies/validation/kinds.hpp"
#include <fmt/format.h>

namespace troupe::policies::validation {

namespace {

/// The two groups spell the members of an event differently; complaints use the older names but for one.
struct spelling {
  std::string_view about, message, controller;
};
constexpr spelling core{"involvedObject", "message", "reportingComponent"},
    newer{"regarding", "note", "reportingController"};

void check_bounded(report& out, const json::object& body, std::string_view name, std::string_view field,
                   std::size_t characters_max, bool required) {
  auto value = api::string_at(body, {name});
  if (required && value.empty()) out.required(field_path(field));
  if (value.size() > characters_max)
    out.invalid(field_path(field), std::string_view(),
                std::string_view(fmt::format("can have at most {} characters", characters_max)));
}

void check_common(report& out, const json::object& body, const spelling& names) {
  constexpr field_path space("involvedObject.namespace");
  auto about = api::string_at(body, {names.about, "namespace"}), ns = api::string_at(body, {"metadata", "namespace"});
  constexpr std::string_view why = "does not match event.namespace";
  if (absent(body, "eventTime")) {
    if (about.empty() ? ns != "default" && !ns.empty() : ns != about) out.invalid(space, about, why);
  } else {
    if (about.empty() && ns != "default" && ns != "kube-system") out.invalid(space, about, why);
    auto controller = api::string_at(body, {names.controller});
    if (controller.empty()) out.required(field_path(names.controller));
    out.invalid(field_path(names.controller), controller, is_qualified_name(controller));
    constexpr std::size_t short_max = 128, note_max = 1024;
    check_bounded(out, body, "reportingInstance", "reportingInstance", short_max, true);
    check_bounded(out, body, "action", "action", short_max, true);
    check_bounded(out, body, "reason", "reason", short_max, true);
    check_bounded(out, body, names.message, "message", note_max, false);
  }
  out.invalid(field_path("namespace"), ns, is_dns_subdomain(ns));
}

void check_series(report& out, const json::object& body) {
  auto* series = api::object_at(body, {"series"});
  if (!series) return;
  if (api::int_at(*series, {"count"}) < 2)
    out.invalid(field_path("series.count"), std::string_view(), "should be at least 2");
  if (absent(*series, "lastObservedTime")) out.required(field_path("series.lastObservedTime"));
}

} // namespace

void check_event(report& out, const json::object& body) { check_common(out, body, core); }

void check_new_event(report& out, const json::object& body) { check_common(out, body, newer); }

void check_new_event_create(report& out, const json::object& body) {
  constexpr std::string_view nothing;
  check_series(out, body);
  if (absent(body, "eventTime")) out.required(field_path("eventTime"));
  auto type = api::string_at(body, {"type"});
  if (type != "Normal" && type != "Warning")
    out.invalid(field_path("type"), nothing, std::string_view(fmt::format("has invalid value: {}", type)));
  for (auto [name, field] :
       {std::pair{"deprecatedFirstTimestamp", "firstTimestamp"}, {"deprecatedLastTimestamp", "lastTimestamp"}})
    if (!absent(body, name)) out.invalid(field_path(field), nothing, "needs to be unset");
  if (api::int_at(body, {"deprecatedCount"}) != 0) out.invalid(field_path("count"), nothing, "needs to be unset");
  if (!api::string_at(body, {"deprecatedSource", "component"}).empty() ||
      !api::string_at(body, {"deprecatedSource", "host"}).empty())
    out.invalid(field_path("source"), nothing, "needs to be unset");
}

void check_new_event_update(report& out, const json::object& body, const json::object& old) {
  static const json::value nothing;
  auto *now = body.if_contains("series"), *before = old.if_contains("series");
  if (!api::semantically_equal(now ? *now : nothing, before ? *before : nothing)) check_series(out, body);
  for (auto [name, field] : {std::pair{"regarding", "involvedObject"},
                             {"reason", "reason"},
                             {"note", "message"},
                             {"deprecatedSource", "source"},
                             {"deprecatedFirstTimestamp", "firstTimestamp"},
                             {"deprecatedLastTimestamp", "lastTimestamp"},
                             {"deprecatedCount", "count"},
                             {"type", "type"},
                             {"eventTime", "eventTime"},
                             {"action", "action"},
                             {"related", "related"},
                             {"reportingController", "reportingController"},
                             {"reportingInstance", "reportingInstance"}})
    check_immutable(out, field_path(field), body.if_contains(name), old.if_contains(name));
}

} // namespace troupe::policies::validation
