#include "row_of.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::printing {

namespace {

TEST(columns_core, pods) {
  EXPECT_EQ(row_of("", "Pod", made(R"("spec":{"nodeName":"n1","containers":[{"name":"a"}],
              "readinessGates":[{"conditionType":"g"}]},"status":{"phase":"Running","podIP":"10.0.0.1",
              "podIPs":[{"ip":"10.0.0.1"}],"conditions":[{"type":"g","status":"True"}],
              "containerStatuses":[{"name":"a","ready":true,"restartCount":0,"state":{"running":{}}}]})")),
            R"(["x","1/1","Running","0","60m","10.0.0.1","n1","<none>","1/1"])");
  EXPECT_EQ(row_of("", "Pod", made(R"("spec":{},"status":{"phase":"Pending"})")),
            R"(["x","0/0","Pending","0","60m","<none>","<none>","<none>","<none>"])");
}

TEST(columns_core, services) {
  struct { std::string spec, status, row;
  } cases[] = {
      {R"({"type":"ClusterIP","clusterIP":"10.1.1.1","clusterIPs":["10.1.1.1"],"selector":{"b":"2","a":"1"},
        "ports":[{"port":80,"protocol":"TCP"},{"port":53,"protocol":"UDP"}]})",
       "{}", R"(["x","ClusterIP","10.1.1.1","<none>","80/TCP,53/UDP","60m","a=1,b=2"])"},
      {R"({"type":"NodePort","clusterIPs":["10.1.1.1"],"externalIPs":["1.2.3.4","5.6.7.8"],
        "ports":[{"port":80,"nodePort":30080,"protocol":"TCP"}]})",
       "{}", R"(["x","NodePort","10.1.1.1","1.2.3.4,5.6.7.8","80:30080/TCP","60m","<none>"])"},
      {R"({"type":"LoadBalancer","clusterIPs":["10.1.1.1"]})", "{}",
       R"(["x","LoadBalancer","10.1.1.1","<pending>","<none>","60m","<none>"])"},
      {R"({"type":"LoadBalancer","clusterIPs":["10.1.1.1"]})",
       R"({"loadBalancer":{"ingress":[{"hostname":"b"},{"ip":"a"}]}})",
       R"(["x","LoadBalancer","10.1.1.1","a,b","<none>","60m","<none>"])"},
      {R"({"type":"ExternalName","externalName":"e.org"})", "{}",
       R"(["x","ExternalName","<none>","e.org","<none>","60m","<none>"])"},
      {R"({"type":"ClusterIP","clusterIPs":["None"]})", "{}",
       R"(["x","ClusterIP","None","<none>","<none>","60m","<none>"])"},
  };
  for (auto& c : cases)
    EXPECT_EQ(row_of("", "Service", made("\"spec\":" + c.spec + ",\"status\":" + c.status)), c.row);
}

TEST(columns_core, endpoints) {
  EXPECT_EQ(row_of("", "Endpoints", made(R"("subsets":null)")), R"(["x","<none>","60m"])");
  EXPECT_EQ(row_of("", "Endpoints", made(R"("subsets":[{"addresses":[{"ip":"1.1.1.1"},{"ip":"1.1.1.2"}],
              "ports":[{"port":80},{"port":81}]}])")),
            R"(["x","1.1.1.1:80,1.1.1.1:81,1.1.1.2:80 + 1 more...","60m"])");
  EXPECT_EQ(row_of("", "Endpoints", made(R"("subsets":[{"addresses":[{"ip":"fd00::1"}],"ports":[{"port":80}]},
              {"addresses":[{"ip":"1.1.1.1"}]}])")),
            R"(["x","[fd00::1]:80,1.1.1.1","60m"])");
}

TEST(columns_core, small_ones) {
  EXPECT_EQ(row_of("", "ConfigMap", made(R"("data":{"a":"1"},"binaryData":{"b":"","c":""})")), R"(["x",3,"60m"])");
  EXPECT_EQ(row_of("", "Secret", made(R"("type":"Opaque","data":{"a":"1"})")), R"(["x","Opaque",1,"60m"])");
  EXPECT_EQ(row_of("", "ServiceAccount", made(R"("secrets":[{}])")), R"(["x",1,"60m"])");
  EXPECT_EQ(row_of("", "Namespace", made(R"("status":{"phase":"Active"})")), R"(["x","Active","60m"])");
  EXPECT_EQ(row_of("", "ResourceQuota", made(R"("status":{"hard":{"pods":"4","limits.cpu":"2","configmaps":"9"},
              "used":{"pods":"1","limits.cpu":"500m"}})")),
            R"(["x","60m","configmaps: 0/9, pods: 1/4","limits.cpu: 500m/2"])");
  EXPECT_EQ(row_of("", "PodTemplate", made(R"("template":{"metadata":{"labels":{"a":"b"}},
              "spec":{"containers":[{"name":"c","image":"i"}]}})")),
            R"(["x","c","i","a=b"])");
  EXPECT_EQ(row_of("", "ComponentStatus", made(R"("conditions":[{"type":"Healthy","status":"True","message":"ok"}])")),
            R"(["x","Healthy","ok",""])");
  EXPECT_EQ(row_of("", "Status", R"({"metadata":{},"status":"Success","message":"m"})"), R"(["Success","","m"])");
}

} // namespace

} // namespace troupe::policies::printing
