#include "policies/printing/pod_status.hpp"
#include "row_of.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::printing {

namespace {

struct pod_case {
  std::string name;
  std::string members; ///< of the pod beside its metadata
  std::string ready, word, restarts;
};

void check(const pod_case& c, const std::string& document) {
  auto status = summarize_pod(json::parse(document).as_object(), noon());
  EXPECT_EQ(std::to_string(status.ready) + "/" + std::to_string(status.total), c.ready) << c.name;
  EXPECT_EQ(status.word, c.word) << c.name;
  EXPECT_EQ(status.restarts, c.restarts) << c.name;
}

TEST(pod_status, is_the_word_that_kubectl_shows) {
  const pod_case cases[] = {
    {"nothing known", R"("spec":{"containers":[{"name":"a"}]},"status":{"phase":"Pending"})", "0/1", "Pending", "0"},
    {"running", R"("spec":{"containers":[{"name":"a"}]},"status":{"phase":"Running","containerStatuses":[
      {"name":"a","ready":true,"restartCount":0,"state":{"running":{}}}]})", "1/1", "Running", "0"},
    {"crashing", R"("spec":{"containers":[{"name":"a"}]},"status":{"phase":"Running","containerStatuses":[
      {"name":"a","restartCount":3,"state":{"waiting":{"reason":"CrashLoopBackOff"}},
       "lastState":{"terminated":{"finishedAt":"2026-11-22T11:55:00Z"}}}]})", "0/1", "CrashLoopBackOff", "3 (5m ago)"},
    {"a reason of the pod wins over the phase",
     R"("spec":{"containers":[{"name":"a"}]},"status":{"phase":"Failed","reason":"Evicted"})", "0/1", "Evicted", "0"},
    {"exit code", R"("spec":{"containers":[{"name":"a"}]},"status":{"phase":"Failed","containerStatuses":[
      {"name":"a","state":{"terminated":{"exitCode":3}}}]})", "0/1", "ExitCode:3", "0"},
    {"signal", R"("spec":{"containers":[{"name":"a"}]},"status":{"phase":"Failed","containerStatuses":[
      {"name":"a","state":{"terminated":{"exitCode":137,"signal":9}}}]})", "0/1", "Signal:9", "0"},
    {"one completed, one running and the pod is ready",
     R"("spec":{"containers":[{"name":"a"},{"name":"b"}]},"status":{"phase":"Running",
      "conditions":[{"type":"Ready","status":"True"}],"containerStatuses":[
      {"name":"a","state":{"terminated":{"exitCode":0,"reason":"Completed"}}},
      {"name":"b","ready":true,"state":{"running":{}}}]})", "1/2", "Running", "0"},
    {"one completed, one running and the pod is not ready",
     R"("spec":{"containers":[{"name":"a"},{"name":"b"}]},"status":{"phase":"Running","containerStatuses":[
      {"name":"a","state":{"terminated":{"exitCode":0,"reason":"Completed"}}},
      {"name":"b","ready":true,"state":{"running":{}}}]})", "1/2", "NotReady", "0"},
    {"gated", R"("spec":{"containers":[]},"status":{"phase":"Pending","conditions":[
      {"type":"PodScheduled","status":"False","reason":"SchedulingGated"}]})", "0/0", "SchedulingGated", "0"},
  };
  for (auto& c : cases) check(c, made(c.members));
}

TEST(pod_status, follows_init_containers) {
  const pod_case cases[] = {
      {"first of two", R"("spec":{"initContainers":[{"name":"i"},{"name":"j"}],"containers":[{"name":"a"}]},
      "status":{"phase":"Pending","initContainerStatuses":[{"name":"i","state":{"running":{}}},
      {"name":"j","state":{}}]})",
       "0/1", "Init:0/2", "0"},
      {"second of two", R"("spec":{"initContainers":[{"name":"i"},{"name":"j"}],"containers":[{"name":"a"}]},
      "status":{"phase":"Pending","initContainerStatuses":[{"name":"i","state":{"terminated":{"exitCode":0}}},
      {"name":"j","restartCount":2,"state":{"waiting":{"reason":"PodInitializing"}}}]})",
       "0/1", "Init:1/2", "2"},
      {"failed", R"("spec":{"initContainers":[{"name":"i"}],"containers":[{"name":"a"}]},
      "status":{"phase":"Pending","initContainerStatuses":[
      {"name":"i","state":{"terminated":{"exitCode":1,"reason":"Error"}}}]})",
       "0/1", "Init:Error", "0"},
      {"waiting", R"("spec":{"initContainers":[{"name":"i"}],"containers":[{"name":"a"}]},
      "status":{"phase":"Pending","initContainerStatuses":[
      {"name":"i","state":{"waiting":{"reason":"ErrImagePull"}}}]})",
       "0/1", "Init:ErrImagePull", "0"},
      {"one that stays",
       R"("spec":{"initContainers":[{"name":"i","restartPolicy":"Always"}],"containers":[{"name":"a"}]},
      "status":{"phase":"Running","initContainerStatuses":[{"name":"i","started":true,"ready":true,"restartCount":4,
      "state":{"running":{}}}],"containerStatuses":[
      {"name":"a","ready":true,"restartCount":1,"state":{"running":{}}}]})",
       "2/2", "Running", "5"},
  };
  for (auto& c : cases) check(c, made(c.members));
}

TEST(pod_status, a_deleted_pod_is_terminating) {
  auto document = [](std::string_view status) {
    return R"({"metadata":{"deletionTimestamp":"2026-11-22T11:00:00Z"},"spec":{},"status":)" + std::string(status) +
           "}";
  };
  check({"running", "", "0/0", "Terminating", "0"}, document(R"({"phase":"Running"})"));
  check({"finished", "", "0/0", "Succeeded", "0"}, document(R"({"phase":"Succeeded"})"));
  check({"lost", "", "0/0", "Unknown", "0"}, document(R"({"phase":"Running","reason":"NodeLost"})"));
}

} // namespace

} // namespace troupe::policies::printing
