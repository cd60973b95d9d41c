#include "tools/chaos/live/evidence.hpp"
#include "policies/api/json.hpp"
#include "tools/chaos/live/watched_types.hpp"
#include <fmt/format.h>
#include <gmock/gmock.h>

namespace troupe::tools::chaos::live {
namespace {

using policies::chaos::change;
using ::testing::HasSubstr;

change stored(std::int64_t at, std::string key, std::string value) {
  return {at, std::move(key), std::make_shared<const std::string>(std::move(value))};
}
change gone(std::int64_t at, std::string key) { return {at, std::move(key), nullptr}; }

const std::string one = "/registry/configmaps/default/register-1";
change put(std::int64_t at, std::string data) { return stored(at, one, R"({"data":{)" + data + "}}"); }

struct writes_case {
  std::string name;
  std::vector<change> told;
  std::vector<written> acknowledged, refused;
  std::string wrong; ///< part of the only finding; empty: nothing is wrong
};

TEST(live_writes, are_judged_by_what_the_watches_told) {
  const writes_case cases[] = {
    {.name = "nothing was told, nothing is known", .acknowledged = {{one, "a1", 5}}},
    {.name = "what was acknowledged is there",
     .told = {put(3, R"("c1":"a1")"), put(7, R"("c1":"a2")")},
     .acknowledged = {{one, "a1", 3}, {one, "a2", 7, 3}},
     .refused = {{one, "b1"}}},
    {.name = "a condition on what was before the first that was told is not known to be wrong",
     .told = {put(3, R"("c1":"a1")")},
     .acknowledged = {{one, "a1", 3, 2}}},
    {.name = "an acknowledged write is lost",
     .told = {put(3, R"("c1":"a1")"), put(7, R"("c1":"a2")")},
     .acknowledged = {{one, "b1", 5}},
     .wrong = "b1 that was acknowledged at revision 5"},
    {.name = "another write is where the acknowledged one was to be",
     .told = {put(3, R"("c1":"a1")")},
     .acknowledged = {{one, "b1", 3}},
     .wrong = "b1 is not in it"},
    {.name = "a deletion is where the acknowledged write was to be",
     .told = {put(3, R"("c1":"a1")"), gone(5, one)},
     .acknowledged = {{one, "a2", 5}},
     .wrong = "is not what was acknowledged"},
    {.name = "a write came between another one and its condition",
     .told = {put(3, R"("c1":"a1")"), put(5, R"("c1":"b1")"), put(7, R"("c1":"a2")")},
     .acknowledged = {{one, "a2", 7, 3}},
     .wrong = "on condition that"},
    {.name = "a refused write is there",
     .told = {put(3, R"("c1":"a1")"), put(5, R"("c1":"b1")")},
     .refused = {{one, "b1"}},
     .wrong = "b1 to /registry/configmaps/default/register-1 was refused and is there, at revision 5"},
    {.name = "a write takes another client's write back",
     .told = {put(3, R"("c1":"a1")"), put(5, R"("c1":"a1","c2":"b1")"), put(7, R"("c1":"a2")")},
     .wrong = "register-1: one write changed"},
    {.name = "what is no register may change as it likes",
     .told = {stored(3, "/registry/configmaps/churn-1/x", R"({"data":{"a":"1","b":"1"}})"),
              stored(4, "/registry/configmaps/churn-1/x", R"({"data":{"a":"2","b":"2"}})")}},
    {.name = "a register that was deleted begins anew",
     .told = {put(3, R"("c1":"a1","c2":"b1")"), gone(4, one), put(6, R"("c1":"a2","c2":"b2")")}},
  };
  for (auto& c : cases) {
    SCOPED_TRACE(c.name);
    watch_record record;
    auto span = record.begin("a", 1);
    for (auto& t : c.told) ASSERT_EQ(record.told(span, t, 0), "");
    ASSERT_EQ(record.reached(span, 10), "");
    auto found = judge_writes(record, 10, c.acknowledged, c.refused);
    ASSERT_TRUE(found.has_value()) << found.error();
    ASSERT_EQ(found->size(), c.wrong.empty() ? 0 : 1);
    if (c.wrong.empty()) continue;
    EXPECT_EQ(found->front().check, "writes");
    EXPECT_THAT(found->front().wrong, HasSubstr(c.wrong));
  }
}

TEST(live_writes, are_not_judged_where_nobody_told_everything) {
  watch_record record;
  auto before = record.begin("a", 1), after = record.begin("a", 8);
  EXPECT_EQ(record.told(before, put(3, R"("c1":"a1")"), 0), "");
  EXPECT_EQ(record.told(after, put(9, R"("c1":"a3")"), 0), "");
  EXPECT_FALSE(judge_writes(record, 9, {{one, "a2", 5}}, {}).has_value()) << "revision 5 may have been there";
  EXPECT_EQ(record.reached(before, 8), "");
  EXPECT_EQ(judge_writes(record, 9, {{one, "a2", 5}}, {})->size(), 1) << "now it is known to be missing";
  EXPECT_FALSE(judge_writes(record, 12, {}, {}).has_value()) << "nobody has told the end";
}

struct finalizers_case {
  std::string name;
  std::uint64_t released_ms = 0, gone_ms = 0; ///< 0: not
  bool right = true;
};

TEST(live_finalizers, keep_what_has_them) {
  const finalizers_case cases[] = {
    {.name = "nothing has happened"},
    {.name = "released and not gone yet", .released_ms = 10},
    {.name = "gone after its release", .released_ms = 10, .gone_ms = 12},
    {.name = "gone before its release", .released_ms = 10, .gone_ms = 8, .right = false},
    {.name = "gone without a release", .gone_ms = 8, .right = false},
  };
  for (auto& c : cases) {
    SCOPED_TRACE(c.name);
    watch_record record;
    auto span = record.begin("a", 1);
    ASSERT_EQ(record.told(span, put(3, R"("a":"b")"), 1), "");
    ASSERT_EQ(record.told(span, gone(4, "/registry/configmaps/default/other"), 1), "");
    if (c.gone_ms > 0) {
      ASSERT_EQ(record.told(span, gone(5, one), c.gone_ms), "");
    }
    auto found = judge_finalizers(record, {{one, c.released_ms}});
    ASSERT_EQ(found.size(), c.right ? 0 : 1);
    if (c.right) continue;
    EXPECT_EQ(found.front().check, "finalizers");
  }
}

struct told {
  std::size_t type;
  change what;
  std::uint64_t ms = 0;
};

told pod(std::int64_t at, const char* uid, const char* node, const char* controller = "r") {
  return {pods_type, stored(at, "/registry/pods/default/p",
                            fmt::format(R"({{"metadata":{{"name":"p","uid":"{}","ownerReferences":[{{"uid":"{}",)"
                                        R"("controller":true}}]}},"spec":{{"nodeName":"{}"}}}})",
                                        uid, controller, node))};
}
told pod_gone(std::int64_t at) { return {pods_type, gone(at, "/registry/pods/default/p")}; }

told deployment(std::int64_t at, int generation, int replicas, int observed, std::uint64_t ms = 0) {
  return {deployments_type,
          stored(at, "/registry/deployments.apps/default/web",
                 fmt::format(R"({{"metadata":{{"name":"web","uid":"d","generation":{}}},"spec":{{"replicas":{},)"
                             R"("strategy":{{"rollingUpdate":{{"maxSurge":1}}}}}},)"
                             R"("status":{{"observedGeneration":{}}}}})",
                             generation, replicas, observed)),
          ms};
}
told replica_set(std::int64_t at, const char* name, int replicas, const char* controller = "d") {
  return {replica_sets_type,
          stored(at, fmt::format("/registry/replicasets.apps/default/{}", name),
                 fmt::format(R"({{"metadata":{{"name":"{}","uid":"{}","ownerReferences":[{{"uid":"{}",)"
                             R"("controller":true}}]}},"spec":{{"replicas":{}}}}})",
                             name, name, controller, replicas))};
}

struct objects_case {
  std::string name;
  std::vector<told> all;
  std::size_t bound = 0;
  std::string check, wrong; ///< of the only finding; empty: nothing is wrong
};

TEST(live_objects, are_judged_by_what_the_watches_told) {
  const objects_case cases[] = {
    {.name = "a pod is bound once",
     .all = {pod(2, "1", ""), pod(3, "1", "master1"), pod(4, "1", "master1")},
     .bound = 1},
    {.name = "a pod of the same name comes after the first has gone",
     .all = {pod(2, "1", "master1"), pod_gone(3), pod(4, "2", "master2")},
     .bound = 2},
    {.name = "a pod is bound twice",
     .all = {pod(2, "1", "master1"), pod(3, "1", "master2")},
     .bound = 1,
     .check = "bindings",
     .wrong = "was bound to master1 and then to master2"},
    {.name = "two pods have one name",
     .all = {pod(2, "1", "master1"), pod(3, "2", "master1")},
     .bound = 1,
     .check = "bindings",
     .wrong = "became another pod"},
    {.name = "a replica set takes another one's pod",
     .all = {pod(2, "1", "", "r"), pod(3, "1", "", "s")},
     .check = "owners",
     .wrong = "of controller r was taken by s"},
    {.name = "a deployment takes another one's replica set",
     .all = {replica_set(2, "web-1", 2, "d"), replica_set(3, "web-1", 2, "e")},
     .check = "owners",
     .wrong = "of controller d was taken by e"},
    {.name = "a rollout stays within the surge",
     .all = {deployment(2, 1, 3, 1), replica_set(3, "web-1", 3), replica_set(4, "web-2", 1)}},
    {.name = "a rollout goes beyond the surge",
     .all = {deployment(2, 1, 3, 1), replica_set(3, "web-1", 3), replica_set(4, "web-2", 2)},
     .check = "surge",
     .wrong = "5 pods where at most 4 are allowed"},
    {.name = "a size of before counts as long as a request may be late",
     .all = {deployment(2, 1, 6, 1), deployment(3, 2, 2, 2, 1'000), deployment(4, 2, 2, 2, 20'000),
             replica_set(5, "web-1", 6)}},
    {.name = "a size of before does not count for ever",
     .all = {deployment(2, 1, 6, 1), deployment(3, 2, 2, 2, 1'000), deployment(4, 2, 2, 2, 40'000),
             replica_set(5, "web-1", 6)},
     .check = "surge",
     .wrong = "6 pods where at most 3 are allowed"},
  };
  for (auto& c : cases) {
    SCOPED_TRACE(c.name);
    std::vector<watch_record> records(std::size(watched_types));
    for (auto& r : records) ASSERT_EQ(r.begin("a", 1), 0);
    for (auto& t : c.all) ASSERT_EQ(records[t.type].told(0, t.what, t.ms), "");
    auto verdict = judge_objects(records);
    EXPECT_EQ(verdict.bound, c.bound);
    ASSERT_EQ(verdict.wrong.size(), c.wrong.empty() ? 0 : 1);
    if (c.wrong.empty()) continue;
    EXPECT_EQ(verdict.wrong.front().check, c.check);
    EXPECT_THAT(verdict.wrong.front().wrong, HasSubstr(c.wrong));
  }
}

} // namespace
} // namespace troupe::tools::chaos::live
