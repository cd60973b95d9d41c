#include "policies/validation/template.hpp"
#include "tests/policies/validation/rule_table.hpp"

namespace troupe::policies::validation {

TEST(template_rules, labels_and_containers) {
  run_rules(
      "apps/v1", "ReplicaSet", with_template(""),
      {{"bad labels",
        {{"spec.template.metadata.labels.b", R"("c d")"}},
        {"spec.template.labels: Invalid value: \"c d\": a valid label..."}},
       {"ephemeral containers",
        {{"spec.template.spec.ephemeralContainers",
          R"([{"name":"e","image":"i","imagePullPolicy":"Always","terminationMessagePolicy":"File"}])"}},
        {"spec.template.spec.ephemeralContainers: Forbidden: ephemeral containers not allowed in pod template"}},
       {"an image with a blank is left to the pod", {{"spec.template.spec.containers[0].image", R"(" i")"}}, {}}});
}

TEST(template_rules, counts_and_percentages) {
  auto check = [](const api::json::value& value) {
    api::field_errors errors;
    report out(errors);
    check_count_or_percent(out, field_path("f"), &value);
    check_at_most_all(out, field_path("f"), &value);
    return errors.size();
  };
  EXPECT_EQ(check(0), 0u);
  EXPECT_EQ(check("100%"), 0u);
  EXPECT_EQ(check(-1), 1u);
  EXPECT_EQ(check("x"), 1u);
  EXPECT_EQ(check("101%"), 1u);
  json::value quarter("25%");
  EXPECT_EQ(number_of(&quarter), 25);
}

} // namespace troupe::policies::validation
