#include "tests/policies/validation/rule_table.hpp"

namespace troupe::policies::validation {

TEST(event, of_the_core_group) {
  run_rules(
      "v1", "Event", R"({"metadata":{"name":"e.1","namespace":"n"},"involvedObject":{"namespace":"n"},"reason":"R",
"message":"m"})",
      {{"a good one", {}, {}},
       {"about another namespace",
        {{"involvedObject.namespace", R"("m")"}},
        {"involvedObject.namespace: Invalid value: \"m\": does not match event.namespace"}},
       {"about the cluster, elsewhere than in default",
        {{"involvedObject.namespace", "-"}},
        {"involvedObject.namespace: Invalid value: \"\": does not match event.namespace"}},
       {"about the cluster, in default",
        {{"involvedObject.namespace", "-"}, {"metadata.namespace", R"("default")"}},
        {}},
       {"with a time but no reporter",
        {{"eventTime", R"("2026-01-01T00:00:00.000000Z")"}},
        {"reportingComponent: Required value", "reportingComponent: Invalid value: \"\": name part must be non-empty",
         "reportingComponent: Invalid value: \"\": name part must consist...", "reportingInstance: Required value",
         "action: Required value"}}});
}

TEST(event, of_the_newer_group) {
  constexpr std::string_view event =
      R"({"metadata":{"name":"e","namespace":"n"},"regarding":{"namespace":"n"},
"eventTime":"2026-01-01T00:00:00.000000Z","reportingController":"c",
    "reportingInstance":"i","action":"a","reason":"r","type":"Normal","note":"n"})";
  run_rules("events.k8s.io/v1", "Event", event,
            {{"a good one", {}, {}},
             {"no time", {{"eventTime", "-"}}, {"eventTime: Required value"}},
             {"an unknown type", {{"type", R"("x")"}}, {"type: Invalid value: \"\": has invalid value: x"}},
             {"a counter of old", {{"deprecatedCount", "1"}}, {"count: Invalid value: \"\": needs to be unset"}},
             {"a series of one",
              {{"series", R"({"count":1,"lastObservedTime":"2026-01-01T00:00:00.000000Z"})"}},
              {"series.count: Invalid value: \"\": should be at least 2"}}});
  run_update_rules("events.k8s.io/v1", "Event", event,
                   {{"a series", {{"series", R"({"count":2,"lastObservedTime":"2026-01-01T00:00:00.000000Z"})"}}, {}},
                    {"another note", {{"note", R"("o")"}}, {"message: Invalid value: \"o\": field is immutable"}}});
}

TEST(event, notes_have_a_limit) {
  auto body =
      api::json::parse(
          R"({"metadata":{"name":"e","namespace":"n"},"involvedObject":{"namespace":"n"},
"eventTime":"2026-01-01T00:00:00.000000Z","reportingComponent":"c",
    "reportingInstance":"i","action":"a","reason":"r"})")
          .as_object();
  body["message"] = std::string(1024, 'x');
  expect_errors(validate_create({"", "v1", "Event"}, body), {});
  body["message"] = std::string(1025, 'x');
  expect_errors(validate_create({"", "v1", "Event"}, body),
                {"message: Invalid value: \"\": can have at most 1024 characters"});
}

} // namespace troupe::policies::validation
