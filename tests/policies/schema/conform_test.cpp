#include "policies/schema/decode.hpp"
#include "tests/policies/schema/captures.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::schema {
namespace {

const type_info& pod_type() { return *registry::builtin().type(api::group_version_kind{"", "v1", "Pod"}); }

TEST(conform, checks_the_result_of_a_patch) {
  auto document = json::parse(R"({"spec":{"x":1,"nodeName":"n"},"kind":"Pod","apiVersion":"v1"})");
  auto got = conform(document, pod_type());
  ASSERT_TRUE(got) << got.error();
  EXPECT_EQ(json::serialize(got->body),
            R"({"kind":"Pod","apiVersion":"v1","metadata":{"creationTimestamp":null},"spec":{"containers":null,)"
            R"("nodeName":"n"},"status":{}})");
  EXPECT_EQ(strict_error_text(got->strict_errors), R"(strict decoding error: unknown field "spec.x")");
  auto wrong = conform(json::parse(R"({"spec":{"nodeName":1}})"), pod_type());
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error(), "json: cannot unmarshal number into Go struct field PodSpec.spec.nodeName of type string");
  EXPECT_FALSE(conform(document, pod_type(), {.values_max = 3}));
  auto list = conform(json::parse("[]"), pod_type());
  ASSERT_FALSE(list);
  EXPECT_EQ(list.error(), "json: cannot unmarshal array into Go value of type v1.Pod");
}

TEST(conform, to_wire_orders_omits_and_keeps_what_does_not_fit) {
  auto body =
      json::parse(
          R"({"status":{"phase":"Running"},"spec":{"restartPolicy":"","containers":[{"name":"a","ports":"odd"}]},)"
          R"("metadata":{"labels":{},"name":"p"},"apiVersion":"v1","kind":"Pod","extra":1})")
          .get_object();
  EXPECT_EQ(json::serialize(to_wire(body, pod_type())),
            R"({"kind":"Pod","apiVersion":"v1","metadata":{"name":"p","creationTimestamp":null},"spec":{"containers":)"
            R"([{"name":"a","ports":"odd","resources":{}}]},"status":{"phase":"Running"}})");
  auto full = json::parse(testing::full_pod).get_object();
  EXPECT_EQ(json::serialize(to_wire(full, pod_type())), testing::full_pod);
}

TEST(conform, parses_documents_for_patches) {
  auto got = parse_document(body_format::json, R"([{"op":"add","path":"/a","value":1.5}])");
  ASSERT_TRUE(got);
  EXPECT_EQ(json::serialize(*got), R"([{"op":"add","path":"/a","value":1.5E0}])");
  EXPECT_EQ(parse_document(body_format::yaml, "a: [yes, 1]\n"), json::parse(R"({"a":[true,1]})"));
  auto bad = parse_document(body_format::json, "{");
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().message, "unexpected end of JSON input");
}

} // namespace
} // namespace troupe::policies::schema
