#include "policies/node/eviction.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::node {
namespace {

TEST(eviction, volumes_on_disk_with_a_limit_are_watched) {
  auto pod = api::object::parse(R"({"metadata":{"name":"p","namespace":"d"},"spec":{"volumes":[
    {"name":"cache","emptyDir":{"sizeLimit":"10Mi"}},
    {"name":"fast","emptyDir":{"medium":"Memory","sizeLimit":"10Mi"}},
    {"name":"free","emptyDir":{}},
    {"name":"none","emptyDir":{"sizeLimit":"0"}},
    {"name":"host","hostPath":{"path":"/"}}]}})");
  auto found = limited_volumes(*pod);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].name, "cache");
  EXPECT_EQ(found[0].bytes_max, 10 * 1024 * 1024);
  EXPECT_EQ(volume_eviction_text(found[0].name, found[0].limit),
            "Usage of EmptyDir volume \"cache\" exceeds the limit \"10Mi\". ");
}

TEST(eviction, a_pod_without_volumes_has_none) {
  EXPECT_TRUE(limited_volumes(*api::object::parse(R"({"metadata":{"name":"p"},"spec":{}})")).empty());
}

} // namespace
} // namespace troupe::policies::node
