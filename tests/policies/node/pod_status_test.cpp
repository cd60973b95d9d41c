#include "policies/node/pod_status.hpp"
#include "tests/policies/node/builders.hpp"

namespace troupe::policies::node {
namespace {

api::json::object status_of(const container_record& r,
                            std::string_view spec = R"({"containers":[{"name":"app","image":"i"}]})") {
  auto pod = make_pod(spec);
  return container_status(*pod, container_named(*pod, "app"), r);
}

TEST(pod_status, a_container_that_was_not_started_waits) {
  auto s = status_of({});
  EXPECT_EQ(api::string_at(s, {"state", "waiting", "reason"}), "ContainerCreating");
  EXPECT_FALSE(api::bool_at(s, {"ready"}));
  EXPECT_FALSE(api::bool_at(s, {"started"}, true));
  EXPECT_EQ(api::string_at(s, {"imageID"}, "unset"), "");
  s = status_of({}, R"({"initContainers":[{"name":"i"}],"containers":[{"name":"app","image":"i"}]})");
  EXPECT_EQ(api::string_at(s, {"state", "waiting", "reason"}), "PodInitializing");
}

TEST(pod_status, a_running_container_has_its_id_and_the_end_of_the_run_before) {
  container_record r;
  r.current = runs(2);
  r.previous = ran(1, 137);
  r.previous->reason = "OOMKilled";
  r.started = r.ready = true;
  auto s = status_of(r);
  EXPECT_EQ(api::string_at(s, {"state", "running", "startedAt"}), "2026-11-22T12:00:00Z");
  EXPECT_EQ(api::string_at(s, {"containerID"}), "troupe://c2");
  EXPECT_EQ(api::int_at(s, {"restartCount"}), 2);
  EXPECT_EQ(api::string_at(s, {"lastState", "terminated", "reason"}), "OOMKilled");
  EXPECT_EQ(api::string_at(s, {"lastState", "terminated", "containerID"}), "troupe://c1");
  EXPECT_TRUE(api::bool_at(s, {"ready"}));
}

TEST(pod_status, a_crash_that_waits_shows_its_end_as_the_last_state) {
  container_record r;
  r.current = ran(1, 1);
  r.current->message = "fatal";
  r.waiting_reason = "CrashLoopBackOff";
  auto s = status_of(r);
  EXPECT_EQ(api::string_at(s, {"state", "waiting", "reason"}), "CrashLoopBackOff");
  EXPECT_EQ(api::string_at(s, {"lastState", "terminated", "message"}), "fatal");
  EXPECT_EQ(api::int_at(s, {"restartCount"}), 1);
}

TEST(pod_status, a_finished_init_container_is_ready) {
  auto pod = make_pod(R"({"initContainers":[{"name":"i","image":"x"}],"containers":[{"name":"app","image":"i"}]})");
  container_record r;
  r.current = ran(0, 0);
  auto s = container_status(*pod, container_named(*pod, "i"), r);
  EXPECT_TRUE(api::bool_at(s, {"ready"}));
  EXPECT_EQ(api::string_at(s, {"state", "terminated", "reason"}), "Completed");
}

TEST(pod_status, lists_are_sorted_and_addresses_shown) {
  auto pod = make_pod(R"({"containers":[{"name":"b","image":"i"},{"name":"a","image":"i"}]})", "{}",
                      R"({"nominatedNodeName":"n2"})");
  auto r = sandboxed();
  r.host_ips = {"192.0.2.1"};
  r.start_time = noon;
  auto s = pod_status(*pod, r, noon);
  EXPECT_EQ(api::string_at((*api::array_at(s, {"containerStatuses"}))[0], {"name"}), "a");
  EXPECT_EQ(api::string_at(s, {"podIP"}), "10.0.0.5");
  EXPECT_EQ(api::string_at(s, {"hostIP"}), "192.0.2.1");
  EXPECT_EQ(api::string_at(s, {"startTime"}), "2026-11-22T12:00:00Z");
  EXPECT_EQ(api::string_at(s, {"qosClass"}), "BestEffort");
  EXPECT_EQ(api::string_at(s, {"nominatedNodeName"}), "n2") << "of others";
  EXPECT_EQ(api::string_at(s, {"phase"}), "Pending");
}

TEST(pod_status, a_deleted_pod_that_never_ran_has_no_container_that_waits) {
  auto r = sandboxed();
  r.ending = true;
  auto s = pod_status(*make_pod(), r, noon);
  EXPECT_EQ(api::string_at(s, {"phase"}), "Failed");
  auto& c = (*api::array_at(s, {"containerStatuses"}))[0];
  EXPECT_EQ(api::string_at(c, {"state", "terminated", "reason"}), "ContainerStatusUnknown");
  EXPECT_EQ(api::int_at(c, {"state", "terminated", "exitCode"}), 137);
}

TEST(pod_status, a_record_is_read_back_from_a_status) {
  auto pod = make_pod(R"({"containers":[{"name":"a"},{"name":"b"}]})", "{}",
                      R"({"startTime":"2026-11-22T12:00:00Z","podIP":"10.0.0.9",
    "containerStatuses":[
      {"name":"a","restartCount":3,"containerID":"troupe://c9","state":{"running":{}},
      "lastState":{"terminated":{"exitCode":1,"containerID":"troupe://c8"}}},
      {"name":"b","restartCount":1,"state":{"waiting":{"reason":"CrashLoopBackOff"}},
      "lastState":{"terminated":{"exitCode":2}}}]})");
  auto r = record_of(*pod);
  EXPECT_EQ(r.start_time, noon);
  EXPECT_EQ(r.of("a").current->exit_code, 137) << "what ran is lost";
  EXPECT_EQ(r.of("a").current->attempt, 3u);
  EXPECT_EQ(r.of("a").previous->id, "c8");
  EXPECT_EQ(r.of("b").current->exit_code, 2);
}

} // namespace
} // namespace troupe::policies::node
