#include "policies/schema/discovery.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::schema {
namespace {

constexpr std::string_view v2_type = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
constexpr std::string_view v2beta1_type = "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList";

const discovery& documents() {
  static const discovery all(registry::builtin(), "10.0.0.1:6443");
  return all;
}

json::object get(std::string_view path, std::string_view accept = "application/json") {
  auto document = documents().answer(path, accept);
  return document ? json::parse(document->body).get_object() : json::object();
}

json::object find(const json::array& list, std::string_view member, std::string_view name) {
  for (auto& item : list)
    if (api::string_at(item, {member}) == name) return item.get_object();
  return {};
}

TEST(discovery, answers_in_the_first_form_that_the_client_asks_for) {
  const std::string kubectl_1_32 = std::string(v2_type) + "," + std::string(v2beta1_type) + ",application/json";
  struct {
    std::string_view path;
    std::string accept;
    std::string_view type;
  } cases[] = {
      {"/api", kubectl_1_32, v2_type},
      {"/apis", std::string(v2beta1_type) + ",application/json", v2beta1_type},
      {"/apis", "application/json; g=apidiscovery.k8s.io; v=v2; as=APIGroupDiscoveryList", v2_type},
      {"/apis", "application/json", "application/json"},
      {"/apis", "", "application/json"},
      {"/apis", "*/*", "application/json"},
      {"/apis", "application/json;g=apidiscovery.k8s.io;v=v3;as=APIGroupDiscoveryList,application/json",
       "application/json"},
      {"/api/v1", kubectl_1_32, "application/json"},
  };
  for (auto& c : cases)
    EXPECT_EQ(documents().answer(c.path, c.accept)->content_type, c.type) << c.accept;
  EXPECT_FALSE(documents().answer("/apis/nothing", ""));
  EXPECT_FALSE(documents().answer("/api/v2", ""));
}

TEST(discovery, has_the_legacy_documents) {
  auto versions = get("/api");
  EXPECT_EQ(json::serialize(versions),
            R"({"kind":"APIVersions","versions":["v1"],"serverAddressByClientCIDRs":[{"clientCIDR":)"
            R"("0.0.0.0/0","serverAddress":"10.0.0.1:6443"}]})");
  auto groups = get("/apis").at("groups").get_array();
  EXPECT_EQ(
      json::serialize(find(groups, "name", "autoscaling")),
      R"({"name":"autoscaling","versions":[{"groupVersion":"autoscaling/v2","version":"v2"},)"
      R"({"groupVersion":"autoscaling/v1",)"
      R"("version":"v1"}],"preferredVersion":{"groupVersion":"autoscaling/v2","version":"v2"}})");
  EXPECT_EQ(
      json::serialize(get("/apis/apps")),
      R"({"kind":"APIGroup","apiVersion":"v1","name":"apps","versions":[{"groupVersion":"apps/v1","version":"v1"}],)"
      R"("preferredVersion":{"groupVersion":"apps/v1","version":"v1"}})");
}

TEST(discovery, lists_resources_as_kubernetes_does) {
  auto core = get("/api/v1");
  EXPECT_EQ(api::string_at(core, {"groupVersion"}), "v1");
  auto& resources = core.at("resources").get_array();
  EXPECT_EQ(
      json::serialize(find(resources, "name", "pods")),
      R"({"name":"pods","singularName":"pod","namespaced":true,"kind":"Pod","verbs":["create","delete",)"
      R"("deletecollection","get",)"
      R"("list","patch","update","watch"],"shortNames":["po"],"categories":["all"],)"
      R"("storageVersionHash":"xPOwRZ+Yhw8="})");
  // kubectl drain looks for exactly this.
  EXPECT_EQ(
      json::serialize(find(resources, "name", "pods/eviction")),
      R"({"name":"pods/eviction","singularName":"","namespaced":true,"group":"policy","version":"v1",)"
      R"("kind":"Eviction","verbs":["create"]})");
  EXPECT_EQ(
      json::serialize(find(resources, "name", "serviceaccounts/token")),
      R"({"name":"serviceaccounts/token","singularName":"","namespaced":true,"group":"authentication.k8s.io",)"
      R"("version":"v1",)"
      R"("kind":"TokenRequest","verbs":["create"]})");
  EXPECT_EQ(api::string_at(get("/apis/apps/v1"), {"apiVersion"}), "v1");
}

TEST(discovery, aggregates) {
  auto apis = get("/apis", v2_type);
  EXPECT_EQ(api::string_at(apis, {"apiVersion"}), "apidiscovery.k8s.io/v2");
  std::size_t resources = 0;
  for (auto& group : apis.at("items").get_array()) {
    EXPECT_FALSE(api::string_at(group, {"metadata", "name"}).empty());
    for (auto& version : group.at("versions").get_array())
      resources += version.at("resources").get_array().size();
  }
  auto core = get("/api", v2beta1_type);
  EXPECT_EQ(api::string_at(core, {"apiVersion"}), "apidiscovery.k8s.io/v2beta1");
  auto& items = core.at("items").get_array();
  ASSERT_EQ(items.size(), 1u);
  auto& list = items[0].at("versions").at(0).at("resources").get_array();
  EXPECT_EQ(resources + list.size(), registry::builtin().all().size());
  auto nodes = find(list, "resource", "nodes");
  EXPECT_EQ(
      json::serialize(nodes),
      R"({"resource":"nodes","responseKind":{"group":"","version":"v1","kind":"Node"},"scope":"Cluster",)"
      R"("singularResource":"node",)"
      R"("verbs":["create","delete","deletecollection","get","list","patch","update","watch"],"shortNames":["no"],)"
      R"("subresources":[{"subresource":"status","responseKind":{"group":"","version":"v1","kind":"Node"},)"
      R"("verbs":["get","patch","update"]}]})");
}

TEST(discovery, has_an_etag_for_each_document) {
  auto a = documents().answer("/api", v2_type), b = documents().answer("/apis", v2_type);
  EXPECT_EQ(a->etag.size(), 18u);
  EXPECT_EQ(a->etag.front(), '"');
  EXPECT_NE(a->etag, b->etag);
}

} // namespace
} // namespace troupe::policies::schema
