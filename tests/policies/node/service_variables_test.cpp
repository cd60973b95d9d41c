#include "policies/node/service_variables.hpp"
#include "tests/policies/node/builders.hpp"

namespace troupe::policies::node {
namespace {

api::object_ptr service(std::string_view ns, std::string_view name, std::string_view spec) {
  return api::object::make({{"metadata", {{"name", name}, {"namespace", ns}}}, {"spec", api::json::parse(spec)}});
}

const std::vector<api::object_ptr> services{
    service("default", "kubernetes", R"({"clusterIP":"10.96.0.1","ports":[{"name":"https","port":443}]})"),
    service(
        "shop", "my-db",
        R"({"clusterIP":"10.96.0.9","ports":[{"name":"sql","port":5432,"protocol":"TCP"},{"name":"d","port":53,
      "protocol":"UDP"}]})"),
    service("shop", "headless", R"({"clusterIP":"None","ports":[{"port":1}]})"),
    service("other", "else", R"({"clusterIP":"10.96.0.7","ports":[{"port":1}]})"),
};

TEST(service_variables, of_the_namespace_and_of_the_api) {
  auto all = service_variables(services, "shop", true);
  std::map<std::string, std::string> v(all.begin(), all.end());
  EXPECT_EQ(v["KUBERNETES_SERVICE_HOST"], "10.96.0.1");
  EXPECT_EQ(v["KUBERNETES_SERVICE_PORT_HTTPS"], "443");
  EXPECT_EQ(v["MY_DB_SERVICE_PORT"], "5432");
  EXPECT_EQ(v["MY_DB_PORT"], "tcp://10.96.0.9:5432");
  EXPECT_EQ(v["MY_DB_PORT_53_UDP"], "udp://10.96.0.9:53");
  EXPECT_EQ(v["MY_DB_PORT_5432_TCP_ADDR"], "10.96.0.9");
  EXPECT_EQ(v["MY_DB_PORT_5432_TCP_PROTO"], "tcp");
  EXPECT_FALSE(v.contains("HEADLESS_SERVICE_HOST"));
  EXPECT_FALSE(v.contains("ELSE_SERVICE_HOST"));
}

TEST(service_variables, without_links_only_the_api) {
  auto all = service_variables(services, "shop", false);
  for (auto& [name, value] : all) EXPECT_TRUE(name.starts_with("KUBERNETES_")) << name;
  EXPECT_FALSE(all.empty());
}

} // namespace
} // namespace troupe::policies::node
