#include "policies/controllers/endpoint_slices.hpp"
#include "world.hpp"
#include <fmt/format.h>
#include <gtest/gtest.h>

namespace troupe::policies::controllers {

namespace {

const api::group_resource services{"", "services"}, pods{"", "pods"}, nodes{"", "nodes"},
  slices{"discovery.k8s.io", "endpointslices"};
const api::object_key key{"n", "web"};

struct endpoint_slices : testing::Test {
  world w;
  void SetUp() override {
    w.put(services,
          document("{'metadata':{'name':'web','namespace':'n','labels':{'l':'m'}},'spec':{'selector':{'a':'b'},"
                   "'clusterIP':'10.1.0.1','ipFamilies':['IPv4'],'ports':[{'name':'http','port':80}]}}"));
    w.put(nodes, document("{'metadata':{'name':'k','labels':{'topology.kubernetes.io/zone':'z'}}}"));
  }
  void pod(int number, bool ready = true) {
    w.put(pods,
          document(fmt::format("{{'metadata':{{'name':'p{0:03}','namespace':'n','uid':'p{0:03}','labels':"
                               "{{'a':'b'}}}},'spec':{{'nodeName':'k'}},'status':{{'podIP':'10.0.0.{0}','conditions':"
                               "[{{'type':'Ready','status':'{1}'}}]}}}}",
                               number, ready ? "True" : "False")));
  }
  plan next() {
    return plan_endpoint_slices({w.table(services), w.table(pods), w.table(slices), w.table(nodes)}, key, w.now);
  }
  std::vector<std::size_t> sizes() {
    std::vector<std::size_t> out;
    for (auto& [k, s] : w.table(slices).all()) out.push_back(s->body().at("endpoints").as_array().size());
    return out;
  }
  json::object only() { return editable(*w.table(slices).all().begin()->second); }
};

TEST_F(endpoint_slices, describe_the_pods) {
  pod(1);
  w.run(next());
  EXPECT_TRUE(next().idle()) << steps_of(next());
  auto slice = only();
  EXPECT_EQ(json::serialize(slice.at("endpoints")),
            R"([{"addresses":["10.0.0.1"],"conditions":{"ready":true,"serving":true,"terminating":false},"targetRef":)"
            R"({"kind":"Pod","namespace":"n","name":"p001","uid":"p001"},"nodeName":"k","zone":"z"}])");
  EXPECT_EQ(json::serialize(slice.at("ports")), R"([{"name":"http","port":80,"protocol":"TCP"}])");
  EXPECT_EQ(slice.at("addressType"), "IPv4");
  EXPECT_EQ(json::serialize(slice.at("metadata").at("labels")),
            R"({"l":"m","kubernetes.io/service-name":"web","endpointslice.kubernetes.io/managed-by":)"
            R"("endpointslice-controller.k8s.io"})");
  EXPECT_EQ(api::string_at(slice, {"metadata", "generateName"}), "web-");
}

TEST_F(endpoint_slices, hold_a_hundred_and_fill_up) {
  for (int i = 0; i < 150; ++i) pod(i);
  w.run(next());
  EXPECT_EQ(sizes(), (std::vector<std::size_t>{100, 50}));
  EXPECT_TRUE(next().idle());
  w.table(pods).erase({"n", "p003"});
  pod(200);
  w.run(next());
  EXPECT_EQ(sizes(), (std::vector<std::size_t>{100, 50})) << "the free place is taken";
  for (int i = 0; i < 120; ++i) w.table(pods).erase({"n", fmt::format("p{:03}", i)});
  w.run(next());
  EXPECT_TRUE(next().idle());
}

TEST_F(endpoint_slices, an_endpoint_stays_in_its_slice) {
  for (int i = 0; i < 150; ++i) pod(i);
  w.run(next());
  pod(5, false);
  EXPECT_EQ(next().batches.size(), 1u);
  EXPECT_EQ(next().batches[0].size(), 1u) << "one slice changes";
}

TEST_F(endpoint_slices, a_service_without_pods_has_one_empty_slice) {
  w.run(next());
  EXPECT_EQ(sizes(), std::vector<std::size_t>{0});
  EXPECT_TRUE(next().idle());
  pod(1);
  w.run(next());
  EXPECT_EQ(sizes(), std::vector<std::size_t>{1});
  EXPECT_TRUE(next().idle());
}

TEST_F(endpoint_slices, headless_services_are_marked) {
  w.edit(services, key, [](json::object& body) { body["spec"].as_object()["clusterIP"] = "None"; });
  pod(1, false);
  w.run(next());
  auto slice = only();
  EXPECT_TRUE(slice.at("metadata").at("labels").as_object().contains("service.kubernetes.io/headless"));
  EXPECT_EQ(slice.at("endpoints").at(0).at("conditions").at("ready"), false);
}

TEST_F(endpoint_slices, other_managers_slices_are_left_alone) {
  w.put(slices, document("{'metadata':{'name':'x','namespace':'n','labels':{'kubernetes.io/service-name':'web'}},"
                         "'addressType':'IPv4','endpoints':[]}"));
  w.run(next());
  EXPECT_EQ(w.table(slices).size(), 2u);
  w.table(services).erase(key);
  EXPECT_TRUE(next().idle());
}

} // namespace

} // namespace troupe::policies::controllers
