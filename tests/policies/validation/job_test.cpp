#include "tests/policies/validation/rule_table.hpp"

namespace troupe::policies::validation {

namespace {

std::string job() {
  auto body =
      api::json::parse(with_template(R"("completions":1,"parallelism":1,"backoffLimit":6,"completionMode":"NonIndexed",
"suspend":false)"))
          .as_object();
  auto labels = api::json::parse(R"({"controller-uid":"u","job-name":"x","batch.kubernetes.io/controller-uid":"u",
"batch.kubernetes.io/job-name":"x"})");
  api::set_at(body, {"metadata", "uid"}, "u");
  api::set_at(body, {"spec", "template", "metadata", "labels"}, labels);
  api::set_at(body, {"spec", "template", "spec", "restartPolicy"}, "Never");
  api::set_at(body, {"spec", "selector"},
              api::json::parse(R"({"matchLabels":{"batch.kubernetes.io/controller-uid":"u"}})"));
  return api::json::serialize(body);
}

} // namespace

TEST(job, of_a_new_one) {
  run_rules(
      "batch/v1", "Job", job(),
      {{"a good one", {}, {}},
       {"a negative limit",
        {{"spec.backoffLimit", "-1"}},
        {"spec.backoffLimit: Invalid value: -1: must be greater than or equal to 0"}},
       {"pods that always restart",
        {{"spec.template.spec.restartPolicy", R"("Always")"}},
        {"spec.template.spec.restartPolicy: Required value: valid values: \"OnFailure\", \"Never\""}},
       {"an unknown mode",
        {{"spec.completionMode", R"("x")"}},
        {"spec.completionMode: Unsupported value: \"x\": supported values: \"NonIndexed\", \"Indexed\""}},
       {"indexed without completions",
        {{"spec.completionMode", R"("Indexed")"}, {"spec.completions", "-"}},
        {"spec.completions: Required value: when completion mode is Indexed"}},
       {"the most parallel", {{"spec.completionMode", R"("Indexed")"}, {"spec.parallelism", "100000"}}, {}},
       {"too parallel",
        {{"spec.completionMode", R"("Indexed")"}, {"spec.parallelism", "100001"}},
        {"spec.parallelism: Invalid value: 100001: must be less than or equal to 100000 when completion mode is "
         "Indexed"}},
       {"limits of indexes without indexes",
        {{"spec.backoffLimitPerIndex", "1"}},
        {"spec.backoffLimitPerIndex: Invalid value: 1: requires indexed completion mode"}},
       {"a label of another job",
        {{"spec.template.metadata.labels.job-name", R"("y")"}},
        {"spec.template.metadata.labels[job-name]: Invalid value: \"y\": must be 'x'"}},
       {"a selector of another job",
        {{"spec.selector.matchLabels.\"batch.kubernetes.io/controller-uid\"", R"("v")"}},
        {"spec.selector: Invalid value: v1.LabelSelector{...", "spec.template.metadata.labels: Invalid value: ..."}},
       {"a selector of the user's own",
        {{"spec.manualSelector", "true"},
         {"spec.selector", R"({"matchLabels":{"a":"b"}})"},
         {"spec.template.metadata.labels", R"({"a":"b"})"}},
        {}},
       {"a name too long for its pods",
        {{"metadata.name", "\""
                           "a23456789a23456789a23456789a23456789a23456789a23456789a234567890"
                           "\""},
         {"spec.completionMode", R"("Indexed")"},
         {"spec.manualSelector", "true"}},
        {"metadata.name: Invalid value: \"a23456789a23456789a23456789a23456789a23456789a23456789a234567890\": will not "
         "able to create pod with invalid DNS label: ..."}},
       {"a manager", {{"spec.managedBy", R"("acme.io/x")"}}, {}},
       {"a bad manager",
        {{"spec.managedBy", R"("x")"}},
        {"spec.managedBy: Invalid value: \"x\": must be a domain-prefixed path (such as \"acme.io/foo\")"}}});
}

TEST(job, of_an_update) {
  run_update_rules(
      "batch/v1", "Job", job(),
      {{"more parallel", {{"spec.parallelism", "5"}}, {}},
       {"suspended", {{"spec.suspend", "true"}}, {}},
       {"more completions", {{"spec.completions", "5"}}, {"spec.completions: Invalid value: 5: field is immutable"}},
       {"another image",
        {{"spec.template.spec.containers[0].image", R"("i:2")"}},
        {"spec.template: Invalid value: ..."}},
       {"another place while running",
        {{"spec.template.spec.nodeSelector", R"({"a":"b"})"}},
        {"spec.template: Invalid value: ..."}}});
  auto waiting = api::json::parse(job()).as_object();
  api::set_at(waiting, {"spec", "suspend"}, true);
  run_update_rules("batch/v1", "Job", api::json::serialize(waiting),
                   {{"another place before it ran", {{"spec.template.spec.nodeSelector", R"({"a":"b"})"}}, {}},
                    {"another image",
                     {{"spec.template.spec.containers[0].image", R"("i:2")"}},
                     {"spec.template: Invalid value: ..."}}});
  api::set_at(waiting, {"spec", "completionMode"}, "Indexed");
  run_update_rules("batch/v1", "Job", api::json::serialize(waiting),
                   {{"resized together", {{"spec.completions", "5"}, {"spec.parallelism", "5"}}, {}},
                    {"resized alone",
                     {{"spec.completions", "5"}},
                     {"spec.completions: Invalid value: 5: can only be modified in tandem with spec.parallelism"}}});
}

} // namespace troupe::policies::validation
