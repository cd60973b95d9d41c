#include "policies/oci/reference.hpp"
#include <gtest/gtest.h>
#include <random>

namespace troupe::policies::oci {
namespace {

const std::string digest = "sha256:" + std::string(64, 'a');

TEST(reference, short_names_are_completed_as_docker_does) {
  struct {
    std::string in, out;
  } cases[] = {
    {"busybox", "docker.io/library/busybox:latest"},
    {"busybox:1.35", "docker.io/library/busybox:1.35"},
    {"user/app", "docker.io/user/app:latest"},
    {"docker.io/busybox", "docker.io/library/busybox:latest"},
    {"index.docker.io/busybox", "docker.io/library/busybox:latest"},
    {"127.0.0.1:5055/library/busybox:1.35", "127.0.0.1:5055/library/busybox:1.35"},
    {"localhost/x", "localhost/x:latest"},
    {"reg:5000/a/b/c", "reg:5000/a/b/c:latest"},
    {"quay.io/a/b:v1.2_x-y", "quay.io/a/b:v1.2_x-y"},
    {"[::1]:5000/a", "[::1]:5000/a:latest"},
    {"busybox@" + digest, "docker.io/library/busybox@" + digest},
    {"busybox:1@" + digest, "docker.io/library/busybox:1@" + digest},
    {"a__b/c-d/e.f", "docker.io/a__b/c-d/e.f:latest"},
  };
  for (auto& c : cases) {
    auto ref = parse_reference(c.in);
    ASSERT_TRUE(ref) << c.in << ": " << ref.error();
    EXPECT_EQ(ref->text(), c.out);
    EXPECT_EQ(parse_reference(ref->text())->text(), c.out) << "a full name stays as it is";
  }
}

TEST(reference, what_is_no_name_is_refused) {
  for (const auto& bad : std::initializer_list<std::string>{
           "", ":", "a:", "a b", "a//b", "/a", "a/", "-a", "a..b", "a:tag:tag", "a@sha256:12", "a:-x", "a___b",
           "http://x/y", "a@md5:" + std::string(32, 'a'), "x:" + std::string(129, 'a')})
    EXPECT_FALSE(parse_reference(bad)) << bad;
  EXPECT_EQ(parse_reference("library/Foo").error(),
            "invalid reference format: repository name (library/Foo) must be lowercase");
  EXPECT_FALSE(parse_reference(std::string(64, 'a'))) << "an id is no name";
}

TEST(reference, only_this_machines_registries_are_local) {
  EXPECT_TRUE(is_local_registry("127.0.0.1:5055"));
  EXPECT_TRUE(is_local_registry("localhost:5000"));
  EXPECT_TRUE(is_local_registry("localhost"));
  EXPECT_TRUE(is_local_registry("[::1]:5000"));
  EXPECT_FALSE(is_local_registry("docker.io"));
  EXPECT_FALSE(is_local_registry("localhost.example.com"));
  EXPECT_FALSE(is_local_registry("10.127.0.1:5000"));
}

TEST(reference, any_bytes_are_read_without_harm) {
  std::mt19937_64 random(7);
  const std::string alphabet = "abZ09./:@-_[]\0 ";
  for (int i = 0; i < 50'000; ++i) {
    std::string text;
    for (auto n = random() % 24; n > 0; --n) text += alphabet[random() % alphabet.size()];
    auto ref = parse_reference(text);
    EXPECT_TRUE(!ref || parse_reference(ref->text())) << text;
  }
}

} // namespace
} // namespace troupe::policies::oci
