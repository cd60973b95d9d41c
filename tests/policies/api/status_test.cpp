#include "policies/api/status.hpp"
#include <gtest/gtest.h>

namespace troupe::api {

namespace {

const group_resource deployments{"apps", "deployments"};

TEST(status, documents_look_like_those_of_the_server) {
  EXPECT_EQ(json::serialize(not_found(deployments, "web").document()),
            R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure",)"
            R"("message":"deployments.apps \"web\" not found","reason":"NotFound",)"
            R"("details":{"name":"web","group":"apps","kind":"deployments"},"code":404})");
  EXPECT_EQ(json::serialize(bad_request("no").document()),
            R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"no",)"
            R"("reason":"BadRequest","code":400})");
}

TEST(status, codes_and_texts_are_those_of_kubernetes) {
  struct { status s; int code; std::string reason, message; } cases[] = {
    {already_exists({"", "pods"}, "a"), 409, "AlreadyExists", "pods \"a\" already exists"},
    {conflict(deployments, "a"), 409, "Conflict",
     "Operation cannot be fulfilled on deployments.apps \"a\": the object has been modified; please apply your changes "
     "to the latest version and try again"},
    {forbidden({"", "pods"}, "", "why"), 403, "Forbidden", "pods is forbidden: why"},
    {forbidden({"", "pods"}, "a", "why"), 403, "Forbidden", "pods \"a\" is forbidden: why"},
    {method_not_supported({"", "pods"}, "patch"), 405, "MethodNotAllowed",
     "patch is not supported on resources of kind \"pods\""},
    {unauthorized(), 401, "Unauthorized", "Unauthorized"},
    {expired("old"), 410, "Expired", "old"},
    {unknown_resource(), 404, "NotFound", "the server could not find the requested resource"},
    {internal_error("x"), 500, "InternalError", "Internal error occurred: x"},
    {timeout("x"), 504, "Timeout", "Timeout: x"},
    {too_many_requests("x", 3), 429, "TooManyRequests", "x"},
    {not_acceptable("x"), 406, "NotAcceptable", "x"},
    {unsupported_media_type("x"), 415, "UnsupportedMediaType", "x"},
    {request_entity_too_large("x"), 413, "RequestEntityTooLarge", "Request entity too large: x"},
    {service_unavailable("x"), 503, "ServiceUnavailable", "x"},
  };
  for (auto& c : cases) {
    EXPECT_EQ(c.s.code, c.code);
    EXPECT_EQ(c.s.reason, c.reason);
    EXPECT_EQ(c.s.message, c.message);
  }
  EXPECT_EQ(too_many_requests("x", 3).document().at("details").at("retryAfterSeconds"), 3);
}

TEST(status, invalid_lists_every_cause_but_each_sentence_once) {
  field_error name{field_error_type::required, "spec.a", "", "name or generateName is required"};
  field_error image{field_error_type::invalid, "spec.b", "\"x\"", "must be y"};
  auto one = invalid("apps", "Deployment", "web", {name});
  EXPECT_EQ(one.code, 422);
  EXPECT_EQ(one.message,
            "Deployment.apps \"web\" is invalid: spec.a: Required value: name or generateName is required");
  auto three = invalid("", "Pod", "web", {name, image, image});
  EXPECT_EQ(three.message, "Pod \"web\" is invalid: [spec.a: Required value: name or generateName is required, "
                           "spec.b: Invalid value: \"x\": must be y]");
  ASSERT_EQ(three.details.causes.size(), 3u);
  EXPECT_EQ(three.details.causes[1].reason, "FieldValueInvalid");
  EXPECT_EQ(three.details.causes[1].message, "Invalid value: \"x\": must be y");
}

} // namespace

} // namespace troupe::api
