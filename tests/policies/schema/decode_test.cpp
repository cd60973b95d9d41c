#include "policies/schema/decode.hpp"
#include "tests/policies/schema/captures.hpp"
#include <gtest/gtest.h>
#include <random>

namespace troupe::policies::schema {
namespace {

using namespace testing;

const api::group_version_kind pod{"", "v1", "Pod"}, config_map{"", "v1", "ConfigMap"},
    deployment{"apps", "v1", "Deployment"};

std::string outcome(const api::result<decoded>& got) {
  return got ? json::serialize(got->body) : std::to_string(got.error().code) + " " + got.error().message;
}

struct decode_case {
  std::string_view name;
  api::group_version_kind kind;
  std::string_view body, want;
  field_validation validation = field_validation::strict;
};

TEST(decode, answers_in_the_words_of_kubernetes) {
  const decode_case cases[] = {
      {"a body of the expected kind", config_map,
       R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"b":"c"}})",
       R"({"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"a","creationTimestamp":null},"data":{"b":"c"}})"},
      {"kind and version are completed", config_map, R"({"metadata":{"name":"a"}})",
       R"({"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"a","creationTimestamp":null}})"},
      {"a text for a number", deployment, R"({"spec":{"replicas":"3"}})",
       R"(400 Deployment in version "v1" cannot be handled as a Deployment: json: cannot unmarshal string into )"
       R"(Go struct field DeploymentSpec.spec.replicas of type int32)"},
      {"a number for a text in a list", deployment,
       R"({"spec":{"template":{"spec":{"containers":[{"env":[{"name":"a","value":1}]}]}}}})",
       R"(400 Deployment in version "v1" cannot be handled as a Deployment: json: cannot unmarshal number into )"
       R"(Go struct field EnvVar.spec.template.spec.containers.env.value of type string)"},
      {"a label that is no text", pod, R"({"metadata":{"labels":{"a":true}}})",
       R"(400 Pod in version "v1" cannot be handled as a Pod: json: cannot unmarshal bool into Go struct field )"
       R"(ObjectMeta.metadata.labels of type string)"},
      {"an object for a list", pod, R"({"spec":{"containers":{}}})",
       R"(400 Pod in version "v1" cannot be handled as a Pod: json: cannot unmarshal object into Go struct )"
       R"(field PodSpec.spec.containers of type []v1.Container)"},
      {"a number that int32 does not hold", deployment, R"({"spec":{"replicas":3000000000}})",
       R"(400 Deployment in version "v1" cannot be handled as a Deployment: json: cannot unmarshal number )"
       R"(3000000000 into Go struct field DeploymentSpec.spec.replicas of type int32)"},
      {"a named text type", pod, R"({"spec":{"containers":[{"imagePullPolicy":1}]}})",
       R"(400 Pod in version "v1" cannot be handled as a Pod: json: cannot unmarshal number into Go struct )"
       R"(field Container.spec.containers.imagePullPolicy of type v1.PullPolicy)"},
      {"a bad quantity", pod, R"({"spec":{"containers":[{"resources":{"limits":{"cpu":"1 core"}}}]}})",
       R"(400 Pod in version "v1" cannot be handled as a Pod: quantities must match the regular expression )"
       R"('^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$')"},
      {"a bad time", pod, R"({"metadata":{"creationTimestamp":"today"}})",
       R"(400 Pod in version "v1" cannot be handled as a Pod: parsing time "today" as )"
       R"("2006-01-02T15:04:05Z07:00": cannot parse "today" as "2006")"},
      {"bad base64",
       {"", "v1", "Secret"},
       R"({"data":{"a":"***"}})",
       R"(400 Secret in version "v1" cannot be handled as a Secret: illegal base64 data at input byte 0)"},
      {"an unknown and a duplicate field", deployment, R"({"spec":{"foo":1,"paused":true,"paused":false}})",
       R"(400 Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: unknown )"
       R"(field "spec.foo", duplicate field "spec.paused")"},
      {"an unknown field in a list", pod, R"({"spec":{"containers":[{},{"img":"x"}]}})",
       R"(400 Pod in version "v1" cannot be handled as a Pod: strict decoding error: unknown field )"
       R"("spec.containers[1].img")"},
      {"field names are case-sensitive", config_map, R"({"Data":{}})",
       R"(400 ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field )"
       R"("Data")"},
      {"another kind", pod, R"({"apiVersion":"v1","kind":"Service"})",
       R"(400 Service in version "v1" cannot be handled as a Pod: converting (v1.Service) to (core.Pod): )"
       R"(unknown conversion)"},
      {"an unknown kind", pod, R"({"apiVersion":"v1","kind":"Foo"})",
       R"(400 Foo in version "v1" cannot be handled as a Pod: no kind "Foo" is registered for version "v1" in )"
       R"(scheme "k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30")"},
      {"another version",
       {"autoscaling", "v2", "HorizontalPodAutoscaler"},
       R"({"apiVersion":"autoscaling/v1","kind":"HorizontalPodAutoscaler"})",
       R"(400 the API version in the data (autoscaling/v1) does not match the expected API version (autoscaling/v2))"},
      {"no JSON", pod, "hello",
       R"(400 the object provided is unrecognized (must be of type Pod): couldn't get version/kind; json parse )"
       R"(error: invalid character 'h' looking for beginning of value (68656c6c6f))"},
      {"nothing", pod, "",
       R"(400 the object provided is unrecognized (must be of type Pod): couldn't get version/kind; json parse )"
       R"(error: unexpected end of JSON input (<empty>))"},
      {"a truncated body", pod, R"({"metadata":{"name":"a-rather-long-name")",
       R"(400 the object provided is unrecognized (must be of type Pod): couldn't get version/kind; json parse )"
       R"(error: unexpected end of JSON input ({"metadata":{"name":"a-rather- ...))"},
      {"a kind that is no text", pod, R"({"kind":1})",
       R"(400 the object provided is unrecognized (must be of type Pod): couldn't get version/kind; json parse )"
       R"(error: json: cannot unmarshal number into Go struct field .kind of type string ({"kind":1}))"},
  };
  for (auto& c : cases)
    EXPECT_EQ(outcome(decode(body_format::json, c.body, c.kind, c.validation)), c.want) << c.name;
}

TEST(decode, leaves_a_body_in_the_servers_form_as_it_is) {
  EXPECT_EQ(outcome(decode(body_format::json, full_pod, pod, field_validation::strict)), full_pod);
  for (auto& c : captures())
    EXPECT_EQ(outcome(decode_any(body_format::json, c.json, field_validation::strict)) + "\n", c.json) << c.name;
}

TEST(decode, warns_instead_of_refusing_if_asked_to) {
  auto body = R"({"foo":1,"metadata":{"name":"a","name":"b"},"bar":2,"foo":3})";
  auto warned = decode(body_format::json, body, config_map, field_validation::warn);
  ASSERT_TRUE(warned);
  EXPECT_EQ(warned->warnings, (std::vector<std::string>{R"(unknown field "foo")", R"(duplicate field "metadata.name")",
                                                        R"(unknown field "bar")"}));
  EXPECT_EQ(api::string_at(warned->body, {"metadata", "name"}), "b");
  auto silent = decode(body_format::json, body, config_map, field_validation::ignore);
  ASSERT_TRUE(silent);
  EXPECT_TRUE(silent->warnings.empty());
}

TEST(decode, refuses_a_body_above_the_limit_and_one_that_is_too_deep) {
  decode_limits small{.bytes_max = 10};
  auto got = decode(body_format::json, R"({"data":{}})", config_map, field_validation::warn, small);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, 413);
  EXPECT_EQ(got.error().message, "Request entity too large: limit is 10");
  std::string deep = std::string(200, '[');
  EXPECT_NE(outcome(decode(body_format::json, deep, config_map, field_validation::warn)).find("exceeded max depth"),
            std::string::npos);
}

TEST(decode, takes_options_of_every_group_version) {
  const api::group_version_kind options{"apps", "v1", "DeleteOptions"};
  auto got = decode(body_format::json, R"({"kind":"DeleteOptions","apiVersion":"v1","propagationPolicy":"Orphan"})",
                    options, field_validation::ignore);
  EXPECT_EQ(outcome(got), R"({"kind":"DeleteOptions","apiVersion":"v1","propagationPolicy":"Orphan"})");
  EXPECT_TRUE(decode(body_format::json, R"({"propagationPolicy":"Background"})", options, field_validation::ignore));
}

TEST(decode, takes_the_beta_version_of_an_eviction) {
  const api::group_version_kind eviction{"policy", "v1", "Eviction"};
  auto got = decode(body_format::json, R"({"apiVersion":"policy/v1beta1","kind":"Eviction","metadata":{"name":"p"}})",
                    eviction, field_validation::strict);
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(api::string_at(got->body, {"metadata", "name"}), "p");
  EXPECT_FALSE(decode(body_format::json, R"({"apiVersion":"policy/v1alpha1","kind":"Eviction"})", eviction,
                      field_validation::strict));
}

TEST(decode, reads_yaml_as_the_server_does) {
  auto text = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  name: b\ndata:\n  x: \"1\"\n";
  auto got = decode(body_format::yaml, text, config_map, field_validation::warn);
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(api::string_at(got->body, {"metadata", "name"}), "b");
  EXPECT_EQ(got->warnings,
            (std::vector<std::string>{"yaml: unmarshal errors:\n  line 5: key \"name\" already set in map"}));
}

TEST(decode, understands_content_types) {
  EXPECT_EQ(parse_content_type(""), body_format::json);
  EXPECT_EQ(parse_content_type("application/json; charset=utf-8"), body_format::json);
  EXPECT_EQ(parse_content_type(" Application/YAML "), body_format::yaml);
  EXPECT_EQ(parse_content_type("application/vnd.kubernetes.protobuf"), body_format::protobuf);
  auto other = parse_content_type("text/html");
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, 415);
}

TEST(decode, understands_the_field_validation_parameter) {
  EXPECT_EQ(parse_field_validation(""), field_validation::warn);
  EXPECT_EQ(parse_field_validation("Strict"), field_validation::strict);
  EXPECT_EQ(parse_field_validation("Ignore"), field_validation::ignore);
  auto other = parse_field_validation("loose", "PatchOptions");
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, 422);
  EXPECT_EQ(
      other.error().message,
      R"(PatchOptions.meta.k8s.io "" is invalid: fieldValidation: Unsupported value: "loose": supported values: )"
      R"("Ignore", "Strict", "Warn")");
}

// Any bytes get an answer.
TEST(decode, survives_mutated_bodies) {
  std::mt19937 random(7);
  const std::string original(full_pod);
  constexpr std::string_view alphabet = "{}[]\",:\\u0\x80\xff 1-.etn";
  for (int round = 0; round < 1500; ++round) {
    auto body = original;
    for (unsigned n = 1 + random() % 3; n > 0; --n) {
      auto at = random() % body.size();
      if (random() % 3 == 0)
        body.erase(at, random() % 20);
      else if (random() % 2 == 0)
        body[at] = alphabet[random() % alphabet.size()];
      else
        body.insert(at, body.substr(random() % body.size(), random() % 40));
      if (body.empty()) body = "{";
    }
    auto got = decode(random() % 8 ? body_format::json : body_format::yaml, body, pod, field_validation::strict);
    EXPECT_TRUE(got || got.error().code == 400);
  }
}

} // namespace
} // namespace troupe::policies::schema
