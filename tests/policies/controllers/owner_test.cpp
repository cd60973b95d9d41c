#include "policies/controllers/owner.hpp"
#include "world.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::controllers {

namespace {

TEST(owner, a_pod_takes_over_the_template_and_belongs_to_its_maker) {
  auto set = object("{'metadata':{'name':'web','namespace':'n','uid':'u'}}");
  auto pod = pod_from_template(
      document("{'metadata':{'labels':{'a':'b'},'annotations':{'c':'d'},'name':'ignored'},'spec':{'x':1}}"), *set,
      "apps/v1", "ReplicaSet");
  EXPECT_EQ(json::serialize(pod),
            R"({"apiVersion":"v1","kind":"Pod","metadata":{"generateName":"web-","namespace":"n","labels":{"a":"b"},)"
            R"("annotations":{"c":"d"},"ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"web",)"
            R"("uid":"u","controller":true,"blockOwnerDeletion":true}]},"spec":{"x":1}})");
}

TEST(owner, references_come_and_go) {
  auto body = document("{'metadata':{'ownerReferences':[{'uid':'1'},{'uid':'2'}]}}");
  drop_owner(body, "1");
  EXPECT_EQ(body, document("{'metadata':{'ownerReferences':[{'uid':'2'}]}}"));
  drop_owner(body, "2");
  EXPECT_EQ(body, document("{'metadata':{}}"));
  add_owner(body, document("{'uid':'3'}"));
  EXPECT_EQ(body, document("{'metadata':{'ownerReferences':[{'uid':'3'}]}}"));
  EXPECT_FALSE(controlled_by(*api::object::make(body), "3")) << "an owner is not the controller";
}

} // namespace

} // namespace troupe::policies::controllers
