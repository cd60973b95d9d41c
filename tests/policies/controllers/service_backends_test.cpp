#include "policies/controllers/service_backends.hpp"
#include "world.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::controllers {

namespace {

api::object_ptr pod() {
  return object("{'metadata':{'name':'p','namespace':'n','uid':'u','labels':{'a':'b'}},'spec':{'containers':[{'ports':["
                "{'name':'web','containerPort':8080},{'name':'dns','containerPort':53,'protocol':'UDP'}]}]},"
                "'status':{'podIP':'10.0.0.1','conditions':[{'type':'Ready','status':'True'}]}}");
}

TEST(service_backends, ports_are_found_at_the_pod) {
  struct { std::string port; std::int64_t number; } cases[] = {
    {"{'port':80}", 80},
    {"{'port':80,'targetPort':0}", 80},
    {"{'port':80,'targetPort':81}", 81},
    {"{'port':80,'targetPort':'web','protocol':'TCP'}", 8080},
    {"{'port':80,'targetPort':'dns','protocol':'UDP'}", 53},
    {"{'port':80,'targetPort':'dns','protocol':'TCP'}", 0},
    {"{'port':80,'targetPort':'nope'}", 0},
  };
  for (auto& c : cases) EXPECT_EQ(port_at_pod(json::value(document(c.port)), *pod()), c.number) << c.port;
}

TEST(service_backends, pods_that_leave_are_in_only_when_asked_for) {
  auto service = object("{'metadata':{'namespace':'n'},'spec':{'selector':{'a':'b'}}}");
  auto publishing =
      object("{'metadata':{'namespace':'n'},'spec':{'selector':{'a':'b'},'publishNotReadyAddresses':true}}");
  api::object_table pods;
  auto leaving = editable(*pod());
  leaving["metadata"].as_object()["deletionTimestamp"] = "x";
  pods.put(api::object::make(leaving));
  EXPECT_TRUE(service_backends(*service, pods, terminating::excluded).empty());
  auto included = service_backends(*service, pods, terminating::included);
  ASSERT_EQ(included.size(), 1u);
  EXPECT_FALSE(included[0].ready);
  EXPECT_TRUE(included[0].serving);
  EXPECT_TRUE(included[0].terminating);
  EXPECT_TRUE(service_backends(*publishing, pods, terminating::excluded).at(0).ready);
}

TEST(service_backends, services_without_selector_have_none) {
  EXPECT_FALSE(has_backends(*object("{'spec':{}}")));
  EXPECT_FALSE(has_backends(*object("{'spec':{'selector':{}}}")));
  EXPECT_FALSE(has_backends(*object("{'spec':{'type':'ExternalName','selector':{'a':'b'}}}")));
  EXPECT_TRUE(has_backends(*object("{'spec':{'selector':{'a':'b'}}}")));
}

} // namespace

} // namespace troupe::policies::controllers
