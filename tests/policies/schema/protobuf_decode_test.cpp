#include "policies/schema/protobuf.hpp"
#include "tests/policies/schema/captures.hpp"
#include <cstdlib>
#include <gtest/gtest.h>
#include <random>

namespace troupe::policies::schema {
namespace {

using namespace testing;

TEST(protobuf_decode, makes_of_kubectls_protobuf_the_json_that_an_older_kubectl_sends) {
  auto all = captures();
  ASSERT_GE(all.size(), 25u);
  for (auto& c : all) {
    SCOPED_TRACE(c.name);
    auto got = decode_any(body_format::protobuf, c.bytes, field_validation::strict);
    ASSERT_TRUE(got) << got.error().message;
    auto text = json::serialize(got->body) + "\n";
    if (std::getenv("TROUPE_REWRITE"))
      std::ofstream(std::string(TROUPE_TEST_DATA) + "/protobuf/" + c.name + ".json") << text;
    EXPECT_EQ(text, c.json);
  }
}

TEST(protobuf_decode, reads_the_envelope) {
  auto bytes = from_hex("6b387300 0a0c 0a026131 1206 4b696e643132 1203 616263");
  auto got = open_envelope(bytes);
  ASSERT_TRUE(got) << got.error();
  EXPECT_EQ(got->api_version, "a1");
  EXPECT_EQ(got->kind, "Kind12");
  EXPECT_EQ(got->raw, "abc");
  EXPECT_FALSE(open_envelope("{}"));
  EXPECT_FALSE(open_envelope(std::string("k8s\0\x0a\x7f", 6)));
}

struct message_case {
  std::string_view name, type, hex, want;
};

TEST(protobuf_decode, follows_the_wire_format) {
  const message_case cases[] = {
      {"unknown fields of every wire type are skipped", "ServicePort",
       "f83f01 f93f0000000000000000 fa3f01ff fd3f00000000 1850", R"({"port":80,"targetPort":0})"},
      {"a named target port", "ServicePort", "1801 2206 08011a0161 ", R"(!unexpected EOF)"},
      {"a text instead of a number", "ServicePort", "1a0161", "!proto: wrong wireType = 2 for field Port"},
      {"a varint that never ends", "ServicePort", "18ffffffffffffffffffffff01", "!proto: integer overflow"},
      {"a length beyond the end", "ServicePort", "0aff01", "!unexpected EOF"},
      {"field number zero", "ServicePort", "0001", "!proto: illegal tag"},
      {"a text that is not UTF-8", "ServicePort", "0a02c328", "!proto: string field contains invalid UTF-8"},
      {"an int32 is the low half of the varint", "ServicePort", "18ffffffffffffffffff01",
       R"({"port":-1,"targetPort":0})"},
      {"packed numbers", "PodSecurityContext", "2203 010203", R"({"supplementalGroups":[1,2,3]})"},
      {"unpacked numbers", "PodSecurityContext", "2001 2002", R"({"supplementalGroups":[1,2]})"},
      {"a map entry without key", "ConfigMap", "1203 120161",
       R"({"metadata":{"creationTimestamp":null},"data":{"":"a"}})"},
      {"a map entry without value", "ConfigMap", "1203 0a0161",
       R"({"metadata":{"creationTimestamp":null},"data":{"a":""}})"},
  };
  auto& types = registry::builtin();
  for (auto& c : cases) {
    SCOPED_TRACE(c.name);
    auto* type = types.type("io.k8s.api.core.v1." + std::string(c.type));
    ASSERT_TRUE(type);
    auto bytes = from_hex(c.hex);
    auto got = decode_message(bytes, *type);
    EXPECT_EQ(got ? json::serialize(*got) : "!" + got.error(), c.want);
  }
}

TEST(protobuf_decode, keeps_to_its_limits) {
  auto* type = registry::builtin().type("io.k8s.api.core.v1.PodSecurityContext");
  decode_limits few{.values_max = 100};
  EXPECT_TRUE(decode_message(from_hex("2203010203"), *type, few));
  std::string many;
  for (int i = 0; i < 200; ++i)
    many += from_hex("2001");
  EXPECT_FALSE(decode_message(many, *type, few));
}

TEST(protobuf_decode, refuses_a_body_of_another_kind) {
  for (auto& c : captures()) {
    if (c.name != "configmap") continue;
    auto got = decode(body_format::protobuf, c.bytes, {"", "v1", "Pod"}, field_validation::strict);
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().code, 400);
    EXPECT_EQ(got.error().message,
              R"(ConfigMap in version "v1" cannot be handled as a Pod: converting (v1.ConfigMap) to (core.Pod): )"
              R"(unknown conversion)");
  }
}

// Any bytes get an answer: mutations of real bodies neither crash nor hang.
TEST(protobuf_decode, survives_mutated_bodies) {
  std::mt19937 random(20261122);
  auto all = captures();
  for (int round = 0; round < 4000; ++round) {
    auto bytes = all[random() % all.size()].bytes;
    for (unsigned n = 1 + random() % 4; n > 0; --n) {
      auto at = random() % bytes.size();
      switch (random() % 4) {
      case 0:
        bytes[at] = static_cast<char>(random());
        break;
      case 1:
        bytes.resize(at + 1);
        break;
      case 2:
        bytes.insert(at, bytes.substr(random() % bytes.size(), random() % 16));
        break;
      default:
        bytes.erase(at, random() % 8);
        bytes += 'x';
        break;
      }
    }
    auto got = decode_any(body_format::protobuf, bytes, field_validation::strict);
    EXPECT_TRUE(got ? !encode_protobuf(got->body, *got->type).empty() : got.error().code == 400);
  }
}

} // namespace
} // namespace troupe::policies::schema
