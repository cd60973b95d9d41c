#include "policies/strategy/service_allocator.hpp"
#include "tests/policies/strategy/documents.hpp"

namespace troupe::policies::strategy {

namespace {

struct allocator : fixture {
  service_allocations held;
  service_network network;

  api::json::object allocate(std::string_view text, const api::json::object* old = nullptr) {
    auto body = parse(text);
    auto out = allocate_service(body, old, held, network, random);
    EXPECT_TRUE(out) << out.error().message;
    return body;
  }
  std::string refuse(std::string_view text) {
    auto body = parse(text);
    auto out = allocate_service(body, nullptr, held, network, random);
    return out ? "" : out.error().message;
  }
};

constexpr std::string_view plain = R"({"metadata":{"name":"s"},"spec":{"type":"ClusterIP","ports":[{"port":80,
"protocol":"TCP"}]}})";
constexpr std::string_view on_nodes =
    R"({"metadata":{"name":"s"},"spec":{"type":"NodePort","ports":[{"port":53,"protocol":"TCP"},
{"port":53,"protocol":"UDP"},{"port":80,"protocol":"TCP"}]}})";

} // namespace

TEST(service_allocator, a_service_gets_an_address_of_the_upper_band) {
  allocator a;
  auto body = a.allocate(plain);
  auto address = std::string(api::string_at(body, {"spec", "clusterIP"}));
  EXPECT_TRUE(address.starts_with("10."));
  EXPECT_EQ(at(body, {"spec", "clusterIPs"}), "[\"" + address + "\"]");
  EXPECT_EQ(at(body, {"spec", "ipFamilies"}), R"(["IPv4"])");
  EXPECT_EQ(at(body, {"spec", "ipFamilyPolicy"}), "\"SingleStack\"");
  for (int i = 0; i < 200; ++i)
    EXPECT_FALSE(api::string_at(a.allocate(plain), {"spec", "clusterIP"}).starts_with("10.96.0.")) << "the lower band";
}

TEST(service_allocator, headless_and_external_services_get_none) {
  allocator a;
  auto headless = a.allocate(R"({"metadata":{"name":"s"},"spec":{"type":"ClusterIP","clusterIP":"None",
"selector":{"a":"b"}}})");
  EXPECT_EQ(at(headless, {"spec", "clusterIPs"}), R"(["None"])");
  EXPECT_EQ(at(headless, {"spec", "ipFamilyPolicy"}), "\"SingleStack\"");
  auto selectorless = a.allocate(R"({"metadata":{"name":"s"},"spec":{"type":"ClusterIP","clusterIP":"None"}})");
  EXPECT_EQ(at(selectorless, {"spec", "ipFamilyPolicy"}), "\"RequireDualStack\"");
  EXPECT_EQ(at(selectorless, {"spec", "ipFamilies"}), R"(["IPv4","IPv6"])");
  auto external = a.allocate(R"({"metadata":{"name":"s"},"spec":{"type":"ExternalName","externalName":"x"}})");
  EXPECT_EQ(at(external, {"spec", "clusterIP"}), "-");
  EXPECT_EQ(at(external, {"spec", "ipFamilies"}), "-");
}

TEST(service_allocator, wanted_addresses_must_be_free_and_in_range) {
  allocator a;
  constexpr std::string_view wanted =
      R"({"metadata":{"name":"s"},"spec":{"type":"ClusterIP","clusterIP":"10.96.0.10"}})";
  EXPECT_EQ(at(a.allocate(wanted), {"spec", "clusterIPs"}), R"(["10.96.0.10"])");
  a.held.add(parse(wanted));
  EXPECT_EQ(a.refuse(wanted), "Service \"s\" is invalid: spec.clusterIPs: Invalid value: []string{\"10.96.0.10\"}: "
                              "failed to allocate IP 10.96.0.10: provided IP is already allocated");
  EXPECT_EQ(a.refuse(R"({"metadata":{"name":"s"},"spec":{"type":"ClusterIP","clusterIP":"10.0.0.1"}})"),
            "Service \"s\" is invalid: spec.clusterIPs: Invalid value: []string{\"10.0.0.1\"}: failed to allocate IP "
            "10.0.0.1: the provided IP (10.0.0.1) is not in the valid range. "
            "The range of valid IPs is 10.96.0.0/12");
}

TEST(service_allocator, a_full_range_is_an_error_of_the_server) {
  allocator a;
  a.network = *service_network::parse("10.96.0.0/30");
  for (auto address : {"10.96.0.1", "10.96.0.2"})
    a.held.add(parse(R"({"spec":{"clusterIP":")" + std::string(address) + R"("}})"));
  EXPECT_EQ(a.refuse(plain), "Internal error occurred: failed to allocate a serviceIP: range is full");
}

TEST(service_allocator, node_ports_are_shared_by_protocols_of_a_port) {
  allocator a;
  auto body = a.allocate(on_nodes);
  auto& ports = *api::array_at(body, {"spec", "ports"});
  EXPECT_EQ(api::int_at(ports[0], {"nodePort"}), api::int_at(ports[1], {"nodePort"}));
  EXPECT_NE(api::int_at(ports[0], {"nodePort"}), api::int_at(ports[2], {"nodePort"}));
  for (auto& port : ports)
    EXPECT_TRUE(api::int_at(port, {"nodePort"}) >= 30086 && api::int_at(port, {"nodePort"}) <= 32767);
}

TEST(service_allocator, wanted_node_ports_must_be_free_and_in_range) {
  allocator a;
  auto wanted = [](int port) {
    return R"({"metadata":{"name":"s"},"spec":{"type":"NodePort","ports":[{"port":80,"protocol":"TCP",
"nodePort":)" +
           std::to_string(port) + "}]}}";
  };
  EXPECT_EQ(a.refuse(wanted(30000)), "");
  EXPECT_EQ(a.refuse(wanted(32767)), "");
  EXPECT_EQ(a.refuse(wanted(32768)), "Service \"s\" is invalid: spec.ports[0].nodePort: Invalid value: 32768: provided "
                                     "port is not in the valid range. The range of valid ports is 30000-32767");
  a.held.add(parse(wanted(30000)));
  EXPECT_EQ(
      a.refuse(wanted(30000)),
      "Service \"s\" is invalid: spec.ports[0].nodePort: Invalid value: 30000: provided port is already allocated");
}

TEST(service_allocator, an_update_keeps_what_it_leaves_out) {
  allocator a;
  auto old = a.allocate(on_nodes);
  a.held.add(old);
  EXPECT_EQ(a.allocate(on_nodes, &old)["spec"], old["spec"]);
}

TEST(service_allocator, a_change_of_type_releases_what_is_not_needed) {
  allocator a;
  auto old = a.allocate(on_nodes);
  auto clustered = old;
  api::set_at(clustered, {"spec", "type"}, "ClusterIP");
  auto now = a.allocate(api::json::serialize(clustered), &old);
  EXPECT_EQ(at(now, {"spec", "clusterIP"}), at(old, {"spec", "clusterIP"}));
  for (auto& port : *api::array_at(now, {"spec", "ports"}))
    EXPECT_EQ(api::int_at(port, {"nodePort"}), 0);
  auto external = old;
  api::set_at(external, {"spec", "type"}, "ExternalName");
  EXPECT_EQ(at(a.allocate(api::json::serialize(external), &old), {"spec", "clusterIP"}), "-");
}

TEST(service_allocator, local_load_balancers_get_a_health_check_port) {
  allocator a;
  auto body = a.allocate(R"({"metadata":{"name":"s"},"spec":{"type":"LoadBalancer","externalTrafficPolicy":"Local",
"allocateLoadBalancerNodePorts":false,"ports":[{"port":80,"protocol":"TCP"}]}})");
  EXPECT_NE(at(body, {"spec", "healthCheckNodePort"}), "-");
  EXPECT_EQ(api::int_at((*api::array_at(body, {"spec", "ports"}))[0], {"nodePort"}), 0);
}

TEST(service_allocator, two_stacks_are_refused_where_there_is_one) {
  allocator a;
  EXPECT_EQ(a.refuse(R"({"metadata":{"name":"s"},"spec":{"type":"ClusterIP","ipFamilyPolicy":"RequireDualStack"}})"),
            "Service \"s\" is invalid: spec.ipFamilyPolicy: Invalid value: \"RequireDualStack\": this cluster is not "
            "configured for dual-stack services");
  EXPECT_NE(a.refuse(R"({"metadata":{"name":"s"},"spec":{"type":"ClusterIP","ipFamilies":["IPv6"]}})"), "");
}

} // namespace troupe::policies::strategy
