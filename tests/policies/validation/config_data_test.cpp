#include "tests/policies/validation/rule_table.hpp"

namespace troupe::policies::validation {

TEST(config_data, config_maps) {
  constexpr std::string_view map = R"({"metadata":{"name":"m","namespace":"default"},"data":{"a":"b"}})";
  run_rules("v1", "ConfigMap", map,
            {{"a good one", {}, {}},
             {"no data", {{"data", "-"}}, {}},
             {"a bad key",
              {{"data", R"({"a/b":""})"}},
              {"data[a/b]: Invalid value: \"a/b\": a valid config key must consist of ..."}},
             {"the same key twice",
              {{"binaryData", R"({"a":""})"}},
              {"data[a]: Invalid value: \"a\": duplicate of key present in binaryData"}},
             {"a bad binary key",
              {{"binaryData", R"({"..":""})"}},
              {"binaryData[..]: Invalid value: \"..\": must not be '..'"}}});
  run_update_rules(
      "v1", "ConfigMap", R"({"metadata":{"name":"m","namespace":"default"},"immutable":true,"data":{"a":"b"}})",
      {{"labels may change", {{"metadata.labels", R"({"a":"b"})"}}, {}},
       {"data may not", {{"data.a", R"("c")"}}, {"data: Forbidden: field is immutable when `immutable` is set"}},
       {"nor may it thaw",
        {{"immutable", "false"}},
        {"immutable: Forbidden: field is immutable when `immutable` is set"}}});
}

TEST(config_data, one_mebibyte_is_the_limit) {
  auto body = api::json::parse(R"({"metadata":{"name":"m","namespace":"default"}})").as_object();
  api::set_at(body, {"data", "a"}, api::json::value(std::string(1024 * 1024, 'x')));
  expect_errors(validate_create({"", "v1", "ConfigMap"}, body), {});
  api::set_at(body, {"data", "b"}, "x");
  expect_errors(validate_create({"", "v1", "ConfigMap"}, body), {": Too long: may not be more than 1048576 bytes"});
}

TEST(config_data, secrets_by_type) {
  constexpr std::string_view secret =
      R"({"metadata":{"name":"s","namespace":"default"},"type":"Opaque","data":{"a":"Yg=="}})";
  run_rules(
      "v1", "Secret", secret,
      {{"opaque", {}, {}},
       {"a bad key", {{"data", R"({"a b":""})"}}, {"data[a b]: Invalid value: \"a b\": a valid config key..."}},
       {"a token without account",
        {{"type", R"("kubernetes.io/service-account-token")"}},
        {"metadata.annotations[kubernetes.io/service-account.name]: Required value"}},
       {"a token",
        {{"type", R"("kubernetes.io/service-account-token")"},
         {"metadata.annotations.\"kubernetes.io/service-account.name\"", R"("a")"}},
        {}},
       {"tls without anything",
        {{"type", R"("kubernetes.io/tls")"}},
        {"data[tls.crt]: Required value", "data[tls.key]: Required value"}},
       {"basic-auth without anything",
        {{"type", R"("kubernetes.io/basic-auth")"}},
        {"data[username]: Required value", "data[password]: Required value"}},
       {"basic-auth with a user", {{"type", R"("kubernetes.io/basic-auth")"}, {"data", R"({"username":""})"}}, {}},
       {"ssh without a key", {{"type", R"("kubernetes.io/ssh-auth")"}}, {"data[ssh-privatekey]: Required value"}},
       {"docker without a config",
        {{"type", R"("kubernetes.io/dockerconfigjson")"}},
        {"data[.dockerconfigjson]: Required value"}},
       {"docker with a config",
        {{"type", R"("kubernetes.io/dockerconfigjson")"}, {"data", R"({".dockerconfigjson":"e30="})"}},
        {}},
       {"docker with something else",
        {{"type", R"("kubernetes.io/dockercfg")"}, {"data", R"({".dockercfg":"eA=="})"}},
        {"data[.dockercfg]: Invalid value: \"<secret contents redacted>\": ..."}}});
  run_update_rules("v1", "Secret", secret,
                   {{"the type stays", {{"type", R"("x/y")"}}, {"type: Invalid value: \"x/y\": field is immutable"}}});
}

} // namespace troupe::policies::validation
