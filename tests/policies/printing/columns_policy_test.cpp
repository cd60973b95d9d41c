#include "row_of.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::printing {

namespace {

TEST(columns_policy, budgets_and_priorities) {
  EXPECT_EQ(row_of("policy", "PodDisruptionBudget",
                   made(R"("spec":{"minAvailable":"50%"},"status":{"disruptionsAllowed":2})")),
            R"(["x","50%","N/A",2,"60m"])");
  EXPECT_EQ(row_of("scheduling.k8s.io", "PriorityClass", made(R"("value":1000,"preemptionPolicy":"Never")")),
            R"(["x",1000,false,"60m","Never"])");
}

TEST(columns_policy, bindings) {
  EXPECT_EQ(
      row_of("rbac.authorization.k8s.io", "ClusterRoleBinding", made(R"("roleRef":{"kind":"ClusterRole","name":"r"},
              "subjects":[{"kind":"User","name":"u"},{"kind":"Group","name":"g"},{"kind":"Group","name":"h"},
              {"kind":"ServiceAccount","namespace":"n","name":"s"}])")),
      R"(["x","ClusterRole/r","60m","u","g, h","n/s"])");
}

TEST(columns_policy, certificate_requests) {
  EXPECT_EQ(row_of("certificates.k8s.io", "CertificateSigningRequest", made(R"("spec":{"signerName":"s","username":"u",
              "expirationSeconds":3600},"status":{"certificate":"Yw==","conditions":[{"type":"Approved"}]})")),
            R"(["x","60m","s","u","60m","Approved,Issued"])");
  EXPECT_EQ(row_of("certificates.k8s.io", "CertificateSigningRequest", made(R"("spec":{"username":"u"})")),
            R"(["x","60m","<none>","u","<none>","Pending"])");
}

TEST(columns_policy, webhooks_and_services) {
  EXPECT_EQ(row_of("admissionregistration.k8s.io", "MutatingWebhookConfiguration", made(R"("webhooks":[{}])")),
            R"(["x",1,"60m"])");
  EXPECT_EQ(row_of("apiregistration.k8s.io", "APIService", made(R"("spec":{"service":{"namespace":"n","name":"s"}},
              "status":{"conditions":[{"type":"Available","status":"False","reason":"Gone"}]})")),
            R"j(["x","n/s","False (Gone)","60m"])j");
  EXPECT_EQ(row_of("apiregistration.k8s.io", "APIService", made(R"("spec":{})")), R"(["x","Local","Unknown","60m"])");
}

} // namespace

} // namespace troupe::policies::printing
