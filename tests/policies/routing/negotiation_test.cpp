#include "policies/routing/negotiation.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::routing {
namespace {

using encoding = representation::encoding;
using shape = representation::shape;

struct accept_case {
  std::string name, accept;
  encoding bytes = encoding::json;
  shape what = shape::object;
  bool beta = false;
};

TEST(negotiate, takes_the_first_form_that_the_server_has) {
  const accept_case cases[] = {
      {.name = "no header means JSON", .accept = ""},
      {.name = "anything means JSON", .accept = "*/*"},
      {.name = "kubectl get asks for a table",
       .accept = "application/json;as=Table;v=v1;g=meta.k8s.io,application/"
                 "json;as=Table;v=v1beta1;g=meta.k8s.io,application/json",
       .what = shape::table},
      {.name = "an old client gets the beta table",
       .accept = "application/json;as=Table;v=v1beta1;g=meta.k8s.io",
       .what = shape::table,
       .beta = true},
      {.name = "typed clients prefer protobuf",
       .accept = "application/vnd.kubernetes.protobuf,application/json",
       .bytes = encoding::protobuf},
      {.name = "an unknown form is passed over",
       .accept = "application/cbor,application/yaml",
       .bytes = encoding::yaml},
      {.name = "quality beats order", .accept = "application/yaml;q=0.5, application/json;q=0.9"},
      {.name = "metadata only",
       .accept = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1",
       .what = shape::partial_metadata},
      {.name = "a table in protobuf is not had, the next one is",
       .accept = "application/vnd.kubernetes.protobuf;as=Table;v=v1;g=meta.k8s.io,application/"
                 "json;as=Table;v=v1;g=meta.k8s.io",
       .what = shape::table},
  };
  for (auto& c : cases) {
    auto got = negotiate(c.accept);
    ASSERT_TRUE(got) << c.name;
    EXPECT_EQ(got->bytes, c.bytes) << c.name;
    EXPECT_EQ(got->what, c.what) << c.name;
    EXPECT_EQ(got->beta, c.beta) << c.name;
  }
}

TEST(negotiate, refuses_what_it_does_not_have) {
  for (auto accept : {"text/html", "application/json;q=0", "application/json;as=Table;v=v9;g=meta.k8s.io"}) {
    auto got = negotiate(accept);
    ASSERT_FALSE(got) << accept;
    EXPECT_EQ(got.error().code, 406);
  }
}

} // namespace
} // namespace troupe::policies::routing
