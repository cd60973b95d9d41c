#include "policies/scheduling/scheduling_queue.hpp"
#include "tests/policies/scheduling/builders.hpp"

namespace troupe::policies::scheduling {
namespace {

using namespace std::chrono_literals;

struct scheduling_queue_test : testing::Test {
  scheduling_queue queue;
  queueing::instant now{};
  std::vector<plugin> plugins = default_plugins();
  node_info big = node();
  std::string take() {
    auto p = queue.take(now);
    return p ? p->key.name : "";
  }
  void put(std::string name, int priority = 0) { queue.put(pod(name, requesting("1", "0", priority)), now); }
  plugin_set fit() const {
    for (std::size_t i = 0; i < plugins.size(); ++i)
      if (plugins[i].name == "NodeResourcesFit") return 1u << i;
    return 0;
  }
  std::size_t node_added() { return queue.moved(plugins, {cluster_event::kind::node_added, nullptr, &big}, now); }
};

TEST_F(scheduling_queue_test, higher_priority_goes_first_then_who_came_first) {
  put("b");
  put("a");
  put("c", 5);
  for (auto expected : {"c", "b", "a", ""})
    EXPECT_EQ(take(), expected);
}

TEST_F(scheduling_queue_test, a_pod_in_work_is_not_handed_out_again) {
  put("a");
  EXPECT_EQ(take(), "a");
  put("a");
  EXPECT_EQ(take(), "");
}

TEST_F(scheduling_queue_test, failures_back_off_from_one_second_to_ten) {
  put("a");
  for (auto seconds : {1, 2, 4, 8, 10, 10}) {
    EXPECT_EQ(take(), "a");
    queue.failed({"default", "a"}, now);
    EXPECT_EQ(queue.next_due(), now + std::chrono::seconds(seconds));
    now += std::chrono::seconds(seconds) - 1ms;
    EXPECT_EQ(take(), "");
    now += 1ms;
  }
}

TEST_F(scheduling_queue_test, a_rejected_pod_waits_for_an_event_that_may_help_and_for_its_back_off) {
  put("a");
  EXPECT_EQ(take(), "a");
  queue.rejected({"default", "a"}, fit(), now);
  EXPECT_EQ(queue.unschedulable(), 1u);
  now += 500ms;
  EXPECT_EQ(node_added(), 1u);
  EXPECT_EQ(queue.backing_off(), 1u);
  EXPECT_EQ(take(), "");
  now += 500ms;
  EXPECT_EQ(take(), "a");
}

TEST_F(scheduling_queue_test, an_event_that_cannot_help_moves_nothing) {
  queue.put(pod("a", requesting("100")), now);
  EXPECT_EQ(take(), "a");
  queue.rejected({"default", "a"}, fit(), now);
  EXPECT_EQ(node_added(), 0u);
}

TEST_F(scheduling_queue_test, after_five_minutes_a_rejected_pod_is_tried_anyway) {
  put("a");
  EXPECT_EQ(take(), "a");
  queue.rejected({"default", "a"}, fit(), now);
  EXPECT_EQ(queue.next_due(), now + 5min);
  now += 5min - 1ms;
  EXPECT_EQ(take(), "");
  now += 1ms;
  EXPECT_EQ(take(), "a");
}

TEST_F(scheduling_queue_test, gates_keep_a_pod_out_until_the_last_one_is_gone) {
  queue.put(pod("a", R"({"schedulingGates":[{"name":"g"}]})"), now);
  EXPECT_EQ(take(), "");
  EXPECT_EQ(queue.next_due(), std::nullopt);
  queue.put(pod("a", R"({"schedulingGates":[]})"), now);
  EXPECT_EQ(take(), "a");
}

TEST_F(scheduling_queue_test, a_changed_spec_frees_an_unschedulable_pod_and_a_changed_status_does_not) {
  put("a");
  EXPECT_EQ(take(), "a");
  queue.rejected({"default", "a"}, fit(), now);
  queue.put(pod("a", requesting("1"), R"({"conditions":[]})"), now);
  EXPECT_EQ(queue.unschedulable(), 1u);
  queue.put(pod("a", requesting("2")), now);
  EXPECT_EQ(queue.backing_off(), 1u);
}

TEST_F(scheduling_queue_test, an_erased_pod_is_nowhere) {
  put("a");
  queue.erase({"default", "a"});
  EXPECT_EQ(take(), "");
  put("b");
  EXPECT_EQ(take(), "b");
  queue.rejected({"default", "b"}, 0, now);
  queue.erase({"default", "b"});
  EXPECT_EQ(queue.next_due(), std::nullopt);
  queue.failed({"default", "b"}, now); // The answer of a binding that came late.
  EXPECT_EQ(queue.size(), 0u);
}

} // namespace
} // namespace troupe::policies::scheduling
