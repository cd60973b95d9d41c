#include "policies/authorization/node_graph.hpp"
#include <gtest/gtest.h>
#include <random>

namespace troupe::policies::authorization {

namespace {

struct node_graph_test : testing::Test {
  std::vector<std::string> told;
  node_graph graph{[this](const node_graph::change& c) {
    told.push_back((c.gained ? "+" : "-") + std::string(c.node) + " " + std::string(c.ns) + "/" + std::string(c.name));
  }};

  static api::object_ptr object(std::string_view text) { return api::object::make(api::json::parse(text).as_object()); }
  /// A pod of namespace "a" that uses secrets.
  static api::object_ptr pod(const std::string& name, const std::string& node, std::vector<std::string> secrets,
                             const std::string& uid = "1", const std::string& more = "{}") {
    auto body = api::json::parse(more).as_object();
    api::set_at(body, {"metadata", "name"}, api::json::string(name));
    api::set_at(body, {"metadata", "namespace"}, "a");
    api::set_at(body, {"metadata", "uid"}, api::json::string(uid));
    if (!node.empty()) api::set_at(body, {"spec", "nodeName"}, api::json::string(node));
    api::json::array volumes;
    for (auto& s : secrets) volumes.push_back({{"name", s}, {"secret", {{"secretName", s}}}});
    if (auto* given = api::array_at(body, {"spec", "volumes"}))
      volumes.insert(volumes.end(), given->begin(), given->end());
    api::set_at(body, {"spec", "volumes"}, std::move(volumes));
    return api::object::make(std::move(body));
  }
  static api::object_ptr volume(const std::string& claim, const std::string& secret) {
    return object(R"({"metadata":{"name":"pv"},"spec":{"claimRef":{"namespace":"a","name":")" + claim +
                  R"("},"csi":{"nodeStageSecretRef":{"name":")" + secret + R"(","namespace":"s"}}}})");
  }
  bool sees(std::string_view node, std::string_view name, std::string_view resource = "secrets",
            std::string_view ns = "a") const {
    return graph.refers(node, resource, ns, name);
  }
};

TEST_F(node_graph_test, a_node_is_related_to_what_its_pods_use) {
  graph.put_pod(*pod("p", "n1", {"s"}, "1", R"({"spec":{"serviceAccountName":"builder","volumes":[
      {"configMap":{"name":"m"}},{"persistentVolumeClaim":{"claimName":"c"}}]}})"));
  struct {
    const char* name;
    const char* node;
    const char* resource;
    const char* ns;
    const char* object;
    bool expected;
  } cases[] = {
      {"its secret", "n1", "secrets", "a", "s", true},
      {"its config map", "n1", "configmaps", "a", "m", true},
      {"its account", "n1", "serviceaccounts", "a", "builder", true},
      {"its claim", "n1", "persistentvolumeclaims", "a", "c", true},
      {"the pod", "n1", "pods", "a", "p", true},
      {"another node's pod", "n2", "pods", "a", "p", false},
      {"another node", "n2", "secrets", "a", "s", false},
      {"another namespace", "n1", "secrets", "b", "s", false},
      {"another type of the same name", "n1", "configmaps", "a", "s", false},
      {"a type that is not related to nodes", "n1", "deployments", "a", "s", false},
      {"an unknown object", "n1", "secrets", "a", "t", false},
  };
  for (auto& c : cases) EXPECT_EQ(graph.refers(c.node, c.resource, c.ns, c.object), c.expected) << c.name;
}

TEST_F(node_graph_test, a_pod_that_is_not_bound_relates_nothing) {
  graph.put_pod(*pod("p", "", {"s"}));
  EXPECT_TRUE(graph.pods().empty());
  graph.put_pod(*pod("p", "n1", {"s"}));
  EXPECT_TRUE(sees("n1", "s"));
}

TEST_F(node_graph_test, a_mirror_pod_gives_its_node_no_rights) {
  graph.put_pod(*pod("p", "n1", {"s"}, "1",
                     R"({"metadata":{"annotations":{"kubernetes.io/config.mirror":"x"}},"spec":{}})"));
  EXPECT_FALSE(sees("n1", "s"));
  EXPECT_TRUE(sees("n1", "p", "pods"));
}

TEST_F(node_graph_test, a_relation_lasts_until_the_last_pod_that_makes_it) {
  graph.put_pod(*pod("p", "n1", {"s"}));
  graph.put_pod(*pod("q", "n1", {"s"}));
  graph.erase_pod({"a", "p"});
  EXPECT_TRUE(sees("n1", "s"));
  graph.erase_pod({"a", "q"});
  EXPECT_FALSE(sees("n1", "s"));
  EXPECT_EQ(told, (std::vector<std::string>{"+n1 a/s", "-n1 a/s"}));
  graph.erase_pod({"a", "q"});
  EXPECT_TRUE(graph.pods().empty());
}

TEST_F(node_graph_test, a_pod_of_the_same_name_on_another_node_takes_its_relations_along) {
  graph.put_pod(*pod("p", "n1", {"s", "t"}));
  graph.put_pod(*pod("p", "n2", {"t"}, "2"));
  EXPECT_FALSE(sees("n1", "s"));
  EXPECT_FALSE(sees("n1", "t"));
  EXPECT_TRUE(sees("n2", "t"));
  EXPECT_FALSE(sees("n1", "p", "pods"));
}

TEST_F(node_graph_test, what_stays_in_use_is_never_lost_in_between) {
  graph.put_pod(*pod("p", "n1", {"s", "t"}));
  told.clear();
  graph.put_pod(*pod("p", "n1", {"s", "u"}, "2"));
  EXPECT_EQ(told, (std::vector<std::string>{"+n1 a/u", "-n1 a/t"}));
  told.clear();
  graph.put_pod(*pod("p", "n1", {"s", "u"}, "2", R"({"status":{"phase":"Running"}})"));
  EXPECT_TRUE(told.empty());
}

TEST_F(node_graph_test, an_ephemeral_container_may_bring_new_references) {
  graph.put_pod(*pod("p", "n1", {"s"}));
  graph.put_pod(*pod("p", "n1", {"s"}, "1", R"({"spec":{"ephemeralContainers":[
      {"name":"e","envFrom":[{"secretRef":{"name":"t"}}]}]}})"));
  EXPECT_TRUE(sees("n1", "t"));
  EXPECT_TRUE(sees("n1", "s"));
}

TEST_F(node_graph_test, a_claims_volume_and_its_secrets_follow_the_pods_of_the_claim) {
  graph.put_volume(*volume("c", "v"));
  EXPECT_FALSE(sees("n1", "pv", "persistentvolumes", ""));
  graph.put_pod(*pod("p", "n1", {}, "1", R"({"spec":{"volumes":[{"persistentVolumeClaim":{"claimName":"c"}}]}})"));
  EXPECT_TRUE(sees("n1", "pv", "persistentvolumes", ""));
  EXPECT_TRUE(sees("n1", "v", "secrets", "s"));
  EXPECT_EQ(graph.seen_by("n1", related::secret), (std::set<api::object_key>{{"s", "v"}}));
  graph.put_volume(*volume("c", "w"));
  EXPECT_TRUE(sees("n1", "w", "secrets", "s"));
  EXPECT_FALSE(sees("n1", "v", "secrets", "s"));
  graph.put_volume(*volume("other", "w"));
  EXPECT_FALSE(sees("n1", "pv", "persistentvolumes", ""));
  EXPECT_FALSE(sees("n1", "w", "secrets", "s"));
  graph.put_volume(*volume("c", "w"));
  graph.erase_volume("pv");
  EXPECT_FALSE(sees("n1", "w", "secrets", "s"));
  EXPECT_TRUE(graph.volumes().empty());
}

TEST_F(node_graph_test, knows_the_nodes_of_an_object) {
  graph.put_pod(*pod("p", "n1", {"s"}));
  graph.put_pod(*pod("q", "n2", {"s"}));
  auto nodes = graph.nodes_of(related::secret, "a", "s");
  EXPECT_EQ((std::set<std::string_view>(nodes.begin(), nodes.end())), (std::set<std::string_view>{"n1", "n2"}));
  EXPECT_TRUE(graph.nodes_of(related::secret, "a", "t").empty());
}

/// Any order of changes ends in what the last version of each pod and volume says, and what was told adds up to it.
TEST_F(node_graph_test, random_changes_end_where_a_new_graph_starts) {
  std::mt19937 random(7);
  auto draw = [&](int n) { return std::to_string(random() % n); };
  std::map<std::string, api::object_ptr> pods;
  std::map<std::string, int> balance;
  api::object_ptr last;
  for (int step = 0; step < 3000; ++step) {
    auto name = "p" + draw(12);
    if (auto kind = random() % 10; kind == 0) {
      last = volume("c" + draw(2), "s" + draw(3));
      graph.put_volume(*last);
    } else if (kind < 3) {
      graph.erase_pod({"a", name});
      pods.erase(name);
    } else {
      auto p = pod(name, "n" + draw(3), {"s" + draw(4), "s" + draw(4)}, draw(1000),
                   R"({"spec":{"volumes":[{"persistentVolumeClaim":{"claimName":"c)" + draw(2) + R"("}}]}})");
      graph.put_pod(*p);
      pods[name] = p;
    }
  }
  for (auto& t : told) balance[t.substr(1)] += t[0] == '+' ? 1 : -1;
  node_graph fresh;
  if (last) fresh.put_volume(*last);
  for (auto& [name, p] : pods) fresh.put_pod(*p);
  for (std::string node : {"n0", "n1", "n2"})
    for (auto kind : {related::secret, related::claim, related::volume}) {
      auto seen = graph.seen_by(node, kind);
      EXPECT_EQ(seen, fresh.seen_by(node, kind)) << node;
      for (auto& key : seen) EXPECT_EQ(balance[node + " " + key.ns + "/" + key.name], 1) << node << key.text();
    }
  for (auto& [what, count] : balance) EXPECT_TRUE(count == 0 || count == 1) << what;
}

} // namespace

} // namespace troupe::policies::authorization
