#include "policies/node/environment.hpp"
#include "tests/policies/node/builders.hpp"

namespace troupe::policies::node {
namespace {

object_source source() {
  object_source s;
  s.config_map = [](std::string_view n) -> api::object_ptr {
    return n == "cm" ? api::object::parse(R"({"metadata":{"name":"cm"},"data":{"a":"1","b=c":"2"}})") : nullptr;
  };
  s.secret = [](std::string_view n) -> api::object_ptr {
    return n == "s" ? api::object::parse(R"({"metadata":{"name":"s"},"data":{"p":"c2VjcmV0"}})") : nullptr;
  };
  s.services = {api::object::parse(
      R"({"metadata":{"name":"db","namespace":"default"},"spec":{"clusterIP":"10.96.0.9","ports":[{"port":1}]}})")};
  return s;
}

std::string run(std::string_view container) {
  auto pod = make_pod();
  auto out = environment_of(*pod, parse_object(container), source(), {{"10.0.0.1"}, {}, nullptr});
  if (!out) return "error: " + out.error();
  std::string text;
  for (auto& [k, v] : out->variables)
    if (!k.starts_with("DB_") || k == "DB_SERVICE_HOST") text += k + "=" + v + ";";
  for (auto& c : out->complaints) text += "!" + c;
  return text;
}

TEST(environment, variables_in_order) {
  EXPECT_EQ(
      run(R"x({"env":[{"name":"A","value":"x"},{"name":"B","value":"$(A)-$(C)-$(DB_SERVICE_HOST)"},{"name":"C",
      "value":"late"}]})x"),
      "A=x;B=x-$(C)-10.96.0.9;C=late;DB_SERVICE_HOST=10.96.0.9;");
  EXPECT_EQ(run(R"({"env":[{"name":"A","value":"1"},{"name":"A","value":"2"}]})"), "A=2;DB_SERVICE_HOST=10.96.0.9;");
  EXPECT_EQ(run(R"({"env":[{"name":"DB_SERVICE_HOST","value":"mine"}]})"), "DB_SERVICE_HOST=mine;");
  EXPECT_EQ(run(R"({"env":[{"name":"IP","valueFrom":{"fieldRef":{"fieldPath":"status.podIP"}}}]})"),
            "IP=10.0.0.1;DB_SERVICE_HOST=10.96.0.9;");
  EXPECT_EQ(run(R"({"env":[{"name":"P","valueFrom":{"secretKeyRef":{"name":"s","key":"p"}}}]})"),
            "P=secret;DB_SERVICE_HOST=10.96.0.9;");
}

TEST(environment, whole_objects_with_prefix_and_keys_that_cannot_be_names) {
  EXPECT_EQ(run(R"({"envFrom":[{"prefix":"X_","configMapRef":{"name":"cm"}},{"secretRef":{"name":"s"}}]})"),
            "X_a=1;p=secret;DB_SERVICE_HOST=10.96.0.9;!Keys [b=c] from the EnvFrom configMap default/cm were skipped "
            "since they are "
            "considered invalid environment variable names.");
  EXPECT_EQ(run(R"({"envFrom":[{"configMapRef":{"name":"none","optional":true}}]})"), "DB_SERVICE_HOST=10.96.0.9;");
}

TEST(environment, what_is_missing_is_an_error_unless_it_is_optional) {
  EXPECT_EQ(run(R"({"envFrom":[{"configMapRef":{"name":"none"}}]})"), R"(error: configmap "none" not found)");
  EXPECT_EQ(run(R"({"env":[{"name":"A","valueFrom":{"secretKeyRef":{"name":"none","key":"k"}}}]})"),
            R"(error: secret "none" not found)");
  EXPECT_EQ(run(R"({"env":[{"name":"A","valueFrom":{"configMapKeyRef":{"name":"cm","key":"k"}}}]})"),
            "error: couldn't find key k in ConfigMap default/cm");
  EXPECT_EQ(run(R"({"env":[{"name":"A","valueFrom":{"configMapKeyRef":{"name":"cm","key":"k","optional":true}}}]})"),
            "DB_SERVICE_HOST=10.96.0.9;");
}

TEST(environment, base64) {
  const std::pair<std::string, std::string> cases[] = {
      {"", ""}, {"YQ==", "a"}, {"YWI=", "ab"}, {"YWJj", "abc"}, {"YWJj\nZA==", "abcd"}};
  for (auto& [in, out] : cases) EXPECT_EQ(from_base64(in), out) << in;
  for (auto bad : {"YQ", "YQ=", "Y===", "Y!==", "YQ==YQ=="}) EXPECT_FALSE(from_base64(bad)) << bad;
  EXPECT_EQ(from_base64("/+8A")->size(), 3u) << "any byte";
}

} // namespace
} // namespace troupe::policies::node
