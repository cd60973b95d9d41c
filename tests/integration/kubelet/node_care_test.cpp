#include "embedded_fixture.hpp"

/// Logs that grow, volumes that fill and sandboxes that break, on the real machine.
namespace troupe::actors::kubelet::testing {
namespace {

struct node_care : embedded {
  void configure() override {
    k.log_bytes_max = 20'000;
    k.log_interval = caf::timespan{50ms};
    k.usage_interval = caf::timespan{50ms};
  }
  std::vector<std::string> log_names(const std::string& pod) {
    std::vector<std::string> out;
    std::error_code none;
    for (auto& e : std::filesystem::directory_iterator(
           fmt::format("{0}/logs/default_{1}_u-{1}/app", machine_fixture::directory, pod), none))
      out.push_back(e.path().filename().string());
    std::sort(out.begin(), out.end());
    return out;
  }
  api::json::value container(const std::string& pod, std::initializer_list<std::string_view> where) {
    auto p = read("pods/default/" + pod);
    auto* list = p ? api::array_at(p->status(), {"containerStatuses"}) : nullptr;
    auto* found = list ? api::find((*list)[0], where) : nullptr;
    return found ? *found : api::json::value(nullptr);
  }
};

TEST_F(node_care, a_large_log_is_rotated_and_the_older_files_are_compressed) {
  pod("chatty",
      R"("command":["sh","-c","while :; do echo 0123456789012345678901234567890123456789; sleep 0.001; done"])");
  ASSERT_TRUE(eventually([&] {
    auto names = log_names("chatty");
    return std::count_if(names.begin(), names.end(), [](auto& n) { return n.ends_with(".gz"); }) >= 1;
  }));
  std::vector<std::string> names;
  EXPECT_TRUE(eventually([&] { // Between the renaming and the next line there is none.
    names = log_names("chatty");
    return std::count(names.begin(), names.end(), "0.log") == 1;
  }));
  EXPECT_LE(names.size(), 6u) << "five, and one that is being compressed";
}

TEST_F(node_care, a_pod_that_fills_its_volume_is_evicted) {
  pod("full", R"("command":["sh","-c","dd if=/dev/zero of=/v/f bs=1M count=3; sleep 1000"],
    "volumeMounts":[{"name":"v","mountPath":"/v"}])",
      R"("volumes":[{"name":"v","emptyDir":{"sizeLimit":"2Mi"}}],)");
  ASSERT_TRUE(becomes("full", "Failed"));
  EXPECT_EQ(status("full", {"reason"}), api::json::value("Evicted"));
  EXPECT_EQ(status("full", {"message"}),
            api::json::value("Usage of EmptyDir volume \"v\" exceeds the limit \"2Mi\". "));
}

TEST_F(node_care, a_pod_whose_first_process_was_killed_gets_a_new_sandbox) {
  pod("together", R"("command":["sleep","1000"])", R"("shareProcessNamespace":true,)");
  ASSERT_TRUE(becomes("together", "Running"));
  auto before = container("together", {"containerID"});
  auto state = runtime::shell(fmt::format("cat {}/s/*/state.json", config.run_dir));
  auto pause = api::int_at(api::json::parse(state), {"pause_pid"});
  ASSERT_GT(pause, 1);
  ::kill(static_cast<pid_t>(pause), SIGKILL);
  EXPECT_TRUE(eventually([&] {
    return container("together", {"ready"}) == api::json::value(true) &&
           container("together", {"containerID"}) != before;
  }));
  EXPECT_EQ(container("together", {"restartCount"}), api::json::value(1));
}

} // namespace
} // namespace troupe::actors::kubelet::testing
