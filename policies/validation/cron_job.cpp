#include "policies/validation/cron_schedule.hpp"
#include "policies/validation/kinds.hpp"
#include "policies/validation/metadata.hpp"
#include <fmt/format.h>

namespace troupe::policies::validation {

namespace {

constexpr field_path root("spec");

bool zone_shaped(std::string_view zone) {
  for (char c : zone) {
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!letter && c != '/' && c != '_' && c != '-' && c != '+') return false;
  }
  return true;
}

void check_zone(report& out, const json::object& spec) {
  if (absent(spec, "timeZone")) return;
  auto zone = api::string_at(spec, {"timeZone"});
  auto at = root / "timeZone";
  if (zone.empty())
    out.invalid(at, zone, "timeZone must be nil or non-empty string");
  else if (zone == "Local" || zone == "local")
    out.invalid(at, zone, "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones");
  else if (!zone_shaped(zone))
    out.invalid(at, zone, std::string_view(fmt::format("unknown time zone {}", zone)));
}

} // namespace

void check_cron_job(report& out, const json::object& body) {
  static const json::object empty;
  auto* found = api::object_at(body, {"spec"});
  auto& spec = found ? *found : empty;
  auto schedule = api::string_at(spec, {"schedule"});
  if (schedule.empty())
    out.required(root / "schedule");
  else {
    if (auto wrong = schedule_error(schedule)) out.invalid(root / "schedule", schedule, std::string_view(*wrong));
    if (schedule.find("TZ") != std::string_view::npos)
      out.invalid(root / "schedule", schedule,
                  absent(spec, "timeZone") ? "cannot use TZ or CRON_TZ in schedule, use timeZone field instead"
                                           : "cannot use both timeZone field and TZ or CRON_TZ in schedule");
  }
  check_not_negative(out, root, spec, "startingDeadlineSeconds");
  check_zone(out, spec);
  check_one_of(out, root / "concurrencyPolicy", api::string_at(spec, {"concurrencyPolicy"}),
               {"Allow", "Forbid", "Replace"});
  auto* job = api::object_at(spec, {"jobTemplate"});
  auto at = root / "jobTemplate.spec";
  auto* job_spec = job ? api::object_at(*job, {"spec"}) : nullptr;
  auto& shape = job_spec ? *job_spec : empty;
  check_job_spec(out, at, shape, true);
  if (!absent(shape, "selector"))
    out.invalid_shown(at / "selector", shown_selector(shape.if_contains("selector")),
                      "`selector` will be auto-generated");
  if (api::bool_at(shape, {"manualSelector"}))
    out.add_shown(api::field_error_type::not_supported, at / "manualSelector", "true",
                  "supported values: \"nil\", \"false\"");
  for (auto name : {"successfulJobsHistoryLimit", "failedJobsHistoryLimit"})
    check_not_negative(out, root, spec, name);
}

void check_cron_job_create(report& out, const json::object& body) {
  // Eleven characters are left for the suffix of its jobs.
  constexpr std::size_t name_max = 52;
  if (auto name = api::string_at(body, {"metadata", "name"}); name.size() > name_max)
    out.invalid(field_path("metadata.name"), name, "must be no more than 52 characters");
}

} // namespace troupe::policies::validation
