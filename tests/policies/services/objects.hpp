#pragma once
#include "policies/services/routes.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::services {

inline api::object_ptr object_of(const std::string& text) {
  auto out = api::object::parse(text);
  EXPECT_TRUE(out) << text;
  return out;
}

inline api::object_ptr service_of(const std::string& spec, const std::string& status = "{}",
                                  const std::string& name = "web") {
  return object_of(R"({"apiVersion":"v1","kind":"Service","metadata":{"name":")" + name +
                   R"(","namespace":"shop"},"spec":)" + spec + R"(,"status":)" + status + "}");
}

/// A slice with one port of number 8080, or as given.
inline api::object_ptr slice_of(const std::string& endpoints,
                                const std::string& ports = R"([{"name":"","port":8080,"protocol":"TCP"}])",
                                const std::string& service = "web", const std::string& type = "IPv4") {
  return object_of(R"({"apiVersion":"discovery.k8s.io/v1","kind":"EndpointSlice","metadata":{"name":")" + service +
                   R"(-x","namespace":"shop","labels":{"kubernetes.io/service-name":")" + service +
                   R"("}},"addressType":")" + type + R"(","endpoints":)" + endpoints + R"(,"ports":)" + ports + "}");
}

inline std::string text_of(const std::vector<endpoint>& all) {
  std::string out;
  for (auto& e : all)
    out += (out.empty() ? "" : " ") + to_text(e.address) + ":" + std::to_string(e.port);
  return out;
}

} // namespace troupe::policies::services
