#include "policies/cluster/api_servers.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::cluster {

namespace {

namespace json = api::json;

TEST(api_servers, on_one_port_are_one_subset_and_one_slice) {
  std::vector<api_server> servers{{"10.0.0.2", 6443}, {"10.0.0.1", 6443}, {"10.0.0.2", 6443}};
  auto endpoints = api_endpoints(servers);
  EXPECT_EQ(json::serialize(endpoints["subsets"]),
            R"([{"addresses":[{"ip":"10.0.0.1"},{"ip":"10.0.0.2"}],"ports":[{"name":"https","port":6443,"protocol":"TCP"}]}])");
  auto slices = api_endpoint_slices(servers);
  ASSERT_EQ(slices.size(), 1u);
  EXPECT_EQ(api::string_at(slices[0], {"metadata", "name"}), "kubernetes");
  EXPECT_EQ(json::serialize(slices[0]["endpoints"]),
            R"([{"addresses":["10.0.0.1"],"conditions":{"ready":true}},{"addresses":["10.0.0.2"],"conditions":{"ready":true}}])");
}

TEST(api_servers, on_several_ports_have_a_slice_for_each) {
  std::vector<api_server> servers{{"10.0.0.1", 6443}, {"10.0.0.2", 7443}, {"10.0.0.3", 7443}};
  EXPECT_EQ(api_endpoints(servers)["subsets"].as_array().size(), 2u);
  auto slices = api_endpoint_slices(servers);
  ASSERT_EQ(slices.size(), 2u);
  EXPECT_EQ(api::string_at(slices[0], {"metadata", "name"}), "kubernetes-6443");
  EXPECT_EQ(api::string_at(slices[1], {"metadata", "name"}), "kubernetes") << "the port that most have";
}

TEST(api_servers, without_any_the_service_has_no_endpoints) {
  EXPECT_TRUE(api_endpoints({})["subsets"].as_array().empty());
  EXPECT_TRUE(api_endpoint_slices({}).empty());
}

TEST(api_servers, that_only_their_own_host_reaches_are_left_out) {
  EXPECT_TRUE(api_endpoint_slices({{"127.0.0.1", 6443}}).empty());
  EXPECT_EQ(api_endpoints({{"127.0.0.1", 6443}, {"10.0.0.1", 6443}})["subsets"].as_array().size(), 1u);
}

TEST(api_servers, their_slices_are_known_by_name) {
  for (auto name : {"kubernetes", "kubernetes-6443"}) EXPECT_TRUE(is_api_endpoint_slice(name)) << name;
  for (auto name : {"kubernetes-", "kubernetes-x", "kubernetes-64x", "kube", ""})
    EXPECT_FALSE(is_api_endpoint_slice(name)) << name;
}

} // namespace

} // namespace troupe::policies::cluster
