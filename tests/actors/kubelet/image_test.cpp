#include "tests/actors/kubelet/world.hpp"

namespace troupe::actors::kubelet::testing {
namespace {

using namespace std::chrono_literals;

struct pod_image : world {
  std::string with(const std::string& image, const std::string& policy) {
    return R"({"containers":[{"name":"app","image":")" + image + R"(","imagePullPolicy":")" + policy + R"("}]})";
  }
  std::string reason() { return std::string(api::string_at(status_of(), {"state", "waiting", "reason"})); }
};

TEST_F(pod_image, an_image_that_is_not_here_is_pulled) {
  start();
  create_pod(with("reg.test/app:1", "IfNotPresent"));
  EXPECT_EQ(phase(), "Running");
  EXPECT_TRUE(saw_event(R"(Pulling: Pulling image "reg.test/app:1")"));
  EXPECT_TRUE(saw_event(
      R"(Pulled: Successfully pulled image "reg.test/app:1" in 0s (0s including waiting). Image size: 1000 bytes.)"));
}

TEST_F(pod_image, a_failing_pull_backs_off_and_succeeds_when_the_image_is_there) {
  start();
  rt.pull_errors["reg.test/app:1"] = "rpc error: code = NotFound desc = no such image";
  create_pod(with("reg.test/app:1", "IfNotPresent"));
  EXPECT_EQ(reason(), "ErrImagePull");
  EXPECT_EQ(api::string_at(status_of(), {"state", "waiting", "message"}),
            "rpc error: code = NotFound desc = no such image");
  EXPECT_TRUE(
      saw_event(R"(Failed: Failed to pull image "reg.test/app:1": rpc error: code = NotFound desc = no such image)"));
  EXPECT_TRUE(saw_event("Failed: Error: ErrImagePull"));
  advance(6s);
  EXPECT_EQ(reason(), "ImagePullBackOff");
  EXPECT_TRUE(saw_event(R"(BackOff: Back-off pulling image "reg.test/app:1")"));
  EXPECT_EQ(rt.count("pull"), 1);
  advance(5s);
  EXPECT_EQ(rt.count("pull"), 2);
  EXPECT_EQ(reason(), "ErrImagePull");
  rt.pull_errors.clear();
  advance(15s);
  EXPECT_EQ(phase(), "Pending") << "the second pause is 20 s";
  advance(6s);
  EXPECT_EQ(phase(), "Running");
}

TEST_F(pod_image, a_name_that_is_none_is_never_pulled) {
  start();
  create_pod(with("Not A Name", "Always"));
  EXPECT_EQ(reason(), "InvalidImageName");
  EXPECT_EQ(rt.count("pull"), 0);
}

TEST_F(pod_image, policy_never_does_not_pull) {
  start();
  create_pod(with("reg.test/app:1", "Never"));
  EXPECT_EQ(reason(), "ErrImageNeverPull");
  EXPECT_TRUE(
      saw_event(R"(ErrImageNeverPull: Container image "reg.test/app:1" is not present with pull policy of Never)"));
  EXPECT_EQ(rt.count("pull"), 0);
}

TEST_F(pod_image, policy_always_pulls_though_the_image_is_here) {
  start();
  create_pod(with("busybox", "Always"));
  EXPECT_EQ(rt.count("pull"), 1);
}

} // namespace
} // namespace troupe::actors::kubelet::testing
