#include "objects.hpp"
#include "policies/services/dns_index.hpp"

namespace troupe::policies::services {
namespace {

TEST(dns_index_test, a_headless_service_has_its_ready_endpoints_by_host_name_or_address) {
  auto s = dns_service_of(*service_of(R"({"clusterIP":"None","ports":[{"name":"http","port":80}]})"),
                          {slice_of(R"([{"addresses":["10.1.0.2"],"hostname":"db-0"},{"addresses":["10.1.0.1"]},
                                        {"addresses":["10.1.0.3"],"conditions":{"ready":false}}])",
                                    R"([{"name":"http","port":8080,"protocol":"TCP"}])")});
  ASSERT_EQ(s->endpoints.size(), 2u);
  EXPECT_EQ(s->endpoints[0].host, "10-1-0-1");
  EXPECT_EQ(s->endpoints[1].host, "db-0");
  EXPECT_EQ(s->endpoints[1].ports[0].key, "_http._tcp");
  EXPECT_EQ(s->endpoints[1].ports[0].number, 8080);
  EXPECT_FALSE(s->cluster_ip);
}

TEST(dns_index_test, addresses_of_services_and_headless_endpoints_have_names) {
  api::object_table services, slices, namespaces;
  services.put(service_of(R"({"clusterIP":"10.96.0.9","ports":[{"port":80}]})"));
  services.put(service_of(R"({"clusterIP":"None"})", "{}", "db"));
  slices.put(slice_of(R"([{"addresses":["10.1.0.2"],"hostname":"db-0"}])", "[]", "db"));
  slices.put(slice_of(R"([{"addresses":["10.1.0.1"]}])"));
  auto index = make_dns_index("Cluster.Local", services, slices, namespaces);
  EXPECT_EQ(index->names.size(), 2u) << "endpoints of a service with an address have no name of their own";
  EXPECT_EQ(index->names.at(*parse_ipv4("10.96.0.9")), "web.shop.svc.cluster.local");
  EXPECT_EQ(index->names.at(*parse_ipv4("10.1.0.2")), "db-0.db.shop.svc.cluster.local");
}

} // namespace
} // namespace troupe::policies::services
