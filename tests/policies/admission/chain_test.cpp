#include "tests/policies/admission/world.hpp"

namespace troupe::policies::admission {

TEST(chain, a_plain_pod_gets_account_priority_and_tolerations) {
  world w;
  EXPECT_EQ(w.mutated(), "");
  EXPECT_EQ(w.at_path({"spec", "serviceAccountName"}), "\"default\"");
  EXPECT_EQ(w.at_path({"spec", "priority"}), "0");
  EXPECT_EQ(w.at_path({"spec", "preemptionPolicy"}), "\"PreemptLowerPriority\"");
  EXPECT_EQ(api::array_at(w.body, {"spec", "tolerations"})->size(), 2u);
  EXPECT_EQ(w.checked(), "");
}

TEST(chain, running_it_twice_changes_nothing_more) {
  world w;
  EXPECT_EQ(w.mutated(), "");
  auto once = w.body;
  EXPECT_EQ(w.mutated(), "");
  EXPECT_EQ(w.body, once);
}

TEST(chain, other_objects_pass_untouched) {
  world w;
  w.about("", "configmaps", "ConfigMap");
  w.set(R"({"metadata":{"name":"m"},"data":{}})");
  auto before = w.body;
  EXPECT_EQ(w.mutated(), "");
  EXPECT_EQ(w.checked(), "");
  EXPECT_EQ(w.body, before);
}

TEST(chain, refusals_name_the_object_as_well_as_they_can) {
  world w;
  w.accounts.clear();
  w.set(R"({"metadata":{"generateName":"web-"},"spec":{}})");
  EXPECT_TRUE(w.mutated().starts_with("pods \"web-\" is forbidden: "));
  w.set(R"({"metadata":{},"spec":{}})");
  EXPECT_TRUE(w.mutated().starts_with("pods \"Unknown\" is forbidden: "));
}

} // namespace troupe::policies::admission
