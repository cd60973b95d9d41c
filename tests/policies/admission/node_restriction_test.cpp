#include "tests/policies/admission/world.hpp"

namespace troupe::policies::admission {

namespace {
struct as_node : world {
  as_node() { req.by = {"system:node:m", {"system:nodes"}}; }
};
} // namespace

TEST(node_restriction, a_node_changes_its_own_node_only) {
  as_node w;
  w.about("", "nodes", "Node");
  w.req.ns.clear();
  w.req.name = "other";
  w.set(R"({"metadata":{"name":"other"}})");
  EXPECT_EQ(w.mutated(), "nodes \"other\" is forbidden: node \"m\" is not allowed to modify node \"other\"");
  w.req.name = "m";
  w.set(R"({"metadata":{"name":"m","labels":{"kubernetes.io/hostname":"m","kubernetes.io/os":"linux",
"mine":"x"}}})");
  EXPECT_EQ(w.mutated(), "");
  w.set(R"({"metadata":{"name":"m","labels":{"node-restriction.kubernetes.io/x":"y"}}})");
  EXPECT_EQ(w.mutated(), "nodes \"m\" is forbidden: node \"m\" is not allowed to set the following labels: "
                         "node-restriction.kubernetes.io/x");
  w.req.what = operation::update;
  w.set_old(R"({"metadata":{"name":"m"},"spec":{"taints":[{"key":"a","effect":"NoSchedule"}]}})");
  w.set(R"({"metadata":{"name":"m"},"spec":{}})");
  EXPECT_EQ(w.mutated(), "nodes \"m\" is forbidden: node \"m\" is not allowed to modify taints");
}

TEST(node_restriction, and_the_status_of_its_own_pods) {
  as_node w;
  w.req.what = operation::update;
  w.req.subresource = "status";
  w.req.name = "p";
  w.set_old(R"({"metadata":{"name":"p"},"spec":{"nodeName":"other"}})");
  EXPECT_EQ(w.mutated(),
            "pods \"p\" is forbidden: node \"m\" can only update pod status for pods with spec.nodeName set to itself");
  w.set_old(R"({"metadata":{"name":"p"},"spec":{"nodeName":"m"}})");
  EXPECT_EQ(w.mutated(), "");
}

TEST(node_restriction, and_neither_labels_nor_claims_of_its_pods) {
  as_node w;
  w.req.what = operation::update;
  w.req.subresource = "status";
  w.req.name = "p";
  w.set_old(R"({"metadata":{"name":"p"},"spec":{"nodeName":"m"}})");
  w.set(R"({"metadata":{"name":"p","labels":{"a":"b"}},"spec":{"nodeName":"m"}})");
  EXPECT_EQ(w.mutated(), "pods \"p\" is forbidden: node \"m\" cannot update labels through pod status");
  w.set(R"({"metadata":{"name":"p"},"spec":{"nodeName":"m"},"status":{"resourceClaimStatuses":[{"name":"c"}]}})");
  EXPECT_EQ(w.mutated(), "pods \"p\" is forbidden: node \"m\" cannot update resource claim statues");
}

TEST(node_restriction, and_makes_mirror_pods_only) {
  constexpr const char* owner =
      R"({"apiVersion":"v1","kind":"Node","name":"m","uid":"u","controller":true,"blockOwnerDeletion":false})";
  auto mirror = [&](const std::string& owners, const std::string& spec) {
    return R"({"metadata":{"name":"p","annotations":{"kubernetes.io/config.mirror":"x"},"ownerReferences":[)" + owners +
           "]},\"spec\":{" + spec + "}}";
  };
  const std::string bound = R"("nodeName":"m")";
  struct {
    std::string pod;
    const char* refusal;
  } cases[] = {
      {R"({"metadata":{"name":"p"},"spec":{"serviceAccountName":"default","nodeName":"m"}})",
       "pod does not have \"kubernetes.io/config.mirror\" annotation, node \"m\" can only create mirror pods"},
      {mirror(owner, R"("nodeName":"o")"), "node \"m\" can only create pods with spec.nodeName set to itself"},
      {mirror("", bound), "node \"m\" can only create pods with an owner reference set to itself"},
      {mirror(owner + std::string(",") + owner, bound),
       "node \"m\" can only create pods with a single owner reference set to itself"},
      {mirror(R"({"apiVersion":"v1","kind":"Node","name":"o","uid":"u","controller":true})", bound),
       "node \"m\" can only create pods with an owner reference set to itself"},
      {mirror(R"({"apiVersion":"v1","kind":"Node","name":"m","uid":"u"})", bound),
       "node \"m\" can only create pods with a controller owner reference set to itself"},
      {mirror(R"({"apiVersion":"v1","kind":"Node","name":"m","uid":"u","controller":true,"blockOwnerDeletion":true})",
              bound),
       "node \"m\" must not set blockOwnerDeletion on an owner reference"},
      {mirror(R"({"apiVersion":"v1","kind":"Node","name":"m","uid":"v","controller":true})", bound),
       "node m UID mismatch: expected v got u"},
      {mirror(owner, bound + R"(,"serviceAccountName":"default")"),
       "node \"m\" can not create pods that reference a service account"},
      {mirror(owner, bound + R"(,"containers":[{"name":"c","envFrom":[{"secretRef":{"name":"s"}}]}])"),
       "node \"m\" can not create pods that reference secrets"},
      {mirror(owner, bound + R"(,"imagePullSecrets":[{"name":"s"}])"),
       "node \"m\" can not create pods that reference secrets"},
      {mirror(owner, bound + R"(,"volumes":[{"name":"v","projected":{"sources":[{"configMap":{"name":"c"}}]}}])"),
       "node \"m\" can not create pods that reference configmaps"},
      {mirror(owner, bound + R"(,"volumes":[{"name":"v","projected":{"sources":[{"clusterTrustBundle":{}}]}}])"),
       "node \"m\" can not create pods that reference clustertrustbundles"},
      {mirror(owner, bound + R"(,"volumes":[{"name":"v","persistentVolumeClaim":{"claimName":"c"}}])"),
       "node \"m\" can not create pods that reference persistentvolumeclaims"},
      {mirror(owner, bound + R"(,"containers":[{"name":"c"}])"), nullptr},
  };
  for (auto& c : cases) {
    as_node w;
    w.nodes["m"] = make(R"({"metadata":{"name":"m","uid":"u"}})");
    w.set(c.pod);
    EXPECT_EQ(w.mutated(), c.refusal ? std::string("pods \"p\" is forbidden: ") + c.refusal : "") << c.pod;
  }
  as_node w;
  w.set(mirror(owner, bound));
  EXPECT_EQ(w.mutated(), "nodes \"m\" not found");
}

TEST(node_restriction, and_reports_of_a_claim_how_far_it_has_grown) {
  as_node w;
  w.about("", "persistentvolumeclaims", "PersistentVolumeClaim");
  w.req.what = operation::update;
  w.req.name = "c";
  w.set_old(R"({"metadata":{"name":"c","resourceVersion":"1"},"spec":{},"status":{"capacity":{"storage":"1Gi"}}})");
  w.set(R"({"metadata":{"name":"c","resourceVersion":"2"},"spec":{},"status":{"capacity":{"storage":"2Gi"}}})");
  EXPECT_EQ(w.mutated(), "persistentvolumeclaims \"c\" is forbidden: may only update PVC status");
  w.req.subresource = "status";
  EXPECT_EQ(w.mutated(), "");
  w.set(R"({"metadata":{"name":"c","labels":{"a":"b"}},"spec":{},"status":{"capacity":{"storage":"1Gi"}}})");
  EXPECT_EQ(w.mutated(), "persistentvolumeclaims \"c\" is forbidden: node \"m\" is not allowed to update fields other "
                         "than status.capacity and status.conditions: metadata");
}

TEST(node_restriction, and_its_own_lease_and_tokens_of_its_pods) {
  as_node w;
  w.about("coordination.k8s.io", "leases", "Lease");
  w.namespaces["kube-node-lease"] = make(R"({"metadata":{"name":"kube-node-lease"}})");
  w.req.ns = "kube-node-lease";
  w.set(R"({"metadata":{"name":"m"}})");
  EXPECT_EQ(w.mutated(), "");
  w.set(R"({"metadata":{"name":"other"}})");
  EXPECT_NE(w.mutated(), "");
  w.about("", "serviceaccounts", "ServiceAccount");
  w.req.ns = "n";
  w.req.name = "default";
  w.req.subresource = "token";
  w.pods["p"] = make(R"({"metadata":{"name":"p","uid":"u"},"spec":{"nodeName":"m"}})");
  w.set(R"({"spec":{"boundObjectRef":{"apiVersion":"v1","kind":"Pod","name":"p","uid":"u"}}})");
  EXPECT_EQ(w.mutated(), "");
  w.pods["p"] = make(R"({"metadata":{"name":"p","uid":"u"},"spec":{"nodeName":"other"}})");
  EXPECT_EQ(
      w.mutated(),
      "serviceaccounts \"default\" is forbidden: node requested token bound to a pod scheduled on a different node");
}

TEST(node_restriction, asks_for_the_name_of_a_node) {
  as_node w;
  w.req.by.name = "system:node:";
  EXPECT_EQ(w.mutated(), "pods \"p\" is forbidden: could not determine node from user \"system:node:\"");
}

TEST(node_restriction, others_are_not_restricted) {
  world w;
  w.req.by = {"system:node:m", {}};
  EXPECT_EQ(w.mutated(), "");
}

} // namespace troupe::policies::admission
