#include "policies/schema/openapi_paths.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::schema {
namespace {

json::object paths_of(std::string_view group, std::string_view plural, openapi_version version) {
  json::object out;
  add_openapi_paths(*registry::builtin().find(group, "v1", plural), registry::builtin(), version, out);
  return out;
}

std::vector<std::string> names(const json::object& from) {
  std::vector<std::string> out;
  for (auto& member : from)
    out.emplace_back(member.key());
  return out;
}

TEST(openapi_paths, cover_collection_item_and_subresources) {
  EXPECT_EQ(names(paths_of("apps", "deployments", openapi_version::v3)),
            (std::vector<std::string>{"/apis/apps/v1/deployments", "/apis/apps/v1/namespaces/{namespace}/deployments",
                                      "/apis/apps/v1/namespaces/{namespace}/deployments/{name}",
                                      "/apis/apps/v1/namespaces/{namespace}/deployments/{name}/scale",
                                      "/apis/apps/v1/namespaces/{namespace}/deployments/{name}/status"}));
  EXPECT_EQ(names(paths_of("authorization.k8s.io", "selfsubjectaccessreviews", openapi_version::v3)),
            std::vector<std::string>{"/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"});
  EXPECT_EQ(names(paths_of("", "nodes", openapi_version::v2)),
            (std::vector<std::string>{"/api/v1/nodes", "/api/v1/nodes/{name}", "/api/v1/nodes/{name}/status"}));
}

TEST(openapi_paths, tell_streams_from_objects) {
  auto paths = paths_of("", "pods", openapi_version::v3);
  auto& log = paths.at("/api/v1/namespaces/{namespace}/pods/{name}/log").at("get").get_object();
  EXPECT_GE(log.at("parameters").get_array().size(), 8u);
  auto& exec = paths.at("/api/v1/namespaces/{namespace}/pods/{name}/exec").get_object();
  EXPECT_EQ(exec.at("get").at("x-kubernetes-action"), json::value("connect"));
  EXPECT_TRUE(exec.contains("post"));
}

TEST(openapi_paths, put_bodies_where_each_version_wants_them) {
  auto v2 = paths_of("", "configmaps", openapi_version::v2);
  auto& post = v2.at("/api/v1/namespaces/{namespace}/configmaps").at("post").get_object();
  EXPECT_FALSE(post.contains("requestBody"));
  EXPECT_EQ(api::string_at(post.at("parameters").get_array().back(), {"in"}), "body");
  auto v3 = paths_of("", "configmaps", openapi_version::v3);
  EXPECT_TRUE(api::object_at(v3.at("/api/v1/namespaces/{namespace}/configmaps"), {"post", "requestBody", "content"}));
}

} // namespace
} // namespace troupe::policies::schema
