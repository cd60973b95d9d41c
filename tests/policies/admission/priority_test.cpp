#include "tests/policies/admission/world.hpp"

namespace troupe::policies::admission {

TEST(priority, comes_from_the_class) {
  world w;
  w.priorities = {make(R"({"metadata":{"name":"high"},"value":100,"preemptionPolicy":"Never"})"),
                  make(R"({"metadata":{"name":"usual"},"value":10,"globalDefault":true})")};
  w.set(R"({"metadata":{"name":"p"},"spec":{"priorityClassName":"high"}})");
  EXPECT_EQ(w.mutated(), "");
  EXPECT_EQ(w.at_path({"spec", "priority"}), "100");
  EXPECT_EQ(w.at_path({"spec", "preemptionPolicy"}), "\"Never\"");
  w.set(R"({"metadata":{"name":"p"},"spec":{}})");
  EXPECT_EQ(w.mutated(), "");
  EXPECT_EQ(w.at_path({"spec", "priorityClassName"}), "\"usual\"");
  EXPECT_EQ(w.at_path({"spec", "priority"}), "10");
}

TEST(priority, must_be_of_a_class_that_is_there) {
  world w;
  w.set(R"({"metadata":{"name":"p"},"spec":{"priorityClassName":"x"}})");
  EXPECT_EQ(w.mutated(), "pods \"p\" is forbidden: no PriorityClass with name x was found");
}

TEST(priority, is_not_for_the_user_to_say) {
  world w;
  w.set(R"({"metadata":{"name":"p"},"spec":{"priority":5}})");
  EXPECT_EQ(w.mutated(), "pods \"p\" is forbidden: the integer value of priority (5) must not be provided in pod spec; "
                         "priority admission controller computed 0 from the given PriorityClass name");
}

TEST(priority, stays_when_an_update_leaves_it_out) {
  world w;
  w.req.what = operation::update;
  w.set(R"({"metadata":{"name":"p"},"spec":{}})");
  w.set_old(R"({"metadata":{"name":"p"},"spec":{"priority":7}})");
  EXPECT_EQ(w.mutated(), "");
  EXPECT_EQ(w.at_path({"spec", "priority"}), "7");
}

TEST(priority, has_one_default_class) {
  world w;
  w.priorities = {make(R"({"metadata":{"name":"usual"},"value":10,"globalDefault":true})")};
  w.about("scheduling.k8s.io", "priorityclasses", "PriorityClass");
  w.req.ns.clear();
  w.set(R"({"metadata":{"name":"other"},"value":1,"globalDefault":true})");
  EXPECT_EQ(w.checked(), "priorityclasses.scheduling.k8s.io \"other\" is forbidden: PriorityClass usual is already "
                         "marked as default. Only one default can exist");
}

} // namespace troupe::policies::admission
