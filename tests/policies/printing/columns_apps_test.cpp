#include "row_of.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::printing {

namespace {

constexpr auto spec = R"("spec":{"replicas":3,"selector":{"matchLabels":{"a":"b"}},"template":{"spec":{
  "nodeSelector":{"disk":"ssd"},"containers":[{"name":"c","image":"i:1"},{"name":"d","image":"j"}]}}},)";

TEST(columns_apps, deployments) {
  EXPECT_EQ(
      row_of("apps", "Deployment",
             made(std::string(spec) + R"("status":{"readyReplicas":2,"updatedReplicas":3,"availableReplicas":1})")),
      R"(["x","2/3",3,1,"60m","c,d","i:1,j","a=b"])");
  EXPECT_EQ(row_of("apps", "Deployment", made(R"("spec":{"replicas":0,"selector":{}})")),
            R"(["x","0/0",0,0,"60m","","",""])");
}

TEST(columns_apps, the_others) {
  EXPECT_EQ(row_of("apps", "ReplicaSet", made(std::string(spec) + R"("status":{"replicas":2,"readyReplicas":1})")),
            R"(["x",3,2,1,"60m","c,d","i:1,j","a=b"])");
  EXPECT_EQ(row_of("", "ReplicationController", made(R"("spec":{"replicas":1,"selector":{"k":"v"}})")),
            R"(["x",1,0,0,"60m","","","k=v"])");
  EXPECT_EQ(row_of("apps", "StatefulSet", made(std::string(spec) + R"("status":{"readyReplicas":1})")),
            R"(["x","1/3","60m","c,d","i:1,j"])");
  EXPECT_EQ(row_of("apps", "DaemonSet", made(std::string(spec) + R"("status":{"desiredNumberScheduled":5,
              "currentNumberScheduled":4,"numberReady":3,"updatedNumberScheduled":2,"numberAvailable":1})")),
            R"(["x",5,4,3,2,1,"disk=ssd","60m","c,d","i:1,j","a=b"])");
  EXPECT_EQ(row_of("autoscaling", "Scale", made(R"("spec":{"replicas":2},"status":{"replicas":1})")),
            R"(["x",2,1,"60m"])");
}

TEST(columns_apps, revisions_name_their_owner) {
  EXPECT_EQ(row_of("apps", "ControllerRevision", R"({"metadata":{"name":"x","ownerReferences":[{"controller":true,
              "apiVersion":"apps/v1","kind":"DaemonSet","name":"d"}]},"revision":7})"),
            R"(["x","daemonset.apps/d",7,"<unknown>"])");
  EXPECT_EQ(row_of("apps", "ControllerRevision", made(R"("revision":1)")), R"(["x","<none>",1,"60m"])");
}

} // namespace

} // namespace troupe::policies::printing
