#include "policies/node/event_correlator.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::node {
namespace {

using namespace std::chrono_literals;

const auto start = *api::parse_time("2026-11-22T16:00:00Z");

event pulled(std::string message, std::string name = "web") {
  event e;
  e.about = {"v1", "Pod", "default", std::move(name), "u1", "7", "spec.containers{web}"};
  e.reason = "Pulled";
  e.message = std::move(message);
  e.component = "kubelet";
  e.host = "n1";
  return e;
}

TEST(event_correlator, a_new_event_is_created_with_its_object_source_and_times) {
  event_correlator c;
  auto w = c.observe(pulled("done"), start);
  ASSERT_TRUE(w);
  EXPECT_FALSE(w->repeat);
  EXPECT_EQ(api::string_at(w->event, {"metadata", "namespace"}), "default");
  EXPECT_EQ(api::string_at(w->event, {"involvedObject", "fieldPath"}), "spec.containers{web}");
  EXPECT_EQ(api::string_at(w->event, {"source", "component"}), "kubelet");
  EXPECT_EQ(api::string_at(w->event, {"source", "host"}), "n1");
  EXPECT_EQ(api::string_at(w->event, {"firstTimestamp"}), "2026-11-22T16:00:00Z");
  EXPECT_EQ(api::string_at(w->event, {"type"}), "Normal");
  EXPECT_EQ(api::int_at(w->event, {"count"}), 1);
  EXPECT_TRUE(api::string_at(w->event, {"metadata", "name"}).starts_with("web."));
}

TEST(event_correlator, an_equal_event_raises_the_count_and_keeps_its_name_and_first_time) {
  event_correlator c;
  auto first = c.observe(pulled("done"), start);
  auto second = c.observe(pulled("done"), start + 5s);
  ASSERT_TRUE(second);
  EXPECT_TRUE(second->repeat);
  EXPECT_EQ(api::string_at(first->event, {"metadata", "name"}), api::string_at(second->event, {"metadata", "name"}));
  auto patch = event_patch(second->event);
  EXPECT_EQ(api::int_at(patch, {"count"}), 2);
  EXPECT_EQ(api::string_at(patch, {"lastTimestamp"}), "2026-11-22T16:00:05Z");
  EXPECT_FALSE(patch.contains("firstTimestamp"));
}

TEST(event_correlator, events_of_one_instant_have_different_names) {
  event_correlator c;
  auto a = c.observe(pulled("a"), start), b = c.observe(pulled("b"), start);
  EXPECT_NE(api::string_at(a->event, {"metadata", "name"}), api::string_at(b->event, {"metadata", "name"}));
}

TEST(event_correlator, from_the_tenth_message_on_similar_events_are_combined) {
  event_correlator c;
  for (int i = 0; i < 9; ++i) EXPECT_FALSE(c.observe(pulled("m" + std::to_string(i)), start)->repeat);
  auto tenth = c.observe(pulled("m9"), start);
  EXPECT_EQ(api::string_at(tenth->event, {"message"}), "(combined from similar events): m9");
  auto next = c.observe(pulled("m10"), start);
  EXPECT_TRUE(next->repeat);
  EXPECT_EQ(api::int_at(next->event, {"count"}), 2);
  EXPECT_EQ(api::string_at(event_patch(next->event), {"message"}), "(combined from similar events): m10");
}

TEST(event_correlator, after_ten_quiet_minutes_messages_count_anew) {
  event_correlator c;
  for (int i = 0; i < 9; ++i) (void)c.observe(pulled("m" + std::to_string(i)), start);
  auto later = c.observe(pulled("new"), start + 11min);
  EXPECT_EQ(api::string_at(later->event, {"message"}), "new");
}

TEST(event_correlator, an_object_that_spams_gets_25_events_and_one_more_every_five_minutes) {
  event_correlator c;
  int passed = 0;
  for (int i = 0; i < 40; ++i) passed += c.observe(pulled("same"), start).has_value();
  EXPECT_EQ(passed, 25);
  EXPECT_TRUE(c.observe(pulled("same", "other"), start));
  EXPECT_FALSE(c.observe(pulled("same"), start + 4min));
  EXPECT_TRUE(c.observe(pulled("same"), start + 5min));
  EXPECT_FALSE(c.observe(pulled("same"), start + 5min));
}

TEST(event_correlator, old_entries_are_forgotten_when_there_are_too_many) {
  event_correlator c;
  (void)c.observe(pulled("done", "first"), start);
  for (int i = 0; i < 4096; ++i) (void)c.observe(pulled("done", "p" + std::to_string(i)), start);
  EXPECT_FALSE(c.observe(pulled("done", "first"), start)->repeat);
}

TEST(event_correlator, an_event_of_a_cluster_scoped_object_lies_in_the_default_namespace) {
  event_correlator c;
  auto e = pulled("x");
  e.about.ns.clear();
  EXPECT_EQ(api::string_at(c.observe(e, start)->event, {"metadata", "namespace"}), "default");
}

} // namespace
} // namespace troupe::policies::node
