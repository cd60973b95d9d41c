#include "policies/schema/protobuf.hpp"
#include "tests/policies/schema/captures.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::schema {
namespace {

using namespace testing;

TEST(protobuf_encode, gives_the_bytes_that_go_gives) {
  for (auto& c : captures()) {
    SCOPED_TRACE(c.name);
    auto got = decode_any(body_format::json, c.json, field_validation::strict);
    ASSERT_TRUE(got) << got.error().message;
    EXPECT_EQ(encode_protobuf(got->body, *got->type), c.bytes);
  }
}

TEST(protobuf_encode, loses_nothing_of_a_full_pod) {
  auto pod = json::parse(full_pod).get_object();
  auto* type = registry::builtin().type(api::group_version_kind{"", "v1", "Pod"});
  auto got = decode_message(encode_message(pod, *type), *type);
  ASSERT_TRUE(got) << got.error();
  pod.erase("kind");
  pod.erase("apiVersion");
  EXPECT_EQ(json::value(*got), json::value(pod));
}

TEST(protobuf_encode, loses_nothing_of_free_form_data) {
  auto body =
      json::parse(
          R"({"metadata":{"name":"r","creationTimestamp":null,"managedFields":[{"manager":"m","operation":"Update",)"
          R"("time":"2026-11-22T16:02:28Z","fieldsType":"FieldsV1","fieldsV1":{"f:data":{".":{},"f:a":{}}}}]},)"
          R"("data":{"spec":[1,"x",null]},"revision":3})")
          .get_object();
  auto* type = registry::builtin().type(api::group_version_kind{"apps", "v1", "ControllerRevision"});
  auto got = decode_message(encode_message(body, *type), *type);
  ASSERT_TRUE(got) << got.error();
  EXPECT_EQ(json::serialize(*got), json::serialize(body));
}

TEST(protobuf_encode, leaves_out_what_has_another_shape) {
  auto* type = registry::builtin().type(api::group_version_kind{"", "v1", "ConfigMap"});
  auto body = json::parse(R"({"metadata":[],"data":"text","unknown":1,"immutable":true})").get_object();
  auto got = decode_message(encode_message(body, *type), *type);
  ASSERT_TRUE(got) << got.error();
  EXPECT_EQ(json::serialize(*got), R"({"metadata":{"creationTimestamp":null},"immutable":true})");
}

} // namespace
} // namespace troupe::policies::schema
