#include "actors/watch_cache/history.hpp"
#include <gtest/gtest.h>

namespace troupe::actors::watch_cache {
namespace {

namespace mvcc = storage::mvcc;
const api::group_resource pods{"", "pods"};

mvcc::key_value_ptr kv(std::string ns, std::string name, std::int64_t revision) {
  mvcc::key_value x;
  x.key = api::storage_key(pods, {ns, name});
  x.mod_revision = revision;
  x.value = mvcc::make_bytes(R"({"kind":"Pod","apiVersion":"v1","metadata":{"name":")" + name + R"(","namespace":")" +
                             ns + R"("}})");
  return std::make_shared<const mvcc::key_value>(std::move(x));
}
mvcc::event put(std::string ns, std::string name, std::int64_t revision) {
  return {mvcc::event_type::put, kv(std::move(ns), std::move(name), revision), {}};
}
mvcc::event gone(std::string ns, std::string name, std::int64_t revision) {
  mvcc::key_value x;
  x.key = api::storage_key(pods, {std::move(ns), std::move(name)});
  x.mod_revision = revision;
  return {mvcc::event_type::removal, std::make_shared<const mvcc::key_value>(std::move(x)), {}};
}

TEST(history, tells_additions_from_changes_and_shows_the_last_state_of_what_is_gone) {
  history h(pods, 10);
  h.load({kv("a", "old", 3)}, 5);
  h.apply({put("a", "old", 6), put("a", "new", 7), gone("a", "old", 8)}, 8);
  std::int64_t at = 5;
  auto events = h.after(at, {}, 100);
  ASSERT_EQ(events.size(), 3u);
  EXPECT_EQ(events[0]->type, event_type::modified);
  EXPECT_EQ(events[1]->type, event_type::added);
  EXPECT_EQ(events[2]->type, event_type::removed);
  EXPECT_EQ(events[2]->after->name(), "old");
  EXPECT_EQ(events[2]->after->revision(), 8) << "the last state goes under the revision of the removal";
  EXPECT_EQ(events[2]->before->revision(), 6);
  EXPECT_EQ(at, 8);
  EXPECT_EQ(h.list({}).size(), 1u);
}

TEST(history, a_scope_hides_other_namespaces_and_names) {
  history h(pods, 10);
  h.load({kv("a", "x", 1), kv("ab", "x", 2), kv("b", "x", 3)}, 3);
  EXPECT_EQ(h.list({"a", ""}).size(), 1u) << "a namespace is not the prefix of another";
  EXPECT_EQ(h.list({"a", "x"}).size(), 1u);
  EXPECT_EQ(h.list({"", "x"}).size(), 3u);
  EXPECT_EQ(h.list({"c", ""}).size(), 0u);
}

TEST(history, the_events_of_one_revision_leave_together) {
  history h(pods, 10);
  h.load({}, 1);
  h.apply({put("a", "x", 2), put("a", "y", 2), put("a", "z", 3)}, 3);
  std::int64_t at = 1;
  EXPECT_EQ(h.after(at, {}, 1).size(), 2u);
  EXPECT_EQ(at, 2);
  EXPECT_EQ(h.after(at, {}, 1).size(), 1u);
}

TEST(history, what_falls_out_of_the_window_can_not_be_resumed) {
  history h(pods, 2);
  h.load({}, 1);
  for (std::int64_t r = 2; r <= 5; ++r) h.apply({put("a", "x", r)}, r);
  EXPECT_EQ(h.oldest(), 3);
  std::int64_t at = 3;
  EXPECT_EQ(h.after(at, {}, 10).size(), 2u);
}

TEST(cached_event, is_encoded_once_for_each_way_to_see_it) {
  cached_event e(event_type::modified, {},
                 object_handle{api::object::parse(R"({"kind":"Pod","metadata":{"name":"x"}})")}, 4);
  auto frame = e.frame(event_type::modified);
  EXPECT_EQ(*frame, "{\"type\":\"MODIFIED\",\"object\":{\"kind\":\"Pod\",\"metadata\":{\"name\":\"x\"}}}\n");
  EXPECT_EQ(frame.get(), e.frame(event_type::modified).get());
  EXPECT_NE(frame.get(), e.frame(event_type::added).get());
}

} // namespace
} // namespace troupe::actors::watch_cache
