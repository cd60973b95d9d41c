#include "policies/controllers/endpoints.hpp"
#include "world.hpp"
#include <fmt/format.h>
#include <gtest/gtest.h>

namespace troupe::policies::controllers {

namespace {

const api::group_resource services{"", "services"}, pods{"", "pods"}, endpoints_type{"", "endpoints"};
const api::object_key key{"n", "web"};

struct endpoints : testing::Test {
  world w;
  void SetUp() override {
    w.put(services,
          document("{'metadata':{'name':'web','namespace':'n','labels':{'l':'m'}},'spec':{'selector':{'a':'b'},"
                   "'ports':[{'name':'http','port':80,'targetPort':'web'}]}}"));
  }
  void pod(std::string_view name, std::string_view ip, bool ready, int port = 8080) {
    w.put(pods,
          document(fmt::format(
              "{{'metadata':{{'name':'{0}','namespace':'n','uid':'{0}','labels':{{'a':'b'}}}},'spec':{{'nodeName':'k',"
              "'containers':[{{'ports':[{{'name':'web','containerPort':{3}}}]}}]}},'status':{{'podIP':'{1}',"
              "'conditions':[{{'type':'Ready','status':'{2}'}}]}}}}",
              name, ip, ready ? "True" : "False", port)));
  }
  plan next() { return plan_endpoints({w.table(services), w.table(pods), w.table(endpoints_type)}, key, w.now); }
  std::string subsets() { return json::serialize(w.table(endpoints_type).find(key)->body().at("subsets")); }
};

TEST_F(endpoints, follow_the_pods) {
  pod("p", "10.0.0.2", true);
  pod("q", "10.0.0.1", true);
  pod("r", "10.0.0.3", false);
  w.run(next());
  EXPECT_TRUE(next().idle());
  EXPECT_EQ(
      subsets(),
      R"([{"addresses":[{"ip":"10.0.0.1","nodeName":"k","targetRef":{"kind":"Pod","namespace":"n","name":"q","uid":)"
      R"("q"}},{"ip":"10.0.0.2","nodeName":"k","targetRef":{"kind":"Pod","namespace":"n","name":"p","uid":"p"}}],)"
      R"("notReadyAddresses":[{"ip":"10.0.0.3","nodeName":"k","targetRef":{"kind":"Pod","namespace":"n","name":"r",)"
      R"("uid":"r"}}],"ports":[{"name":"http","port":8080,"protocol":"TCP"}]}])");
  EXPECT_EQ(api::string_at(w.table(endpoints_type).find(key)->labels(), {"l"}), "m");
  w.table(pods).erase({"n", "p"});
  EXPECT_EQ(steps_of(next()), "update endpoints/web");
}

TEST_F(endpoints, pods_with_other_ports_have_their_own_subset) {
  pod("p", "10.0.0.1", true, 8080);
  pod("q", "10.0.0.2", true, 9090);
  w.run(next());
  EXPECT_EQ(w.table(endpoints_type).find(key)->body().at("subsets").as_array().size(), 2u);
}

TEST_F(endpoints, are_there_without_pods_and_go_with_the_service) {
  w.run(next());
  EXPECT_FALSE(w.table(endpoints_type).find(key)->body().contains("subsets"));
  w.table(services).erase(key);
  EXPECT_EQ(steps_of(next()), "remove endpoints/web");
}

TEST_F(endpoints, of_services_without_selector_belong_to_others) {
  w.edit(services, key, [](json::object& body) { body["spec"].as_object().erase("selector"); });
  w.put(endpoints_type, document("{'metadata':{'name':'web','namespace':'n'},'subsets':[]}"));
  EXPECT_TRUE(next().idle());
}

TEST_F(endpoints, are_cut_off_at_a_thousand) {
  for (int i = 0; i < 1001; ++i) pod(fmt::format("p{:04}", i), fmt::format("10.0.{}.{}", i / 250, i % 250), i != 0);
  w.run(next());
  auto& body = w.table(endpoints_type).find(key)->body();
  EXPECT_EQ(body.at("subsets").at(0).at("addresses").as_array().size(), 1000u);
  EXPECT_EQ(api::string_at(body, {"metadata", "annotations", "endpoints.kubernetes.io/over-capacity"}), "truncated");
}

} // namespace

} // namespace troupe::policies::controllers
