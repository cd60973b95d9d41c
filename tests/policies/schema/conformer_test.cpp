#include "policies/schema/conformer.hpp"
#include "policies/schema/json_reader.hpp"
#include "policies/schema/registry.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::schema {
namespace {

struct result {
  std::string body, error;
  std::vector<std::string> strict;
};

result run(std::string_view type, std::string_view text) {
  document_tree tree;
  EXPECT_TRUE(read_json(text, {}, tree));
  conformer work(conformer::mode::checked);
  auto body = work.run(*tree.root, *registry::builtin().type("io.k8s.api." + std::string(type)));
  return {json::serialize(body), work.error(), work.strict_errors()};
}

TEST(conformer, writes_what_go_writes) {
  struct {
    std::string_view name, type, text, want;
  } cases[] = {
      {"null is unset", "apps.v1.DeploymentSpec", R"({"replicas":null,"selector":null,"template":null,"paused":null})",
       R"({"selector":null,"template":{"metadata":{"creationTimestamp":null},"spec":{"containers":null}},)"
       R"("strategy":{}})"},
      {"a pointer keeps its zero", "apps.v1.DeploymentSpec", R"({"replicas":0,"minReadySeconds":0})",
       R"({"replicas":0,"selector":null,"template":{"metadata":{"creationTimestamp":null},)"
       R"("spec":{"containers":null}},"strategy":{}})"},
      {"a required list keeps its emptiness", "core.v1.PodSpec", R"({"containers":[],"volumes":[]})",
       R"({"containers":[]})"},
      {"null items become zero", "core.v1.PodSpec", R"({"containers":[null]})",
       R"({"containers":[{"name":"","resources":{}}]})"},
      {"quantities are canonical", "core.v1.ResourceRequirements", R"({"limits":{"cpu":0.5,"memory":"1024Mi","x":2}})",
       R"({"limits":{"cpu":"500m","memory":"1Gi","x":"2"}})"},
      {"times are UTC with seconds", "core.v1.ContainerStateRunning", R"({"startedAt":"2026-11-22T18:02:28.5+02:00"})",
       R"({"startedAt":"2026-11-22T16:02:28Z"})"},
      {"maps are sorted", "core.v1.ConfigMap", R"({"data":{"b":"1","a":"2"}})",
       R"({"metadata":{"creationTimestamp":null},"data":{"a":"2","b":"1"}})"},
      {"a port by number and by name", "core.v1.HTTPGetAction", R"({"port":"web"})", R"({"port":"web"})"},
      {"members embedded in Go lie flat", "core.v1.Volume", R"({"emptyDir":{},"name":"v"})",
       R"({"name":"v","emptyDir":{}})"},
      {"the last of a duplicate scalar counts", "core.v1.ServicePort", R"({"port":1,"port":2})",
       R"({"port":2,"targetPort":0})"},
      {"duplicate structs grow together", "core.v1.Probe", R"({"httpGet":{"path":"/","port":1},"httpGet":{"port":2}})",
       R"({"httpGet":{"path":"/","port":2}})"},
      {"duplicate lists replace", "core.v1.Container", R"({"args":["a"],"args":["b"],"name":"c"})",
       R"({"name":"c","args":["b"],"resources":{}})"},
  };
  for (auto& c : cases) {
    auto got = run(c.type, c.text);
    EXPECT_EQ(got.error, "") << c.name;
    EXPECT_EQ(got.body, c.want) << c.name;
  }
}

TEST(conformer, names_the_first_failure_of_the_document) {
  struct {
    std::string_view name, type, text, want;
  } cases[] = {
      {"in the order of the document", "core.v1.Container", R"({"tty":"x","name":1})",
       "json: cannot unmarshal string into Go struct field Container.tty of type bool"},
      {"but Go's own readers end it at once", "core.v1.HTTPGetAction", R"({"path":1,"port":true})",
       "json: cannot unmarshal bool into Go value of type int32"},
      {"a fraction for a port", "core.v1.HTTPGetAction", R"({"port":80.5})",
       "json: cannot unmarshal number 80.5 into Go value of type int32"},
      {"a fraction for a number", "core.v1.Probe", R"({"periodSeconds":1.0})",
       "json: cannot unmarshal number 1.0 into Go struct field Probe.periodSeconds of type int32"},
      {"a text for a struct", "core.v1.PodSpec", R"({"securityContext":"x"})",
       "json: cannot unmarshal string into Go struct field PodSpec.securityContext of type v1.PodSecurityContext"},
      {"a list for a map", "core.v1.ConfigMap", R"({"data":[]})",
       "json: cannot unmarshal array into Go struct field ConfigMap.data of type map[string]string"},
      {"limits as a list", "core.v1.ResourceRequirements", R"({"limits":[]})",
       "json: cannot unmarshal array into Go struct field ResourceRequirements.limits of type v1.ResourceList"},
  };
  for (auto& c : cases)
    EXPECT_EQ(run(c.type, c.text).error, c.want) << c.name;
}

TEST(conformer, reports_unknown_and_duplicate_fields_once_and_in_order) {
  auto got = run(
      "core.v1.Pod",
      R"({"z":1,"metadata":{"labels":{"a":"1","a":"2"},"y":{"q":1}},"z":2,"spec":{"containers":[{"x":1},{"x":1}]}})");
  EXPECT_EQ(got.strict,
            (std::vector<std::string>{R"(unknown field "z")", R"(duplicate field "metadata.labels.a")",
                                      R"(unknown field "metadata.y")", R"(unknown field "spec.containers[0].x")",
                                      R"(unknown field "spec.containers[1].x")"}));
  std::string many = "{";
  for (int i = 0; i < 1000; ++i)
    many += (i ? ",\"k" : "\"k") + std::to_string(i) + "\":1";
  EXPECT_EQ(run("core.v1.Pod", many + "}").strict.size(), 100u);
}

TEST(conformer, does_not_choke_on_many_duplicates) {
  std::string body = R"({"metadata":{})";
  for (int i = 0; i < 50'000; ++i)
    body += R"(,"metadata":{"labels":{"a":"b"}})";
  EXPECT_EQ(run("core.v1.ConfigMap", body + "}").body, R"({"metadata":{"creationTimestamp":null,"labels":{"a":"b"}}})");
}

} // namespace
} // namespace troupe::policies::schema
