#include "tests/policies/validation/rule_table.hpp"

namespace troupe::policies::validation {

TEST(cron_job, of_a_new_one) {
  auto pod = api::json::parse(valid_pod);
  auto spec = *api::find(pod, {"spec"});
  api::set_at(spec.as_object(), {"restartPolicy"}, "Never");
  auto job =
      R"({"metadata":{"name":"c","namespace":"n"},"spec":{"schedule":"* * * * *","concurrencyPolicy":"Allow",
"jobTemplate":{"spec":{"template":{"spec":)" +
      api::json::serialize(spec) + "}}}}}";
  run_rules(
      "batch/v1", "CronJob", job,
      {{"a good one", {}, {}},
       {"no schedule", {{"spec.schedule", R"("")"}}, {"spec.schedule: Required value"}},
       {"a bad schedule",
        {{"spec.schedule", R"("x")"}},
        {"spec.schedule: Invalid value: \"x\": expected exactly 5 fields, found 1: [x]"}},
       {"a zone in the schedule",
        {{"spec.schedule", R"("TZ=UTC * * * * *")"}},
        {"spec.schedule: Invalid value: \"TZ=UTC * * * * *\": cannot use TZ or CRON_TZ in schedule, use timeZone field "
         "instead"}},
       {"a zone", {{"spec.timeZone", R"("Europe/Berlin")"}}, {}},
       {"an empty zone",
        {{"spec.timeZone", R"("")"}},
        {"spec.timeZone: Invalid value: \"\": timeZone must be nil or non-empty string"}},
       {"the zone of the machine",
        {{"spec.timeZone", R"("Local")"}},
        {"spec.timeZone: Invalid value: \"Local\": timeZone must be an explicit time zone as defined in "
         "https://www.iana.org/time-zones"}},
       {"an unknown policy",
        {{"spec.concurrencyPolicy", R"("x")"}},
        {"spec.concurrencyPolicy: Unsupported value: \"x\": supported values: \"Allow\", \"Forbid\", \"Replace\""}},
       {"a selector",
        {{"spec.jobTemplate.spec.selector", R"({"matchLabels":{"a":"b"}})"}},
        {"spec.jobTemplate.spec.selector: Invalid value: v1.LabelSelector{..."}},
       {"the longest name",
        {{"metadata.name", "\""
                           "a23456789a23456789a23456789a23456789a23456789a234567"
                           "\""}},
        {}},
       {"a longer name",
        {{"metadata.name", "\""
                           "a23456789a23456789a23456789a23456789a23456789a2345678"
                           "\""}},
        {"metadata.name: Invalid value: \"a23456789a23456789a23456789a23456789a23456789a2345678\": must be no more "
         "than 52 characters"}},
       {"pods that always restart",
        {{"spec.jobTemplate.spec.template.spec.restartPolicy", R"("Always")"}},
        {"spec.jobTemplate.spec.template.spec.restartPolicy: Required value: valid values: \"OnFailure\", "
         "\"Never\""}}});
}

} // namespace troupe::policies::validation
