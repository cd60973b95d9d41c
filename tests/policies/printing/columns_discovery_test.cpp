#include "row_of.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::printing {

namespace {

TEST(columns_discovery, slices) {
  EXPECT_EQ(
      row_of("discovery.k8s.io", "EndpointSlice", made(R"("addressType":"IPv4","ports":[{"port":80},{"name":"n"},{}],
              "endpoints":[{"addresses":["1","2"]},{"addresses":["3"]},{"addresses":["4"]}])")),
      R"(["x","IPv4","80,n,*","1,2,3 + 1 more...","60m"])");
  EXPECT_EQ(row_of("discovery.k8s.io", "EndpointSlice", made(R"("addressType":"IPv4","endpoints":null)")),
            R"(["x","IPv4","<unset>","<unset>","60m"])");
}

TEST(columns_discovery, networking) {
  EXPECT_EQ(row_of("networking.k8s.io", "Ingress", made(R"("spec":{"ingressClassName":"c","tls":[{}],
              "rules":[{"host":"a"},{},{"host":"b"}]},"status":{"loadBalancer":{"ingress":[{"ip":"9"},{"ip":"1"}]}})")),
            R"(["x","c","a,b","1,9","80, 443","60m"])");
  EXPECT_EQ(row_of("networking.k8s.io", "Ingress", made(R"("spec":{})")), R"(["x","<none>","*","","80","60m"])");
  EXPECT_EQ(row_of("networking.k8s.io", "IngressClass", made(R"("spec":{"controller":"c","parameters":{
              "apiGroup":"g.io","kind":"K","name":"n"}})")),
            R"(["x","c","K.g.io/n","60m"])");
  EXPECT_EQ(row_of("networking.k8s.io", "NetworkPolicy", made(R"("spec":{"podSelector":{"matchExpressions":[
              {"key":"a","operator":"In","values":["c","b"]}]}})")),
            R"j(["x","a in (b,c)","60m"])j");
}

} // namespace

} // namespace troupe::policies::printing
