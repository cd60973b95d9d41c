#include "policies/inspection/redact.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::inspection {
namespace {

std::string redacted(std::string_view text) {
  auto v = api::json::parse(text);
  redact(v);
  return api::json::serialize(v);
}

TEST(redact, hides_what_is_named_like_a_secret_at_any_depth) {
  for (auto* name :
       {"token", "bearerToken", "password", "private_key", "privateKeyPem", "key-pem", "secret", "credentials"})
    EXPECT_EQ(redacted("{\"a\":[{\"" + std::string(name) + "\":\"x\"}]}").find("\"x\""), std::string::npos) << name;
}

TEST(redact, hides_whole_values_of_such_members) {
  EXPECT_EQ(redacted(R"x({"tokens":{"a":"b"},"password":["p"]})x"), R"x({"tokens":"(redacted)","password":"(redacted)"})x");
}

TEST(redact, hides_the_data_of_secrets_and_shows_their_names) {
  EXPECT_EQ(redacted(R"x({"kind":"Secret","data":{"user":"YQ=="},"stringData":{"p":"q"},"type":"Opaque"})x"),
            R"x({"kind":"Secret","data":{"user":"(redacted)"},"stringData":{"p":"(redacted)"},"type":"Opaque"})x");
  EXPECT_EQ(redacted(R"x({"kind":"Secret","data":"YQ=="})x"), R"x({"kind":"Secret","data":"(redacted)"})x");
}

TEST(redact, leaves_everything_else) {
  for (auto* text : {R"x({"kind":"ConfigMap","data":{"a":"b"}})x", R"x({"key":"node.kubernetes.io/unreachable"})x",
                     R"x({"secretName":"web","keyspace":1,"tokens":3})x", "[1,null,true,\"token\"]"})
    EXPECT_EQ(redacted(text), text);
}

} // namespace
} // namespace troupe::policies::inspection
