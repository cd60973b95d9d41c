#include "policies/node/volume.hpp"
#include "tests/policies/node/builders.hpp"

namespace troupe::policies::node {
namespace {
using namespace std::chrono_literals;

object_source source() {
  object_source s;
  s.config_map = [](std::string_view n) -> api::object_ptr {
    return n == "cm"
               ? api::object::parse(R"({"metadata":{"name":"cm"},"data":{"a":"1","b":"2"},"binaryData":{"x":"AAE="}})")
               : nullptr;
  };
  s.secret = [](std::string_view n) -> api::object_ptr {
    return n == "s" ? api::object::parse(R"({"metadata":{"name":"s"},"data":{"p":"c2VjcmV0"}})") : nullptr;
  };
  return s;
}

std::string run(std::string_view volume, const token_table& tokens = {}) {
  auto pod =
      make_pod(R"({"containers":[{"name":"app","resources":{"limits":{"cpu":"2"}}}]})", R"({"labels":{"a":"b"}})");
  auto out = volume_content(*pod, parse_object(volume), source(), {}, tokens);
  if (!out) return "error: " + out.error();
  std::string text;
  for (auto& [path, file] : *out)
    text += fmt::format("{}:{:o}:{};", path, file.mode, file.bytes.size() == 2 ? "two" : file.bytes);
  return text;
}

TEST(volume, content) {
  const std::pair<std::string, std::string> cases[] = {
      {R"({"configMap":{"name":"cm"}})", "a:644:1;b:644:2;x:644:two;"},
      {R"({"configMap":{"name":"cm","defaultMode":256,"items":[{"key":"a","path":"d/f"},{"key":"b","path":"g",
      "mode":511}]}})",
       "d/f:400:1;g:777:2;"},
      {R"({"configMap":{"name":"none"}})", R"(error: configmap "none" not found)"},
      {R"({"configMap":{"name":"none","optional":true}})", ""},
      {R"({"configMap":{"name":"cm","items":[{"key":"z","path":"z"}]}})",
       "error: configmap references non-existent config key: z"},
      {R"({"secret":{"secretName":"s"}})", "p:644:secret;"},
      {R"({"secret":{"secretName":"s","items":[{"key":"z","path":"z"}]}})",
       "error: references non-existent secret key: z"},
      {R"({"secret":{"secretName":"s","optional":true,"items":[{"key":"z","path":"z"}]}})", ""},
      {R"({"downwardAPI":{"items":[{"path":"l","fieldRef":{"fieldPath":"metadata.labels"}},{"path":"c",
      "resourceFieldRef":{"containerName":"app","resource":"limits.cpu"}}]}})",
       "c:644:2;l:644:a=\"b\";"},
      {R"({"projected":{"defaultMode":292,"sources":[{"secret":{"name":"s"}},{"configMap":{"name":"cm",
      "items":[{"key":"a","path":"a"}]}},
        {"downwardAPI":{"items":[{"path":"n","fieldRef":{"fieldPath":"metadata.name"}}]}}]}})",
       "a:444:1;n:444:web;p:444:secret;"},
      {R"({"projected":{"sources":[{"serviceAccountToken":{"path":"token"}}]}})",
       "error: failed to fetch token: no token yet"},
  };
  for (auto& [volume, expected] : cases) EXPECT_EQ(run(volume), expected) << volume;
  EXPECT_EQ(run(R"({"projected":{"sources":[{"serviceAccountToken":{"path":"token","expirationSeconds":3607}}]}})",
                {{{"", 3607}, "jwt"}}),
            "token:644:jwt;");
}

TEST(volume, tokens) {
  auto pod =
      make_pod(R"({"containers":[],"volumes":[{"name":"a","projected":{"sources":[{"serviceAccountToken":{"path":"x"}},
    {"serviceAccountToken":{"path":"y","audience":"vault","expirationSeconds":600}}]}},{"name":"b",
      "projected":{"sources":[{"serviceAccountToken":{"path":"x"}}]}}]})");
  auto needs = tokens_needed(*pod);
  ASSERT_EQ(needs.size(), 2u) << "each once";
  EXPECT_EQ(needs[1].audience, "vault");
  auto request = token_request(*pod, needs[1]);
  EXPECT_EQ(api::int_at(request, {"spec", "expirationSeconds"}), 600);
  EXPECT_EQ(api::string_at(request, {"spec", "boundObjectRef", "name"}), "web");
  EXPECT_EQ(token_refresh_time(noon, noon + 1h), noon + 48min);
  EXPECT_EQ(token_refresh_time(noon, noon + 24h * 365), noon + 24h - 15min);
}

TEST(volume, only_some_types_have_content) {
  EXPECT_TRUE(has_content(parse_object(R"({"secret":{}})")));
  EXPECT_FALSE(has_content(parse_object(R"({"emptyDir":{}})")));
}

} // namespace
} // namespace troupe::policies::node
