#include "policies/schema/openapi_protobuf.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::schema {
namespace {

TEST(openapi_protobuf, encodes_by_the_field_numbers_of_gnostic) {
  auto document =
      boost::json::parse(R"({"swagger":"2.0","info":{"title":"x","version":"y"},"paths":{},"definitions":{"D":)"
                         R"({"type":"object","x-a":[1]}}})")
          .get_object();
  EXPECT_EQ(openapi_to_protobuf(document), std::string("\x0a\x03"
                                                       "2.0"
                                                       "\x12\x06\x0a\x01x\x12\x01y"
                                                       "\x42\x00"
                                                       "\x4a\x21\x0a\x1f\x0a\x01"
                                                       "D\x12\x1a"
                                                       "\xb2\x01\x08\x0a\x06object"
                                                       "\xfa\x01\x0c\x0a\x03x-a\x12\x05\x12\x03[1]",
                                                       50));
}

TEST(openapi_protobuf, keeps_path_and_query_parameters_apart) {
  auto item = [](std::string_view in) {
    auto text = R"({"swagger":"2.0","info":{},"definitions":{},"paths":{"/":{"parameters":[{"name":"n","in":")" +
                std::string(in) + R"(","type":"string"}]}}})";
    return openapi_to_protobuf(boost::json::parse(text).get_object());
  };
  EXPECT_NE(item("query").find("\x32\x06string"), std::string::npos); // type is 6
  EXPECT_NE(item("path").find("\x2a\x06string"), std::string::npos);  // type is 5
}

} // namespace
} // namespace troupe::policies::schema
