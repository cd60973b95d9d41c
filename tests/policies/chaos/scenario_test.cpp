#include "policies/chaos/scenario.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::chaos {
namespace {

namespace json = api::json;

tl::expected<scenario, std::string> read(const char* text) { return read_scenario(json::parse(text).as_object()); }

TEST(read_scenario, reads_every_field) {
  auto s = read(R"({"name":"n","description":"d","cluster":{"controlPlane":1,"workers":2},"run":"10s","ready":"20s",
    "converge":"1m30s","workload":{"registers":{"keys":2,"clients":3,"every":"50ms"},
    "rollouts":{"deployments":1,"replicas":7,"every":"2s"},"namespaces":{"every":"3s","objects":1},
    "watches":{"clients":5,"every":"1s"},"guards":{"every":"4s"},"strangers":{"pods":2}},
    "faults":{"random":{"every":"4s","shortest":"1s","longest":"2s","kinds":{"crash":3,"oneWay":1},"controlPlanePercent":10},
    "schedule":[{"at":"1s","for":"2s","fault":"cut","node":"master1","other":"worker3"},
    {"at":"2s","for":"2s","fault":"split","side":["worker2"]},{"at":"3s","for":"1s","fault":"slow","by":"100ms"},
    {"at":"4s","for":"1s","fault":"slowActor","node":"worker2","actor":"kubelet","by":"50ms"},
    {"at":"5s","for":"1s","fault":"skew","node":"worker2","by":"-2s"}]},
    "checks":["writes","leaders"]})");
  ASSERT_TRUE(s) << s.error();
  EXPECT_EQ(s->cluster.workers, 2u);
  EXPECT_EQ(s->run_ms, 10'000u);
  EXPECT_EQ(s->converge_ms, 90'000u);
  EXPECT_EQ(s->load.registers.every_ms, 50u);
  EXPECT_EQ(s->load.rollouts.replicas, 7u);
  EXPECT_EQ(s->load.namespaces.objects, 1u);
  EXPECT_EQ(s->random.weights.at(fault_kind::one_way), 1u);
  EXPECT_EQ(s->load.watches.clients, 5u);
  EXPECT_EQ(s->load.guards.every_ms, 4'000u);
  EXPECT_EQ(s->load.strangers.pods, 2u);
  ASSERT_EQ(s->schedule.size(), 5u);
  EXPECT_EQ(s->schedule[3].actor, "kubelet");
  EXPECT_EQ(s->schedule[4].amount_ms, -2'000);
  EXPECT_EQ(s->schedule[0].other, 3u);
  EXPECT_EQ(s->schedule[1].side, std::set<std::uint64_t>{2});
  EXPECT_EQ(s->schedule[2].amount_ms, 100);
  EXPECT_TRUE(checks(*s, "writes"));
  EXPECT_FALSE(checks(*s, "members"));
}

TEST(read_scenario, names_what_is_wrong) {
  struct bad {
    const char *text, *why;
  };
  for (auto& [text, why] : {
         bad{R"({})", "name is missing"},
         bad{R"({"name":1})", "name is not a string"},
         bad{R"({"name":"n","speed":1})", "speed is not a known field"},
         bad{R"({"name":"n","run":"fast"})", "run is not a duration such as 90s"},
         bad{R"({"name":"n","cluster":{"controlPlane":0}})", "cluster.controlPlane is not a number from 1 to 10000"},
         bad{R"({"name":"n","checks":["luck"]})", "checks has a check that does not exist"},
         bad{R"({"name":"n","faults":{"random":{"kinds":{"fire":1}}}})", "faults.random.kinds.fire is no kind of fault"},
         bad{R"({"name":"n","faults":{"random":{"shortest":"2s","longest":"1s"}}})",
             "faults.random has faults whose longest time is shorter than their shortest"},
         bad{R"({"name":"n","faults":{"schedule":[{"at":"1s","fault":"crash"}]}})",
             "faults.schedule has a fault without a node"},
         bad{R"({"name":"n","faults":{"schedule":[{"at":"1s","fault":"cut","node":"master1"}]}})",
             "faults.schedule has a fault between two nodes without the other one"},
         bad{R"({"name":"n","faults":{"schedule":[{"at":"1s","fault":"bitRot","node":"worker4"}]}})",
             "faults.schedule has a fault of a disk on a node without a store"},
         bad{R"({"name":"n","faults":{"schedule":[{"at":"1s","fault":"slowActor","node":"worker4"}]}})",
             "faults.schedule has a slow actor without the actor's name"},
         bad{R"({"name":"n","faults":{"schedule":[{"at":"1s","fault":"crash","node":"worker1"}]}})",
             "faults.schedule.node is no node of the cluster: they are master1 and so on, then worker<n>"},
       }) {
    auto s = read(text);
    ASSERT_FALSE(s) << text;
    EXPECT_EQ(s.error(), why);
  }
}

TEST(read_duration, takes_units_one_after_another) {
  EXPECT_EQ(read_duration("250ms"), 250u);
  EXPECT_EQ(read_duration("1h2m3s"), 3'723'000u);
  for (auto bad : {"", "5", "s", "-1s", "1.5s", "5 s", "1d", "99999999999999999999s", "200h"})
    EXPECT_FALSE(read_duration(bad)) << bad;
}

} // namespace
} // namespace troupe::policies::chaos
