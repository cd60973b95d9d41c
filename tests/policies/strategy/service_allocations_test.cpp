#include "policies/strategy/service_allocator.hpp"
#include "tests/policies/strategy/documents.hpp"

namespace troupe::policies::strategy {

TEST(service_allocations, networks_have_a_base_and_a_prefix) {
  auto network = service_network::parse("10.96.3.4/12");
  ASSERT_TRUE(network);
  EXPECT_EQ(network->cidr(), "10.96.0.0/12");
  for (auto text : {"", "10.96.0.0", "10.96.0.0/", "10.96.0.0/7", "10.96.0.0/31", "x/12", "::/64"})
    EXPECT_FALSE(service_network::parse(text)) << text;
}

TEST(service_allocations, count_what_services_hold) {
  service_allocations held;
  auto service = parse(R"({"spec":{"type":"NodePort","clusterIP":"10.96.0.5","ports":[{"nodePort":30001},
{"nodePort":30001}],"healthCheckNodePort":30002}})");
  held.add(service);
  EXPECT_TRUE(held.holds_address(0x0A600005));
  EXPECT_TRUE(held.holds_port(30001));
  EXPECT_TRUE(held.holds_port(30002));
  held.add(parse(R"({"spec":{"clusterIP":"None"}})"));
  held.add(parse(R"({"spec":{"type":"ExternalName","clusterIP":"10.96.0.6"}})"));
  EXPECT_EQ(held.address_count(), 1u);
  held.remove(service);
  EXPECT_FALSE(held.holds_port(30001));
  EXPECT_EQ(held.address_count(), 0u);
}

} // namespace troupe::policies::strategy
