#include "policies/controllers/condition.hpp"
#include "world.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::controllers {

namespace {

using namespace std::chrono_literals;

TEST(condition, the_transition_time_changes_only_with_the_status) {
  json::object status;
  EXPECT_TRUE(set_condition(status, {"A", "True", "R", "m"}, noon(), update_time::present));
  EXPECT_FALSE(set_condition(status, {"A", "True", "R", "other"}, noon() + 1min, update_time::present));
  EXPECT_TRUE(set_condition(status, {"A", "True", "S", "m"}, noon() + 2min, update_time::present));
  EXPECT_EQ(json::serialize(status.at("conditions")),
            R"([{"type":"A","status":"True","lastUpdateTime":"2026-11-22T12:02:00Z",)"
            R"("lastTransitionTime":"2026-11-22T12:00:00Z","reason":"S","message":"m"}])");
  EXPECT_TRUE(set_condition(status, {"A", "False", "S", "m"}, noon() + 3min));
  EXPECT_EQ(api::string_at(*condition(status, "A"), {"lastTransitionTime"}), "2026-11-22T12:03:00Z");
  EXPECT_EQ(condition_reason(status, "B"), "");
  EXPECT_TRUE(remove_condition(status, "A"));
  EXPECT_FALSE(remove_condition(status, "A"));
}

TEST(condition, statuses_are_the_same_if_only_zeros_differ) {
  EXPECT_TRUE(same_status(document("{'a':0,'b':'','c':false,'d':[]}"), document("{}")));
  EXPECT_TRUE(same_status(document("{'a':1}"), document("{'a':1,'x':{'y':0}}")));
  EXPECT_FALSE(same_status(document("{'a':1}"), document("{}")));
}

} // namespace

} // namespace troupe::policies::controllers
