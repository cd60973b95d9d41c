#include "policies/strategy/scale.hpp"
#include "tests/policies/strategy/documents.hpp"

namespace troupe::policies::strategy {

TEST(scale, reads_replicas_and_selector) {
  auto scale = scale_of(*make(R"({"kind":"Deployment","metadata":{"name":"d","namespace":"n","uid":"u",
"resourceVersion":"5"},"spec":{"replicas":3,"selector":{"matchLabels":{"a":"b"}}},
"status":{"replicas":2}})"));
  EXPECT_EQ(at(scale, {"kind"}), "\"Scale\"");
  EXPECT_EQ(at(scale, {"apiVersion"}), "\"autoscaling/v1\"");
  EXPECT_EQ(at(scale, {"metadata", "resourceVersion"}), "\"5\"");
  EXPECT_EQ(at(scale, {"spec", "replicas"}), "3");
  EXPECT_EQ(at(scale, {"status"}), R"({"replicas":2,"selector":"a=b"})");
  auto plain = scale_of(*make(R"({"kind":"ReplicationController","metadata":{"name":"r"},"spec":{"replicas":1,
"selector":{"a":"b"}}})"));
  EXPECT_EQ(at(plain, {"status", "selector"}), "\"a=b\"");
}

TEST(scale, writes_replicas_if_it_is_about_the_same_object) {
  auto target = make(R"({"kind":"Deployment","metadata":{"name":"d","uid":"u","resourceVersion":"5"},
"spec":{"replicas":3}})");
  const api::group_resource type{"apps", "deployments"};
  auto out = apply_scale(type, *target, parse(R"({"metadata":{"name":"d"},"spec":{"replicas":5}})"));
  ASSERT_TRUE(out);
  EXPECT_EQ(at(*out, {"spec", "replicas"}), "5");
  EXPECT_EQ(at(*apply_scale(type, *target, parse(R"({"metadata":{"name":"d"},"spec":{}})")), {"spec", "replicas"}),
            "0");
  EXPECT_EQ(apply_scale(type, *target, parse(R"({"metadata":{"name":"d","uid":"v"}})")).error().code, 409);
  EXPECT_EQ(apply_scale(type, *target, parse(R"({"metadata":{"name":"d","resourceVersion":"4"}})")).error().code, 409);
  EXPECT_EQ(apply_scale(type, *target, parse(R"({"metadata":{"name":"e"}})")).error().code, 400);
}

} // namespace troupe::policies::strategy
