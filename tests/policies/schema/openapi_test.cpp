#include "policies/schema/openapi.hpp"
#include "policies/schema/openapi_protobuf.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::schema {
namespace {

const openapi& documents() {
  static const openapi all(registry::builtin());
  return all;
}

json::object get(std::string_view path) {
  auto document = documents().answer(path, "application/json");
  return document ? json::parse(document->body).get_object() : json::object();
}

/// Every `$ref` of a document leads somewhere.
void check_references(const json::value& at, const json::object& schemas, std::string_view prefix) {
  if (auto* list = at.if_array())
    for (auto& item : *list)
      check_references(item, schemas, prefix);
  auto* object = at.if_object();
  if (!object) return;
  for (auto& member : *object) {
    auto* text = member.key() == "$ref" ? member.value().if_string() : nullptr;
    if (!text) {
      check_references(member.value(), schemas, prefix);
      continue;
    }
    ASSERT_TRUE(text->starts_with(prefix)) << *text;
    EXPECT_TRUE(schemas.contains(std::string_view(*text).substr(prefix.size()))) << *text;
  }
}

TEST(openapi, index_names_every_group_version) {
  auto paths = get("/openapi/v3").at("paths").get_object();
  EXPECT_EQ(paths.size(), registry::builtin().group_versions().size());
  auto url = api::string_at(paths, {"apis/apps/v1", "serverRelativeURL"});
  EXPECT_TRUE(url.starts_with("/openapi/v3/apis/apps/v1?hash="));
  for (auto& member : paths)
    EXPECT_TRUE(documents().answer("/openapi/v3/" + std::string(member.key()), "")) << member.key();
  EXPECT_FALSE(documents().answer("/openapi/v3/apis/none/v1", ""));
}

TEST(openapi, v3_documents_are_whole) {
  for (auto& gv : registry::builtin().group_versions()) {
    auto path = gv.group.empty() ? std::string("/openapi/v3/api/v1")
                                 : "/openapi/v3/apis/" + std::string(gv.group) + "/" + std::string(gv.version);
    auto document = get(path);
    SCOPED_TRACE(path);
    auto& schemas = document.at("components").at("schemas").get_object();
    check_references(document, schemas, "#/components/schemas/");
  }
}

TEST(openapi, v3_says_what_kubectl_needs_to_apply) {
  auto document = get("/openapi/v3/apis/apps/v1");
  auto* patch = api::object_at(document, {"paths", "/apis/apps/v1/namespaces/{namespace}/deployments/{name}", "patch"});
  ASSERT_TRUE(patch);
  EXPECT_EQ(json::serialize(patch->at("x-kubernetes-group-version-kind")),
            R"({"group":"apps","version":"v1","kind":"Deployment"})");
  EXPECT_TRUE(api::object_at(*patch, {"requestBody", "content", "application/strategic-merge-patch+json"}));
  std::vector<std::string> names;
  for (auto& parameter : patch->at("parameters").get_array())
    names.emplace_back(api::string_at(parameter, {"name"}));
  EXPECT_EQ(names, (std::vector<std::string>{"dryRun", "fieldManager", "fieldValidation", "force"}));
  auto* containers =
      api::object_at(document, {"components", "schemas", "io.k8s.api.core.v1.PodSpec", "properties", "containers"});
  EXPECT_EQ(
      json::serialize(*containers),
      R"({"type":"array","items":{"allOf":[{"$ref":"#/components/schemas/io.k8s.api.core.v1.Container"}],)"
      R"("default":{}},)"
      R"("description":"The containers; at least one.","x-kubernetes-list-type":"map",)"
      R"("x-kubernetes-list-map-keys":["name"],)"
      R"("x-kubernetes-patch-merge-key":"name","x-kubernetes-patch-strategy":"merge"})");
  auto* deployment = api::object_at(document, {"components", "schemas", "io.k8s.api.apps.v1.Deployment"});
  EXPECT_EQ(json::serialize(deployment->at("x-kubernetes-group-version-kind")),
            R"([{"group":"apps","kind":"Deployment","version":"v1"}])");
  EXPECT_TRUE(api::object_at(document, {"components", "schemas", "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta",
                                        "properties", "annotations"}));
}

TEST(openapi, v2_is_whole_in_both_encodings) {
  auto document = get("/openapi/v2");
  EXPECT_EQ(api::string_at(document, {"swagger"}), "2.0");
  check_references(document, document.at("definitions").get_object(), "#/definitions/");
  auto binary = documents().answer("/openapi/v2", "application/com.github.proto-openapi.spec.v2@v1.0+protobuf");
  EXPECT_EQ(binary->content_type, "application/com.github.proto-openapi.spec.v2.v1.0+protobuf");
  EXPECT_TRUE(binary->body.starts_with("\x0a\x03"
                                       "2.0"));
  EXPECT_EQ(binary, documents().answer("/openapi/v2", "application/com.github.proto-openapi.spec.v2@v1.0+protobuf"));
}

} // namespace
} // namespace troupe::policies::schema
