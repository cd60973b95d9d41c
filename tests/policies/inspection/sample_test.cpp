#include "policies/inspection/sample.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::inspection {
namespace {

node_sample example() {
  node_sample s{.node = 3, .name = "host3", .at_ns = 17, .memory_bytes = 4096};
  s.actors.push_back({.id = 1, .name = "supervisor", .handled = 5});
  s.actors.push_back({.id = 2, .parent = 1, .name = "mirror", .label = "mirror/pods", .roles = {"mirror/pods"},
                      .mailbox = 7, .handled = 8, .busy_ns = 9, .age_ns = 10, .p50_ns = 11, .p99_ns = 12, .restarts = 1,
                      .last_error = "disk"});
  return s;
}

TEST(sample, comes_back_from_its_document) {
  auto s = example();
  EXPECT_EQ(read_node(document(s)), s);
  node_sample failed{.node = 2, .name = "host2", .error = "it does not answer"};
  EXPECT_EQ(read_node(document(failed)), failed);
}

TEST(sample, damaged_documents_give_what_can_be_read) {
  for (auto* text : {"{}", "[]", "null", R"({"actors":[1,{},{"id":"x","roles":[1,"r"],"mailbox":-4}]})"}) {
    auto s = read_node(api::json::parse(text));
    EXPECT_EQ(s.node, 0U) << text;
    for (auto& a : s.actors) EXPECT_EQ(a.mailbox, 0U) << text;
  }
}

TEST(sample, an_answer_has_a_sample_for_each_node) {
  api::json::object answer{{"nodes", {document(example()), {{"node", 4}, {"name", "host4"}, {"error", "gone"}}}}};
  auto nodes = read_nodes(answer);
  ASSERT_EQ(nodes.size(), 2U);
  EXPECT_EQ(nodes[0].actors.size(), 2U);
  EXPECT_EQ(nodes[1].error, "gone");
  EXPECT_TRUE(read_nodes({}).empty());
}

TEST(sample, the_inspector_goes_with_all_that_it_has_made) {
  auto s = example();
  s.actors.push_back({.id = 9, .parent = 8, .name = "lane"});
  s.actors.push_back({.id = 8, .parent = 5, .name = "worker"});
  s.actors.push_back({.id = 5, .parent = 1, .name = "inspector"});
  s.actors.push_back({.id = 6, .parent = 1, .name = "kubelet"});
  hide_inspectors(s);
  std::string left;
  for (auto& a : s.actors) left += std::to_string(a.id);
  EXPECT_EQ(left, "126");
}

} // namespace
} // namespace troupe::policies::inspection
