#include "policies/scheduling/diagnosis.hpp"
#include "tests/policies/scheduling/builders.hpp"

namespace troupe::policies::scheduling {
namespace {

TEST(diagnosis_test, an_empty_cluster_has_its_own_text) {
  EXPECT_EQ(diagnosis{}.text(), "no nodes available to schedule pods");
}

TEST(diagnosis_test, reasons_are_counted_and_sorted_and_the_post_filter_follows) {
  auto n = node();
  diagnosis d;
  d.nodes = 3;
  d.rejected.emplace_back(&n,
                          status(code::unschedulable_and_unresolvable, "node(s) had untolerated taint {key: value}"));
  d.rejected.emplace_back(&n, status(code::unschedulable, "Insufficient cpu"));
  d.rejected.emplace_back(&n,
                          status(code::unschedulable_and_unresolvable, "node(s) had untolerated taint {key: value}"));
  d.post_filter_message = "preemption: 0/3 nodes are available: 3 X.";
  EXPECT_EQ(d.text(), "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) had untolerated taint {key: value}. "
                      "preemption: 0/3 nodes are available: 3 X.");
}

TEST(diagnosis_test, nodes_that_were_not_looked_at_have_the_common_reason) {
  diagnosis d;
  d.nodes = 5;
  d.absent = status(code::unschedulable_and_unresolvable, "node(s) didn't satisfy plugin(s) [NodeAffinity]");
  EXPECT_EQ(d.text(), "0/5 nodes are available: 5 node(s) didn't satisfy plugin(s) [NodeAffinity].");
}

TEST(diagnosis_test, a_pre_filter_speaks_for_all_nodes) {
  diagnosis d;
  d.nodes = 5;
  d.pre_filter_message = "pod affinity terms conflict";
  d.absent = status(code::unschedulable_and_unresolvable, "pod affinity terms conflict");
  EXPECT_EQ(d.text(), "0/5 nodes are available: pod affinity terms conflict.");
}

} // namespace
} // namespace troupe::policies::scheduling
