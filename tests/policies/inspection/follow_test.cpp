#include "policies/inspection/follow.hpp"
#include <gmock/gmock.h>

namespace troupe::policies::inspection {
namespace {

namespace json = api::json;

json::object parsed(std::string_view text) { return json::parse(text).as_object(); }

json::object pod() {
  return parsed(R"({"kind": "Pod", "metadata": {"name": "web-1", "creationTimestamp": "2026-01-01T00:00:00Z",
    "managedFields": [{"manager": "controller", "time": "2026-01-01T00:00:00Z"},
                      {"manager": "kubelet", "time": "2026-01-01T00:00:03Z", "subresource": "status"}]},
    "status": {"startTime": "2026-01-01T00:00:01Z",
    "conditions": [{"type": "PodScheduled", "status": "True", "lastTransitionTime": "2026-01-01T00:00:00Z"},
                   {"type": "Ready", "status": "True", "lastTransitionTime": "2026-01-01T00:00:03Z"}],
    "containerStatuses": [{"name": "c", "state": {"running": {"startedAt": "2026-01-01T00:00:02Z"}},
      "lastState": {"terminated": {"startedAt": "2026-01-01T00:00:01Z", "finishedAt": "2026-01-01T00:00:02Z",
        "exitCode": 4}}}]}})");
}

TEST(follow, stations_come_in_the_order_of_their_times) {
  auto events = std::vector<json::object>{
    parsed(R"({"reason": "Scheduled", "message": "assigned", "eventTime": "2026-01-01T00:00:00.250000Z",
      "reportingComponent": "default-scheduler", "involvedObject": {"kind": "Pod", "name": "web-1"}})"),
    parsed(R"({"reason": "BackOff", "message": "again", "firstTimestamp": "2026-01-01T00:00:02Z", "count": 3,
      "source": {"component": "kubelet"}, "involvedObject": {"kind": "Pod", "name": "web-1"}})")};
  std::vector<std::string> told;
  for (auto& s : follow({pod()}, events)) {
    EXPECT_EQ(s.object, "pod/web-1");
    told.push_back(s.who + ": " + s.what);
  }
  EXPECT_THAT(told, testing::ElementsAre("controller: written", "scheduler: bound to its node",
                                         "default-scheduler: Scheduled: assigned", "kubelet: seen by its node",
                                         "kubelet: container c started", "kubelet: container c started",
                                         "kubelet: container c ended with 4", "kubelet: BackOff: again (3 times)",
                                         "kubelet: last change of its status", ": Ready is True"));
}

TEST(follow, the_table_tells_the_time_since_the_station_before) {
  std::vector<station> way{{*api::parse_time("2026-01-01T00:00:00Z"), "pod/a", "", "written", true},
                           {*api::parse_time("2026-01-01T00:00:00.0125Z"), "pod/a", "scheduler", "bound"},
                           {*api::parse_time("2026-01-01T00:00:02.5125Z"), "pod/a", "kubelet", "started"}};
  auto table = follow_table(way);
  ASSERT_EQ(table.size(), 4U);
  EXPECT_EQ(table[1][0], "2026-01-01T00:00:00Z");
  EXPECT_EQ(table[1][1], "-");
  EXPECT_EQ(table[1][3], "-");
  EXPECT_EQ(table[2][1], "+12.5ms");
  EXPECT_EQ(table[3][1], "+2.5s");
  EXPECT_EQ(api::string_at(document(way[1]), {"time"}), "2026-01-01T00:00:00.012500Z");
}

TEST(follow, what_has_no_time_is_no_station) {
  EXPECT_TRUE(follow({{}, parsed(R"({"metadata": {"creationTimestamp": "soon"}, "status": {"conditions": [1, {}]}})")},
                     {{}})
                .empty());
}

} // namespace
} // namespace troupe::policies::inspection
