#include "policies/node/image_pull.hpp"
#include "tests/policies/node/builders.hpp"

namespace troupe::policies::node {
namespace {
using namespace std::chrono_literals;

TEST(image_pull, policies) {
  EXPECT_EQ(image_step_for("Always", "a:1", true), image_step::pull);
  EXPECT_EQ(image_step_for("IfNotPresent", "a:1", true), image_step::use);
  EXPECT_EQ(image_step_for("IfNotPresent", "a:1", false), image_step::pull);
  EXPECT_EQ(image_step_for("Never", "a:1", true), image_step::use);
  EXPECT_EQ(image_step_for("Never", "a:1", false), image_step::never);
  EXPECT_EQ(image_step_for("", "a", true), image_step::pull) << "no tag means latest";
  EXPECT_EQ(image_step_for("", "a:latest", true), image_step::pull);
  EXPECT_EQ(image_step_for("", "a:1", true), image_step::use);
}

TEST(image_pull, names) {
  for (auto good : {"busybox", "busybox:1.35", "reg.test:5000/a/b_c:v1", "localhost/x", "a--b.c__d:T-1.2",
                    "x@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"})
    EXPECT_FALSE(image_name_problem(good)) << good;
  for (auto bad : {"", "Not A Name", "a//b", "-a", "a:", "a:b:c/", "a@sha256:12", "_a", "a___b", "reg.test:x/a"})
    EXPECT_TRUE(image_name_problem(bad)) << bad;
  EXPECT_EQ(
      image_name_problem("BusyBox")->message,
      R"(Failed to apply default image tag "BusyBox": couldn't parse image name "BusyBox": )"
      "invalid reference format: repository name must be lowercase");
}

TEST(image_pull, texts) {
  EXPECT_EQ(pulled_text("a:1", 1234567us, 2s, 42),
            R"(Successfully pulled image "a:1" in 1.234s (2s including waiting). Image size: 42 bytes.)");
  EXPECT_EQ(image_pull_failed("a", "why").event_message, R"(Failed to pull image "a": why)");
  EXPECT_EQ(image_pull_back_off("a", "why").message, R"(Back-off pulling image "a": ErrImagePull: why)");
  EXPECT_EQ(image_never_pull("a").message, R"(Container image "a" is not present with pull policy of Never)");
  EXPECT_EQ(present_text("a"), R"(Container image "a" already present on machine)");
  EXPECT_EQ(pulling_text("a"), R"(Pulling image "a")");
}

} // namespace
} // namespace troupe::policies::node
