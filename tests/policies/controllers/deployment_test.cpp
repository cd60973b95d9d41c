#include "policies/controllers/deployment.hpp"
#include "policies/controllers/condition.hpp"
#include "policies/controllers/replica_set.hpp"
#include "world.hpp"
#include <fmt/format.h>
#include <gtest/gtest.h>

namespace troupe::policies::controllers {

namespace {

using namespace std::chrono_literals;

const api::group_resource deployments{"apps", "deployments"};
const api::group_resource sets{"apps", "replicasets"};
const api::group_resource pods{"", "pods"};
const api::object_key key{"n", "web"};

struct deployment : testing::Test {
  world w;

  void make(int replicas, std::string_view strategy = "{'type':'RollingUpdate'}") {
    w.put(deployments,
          document(fmt::format(
              "{{'apiVersion':'apps/v1','kind':'Deployment','metadata':{{'name':'web','namespace':'n',"
              "'annotations':{{'note':'x'}}}},'spec':{{'replicas':{},'strategy':{},"
              "'progressDeadlineSeconds':600,'revisionHistoryLimit':2,'selector':{{'matchLabels':{{'a':'b'}}}},"
              "'template':{{'metadata':{{'labels':{{'a':'b'}}}},'spec':{{'containers':[{{'name':'c',"
              "'image':'1'}}]}}}}}}}}",
              replicas, strategy)));
  }
  plan next() { return plan_deployment({w.table(deployments), w.table(sets), w.table(pods)}, key, w.now); }
  void edit(const std::function<void(json::object&)>& how) {
    w.edit(deployments, key, [&](json::object& body) { how(body["spec"].as_object()); });
  }
  void set_image(std::string_view image) {
    edit([&](json::object& spec) {
      spec.at("template").at("spec").at("containers").at(0).as_object()["image"] = image;
    });
  }
  const json::object& status() { return w.table(deployments).find(key)->status(); }
  std::string reason(std::string_view type) { return std::string(condition_reason(status(), type)); }
  void run_sets() {
    for (auto& set : w.keys(sets))
      w.run(plan_replica_set({w.table(sets), w.table(pods)}, set, w.now));
  }
  /// Every pod runs and is ready.
  void run_pods() {
    for (auto& pod : w.keys(pods))
      w.edit(pods, pod, [](json::object& body) {
        body["status"] = document("{'phase':'Running','conditions':[{'type':'Ready','status':'True'}]}");
      });
  }
  int ready() {
    int out = 0;
    for (auto& [pod, o] : w.table(pods).all()) out += o->status().contains("conditions") ? 1 : 0;
    return out;
  }
  /// Runs everything until nothing happens; checks the strategy's bounds all the way.
  void settle(int least = 0, int most = 1000) {
    for (int i = 0, idle = 0; i < 200; ++i) {
      auto p = next();
      w.run(p);
      run_sets();
      EXPECT_LE(int(w.table(pods).size()), most);
      EXPECT_GE(ready(), least);
      run_pods();
      idle = p.idle() ? idle + 1 : 0;
      // Sets and pods follow a turn later.
      if (idle == 4) return;
    }
    FAIL() << "the rollout does not end";
  }
  api::object_ptr set_of(std::string_view image) {
    for (auto& [name, o] : w.table(sets).all())
      if (api::find(o->spec(), {"template", "spec", "containers"})->as_array().at(0).at("image") == json::value(image))
        return o;
    return nullptr;
  }
  std::int64_t size_of(std::string_view image) { return api::int_at(set_of(image)->spec(), {"replicas"}); }
};

TEST_F(deployment, makes_its_first_set) {
  make(3);
  auto p = next();
  ASSERT_EQ(p.batches.size(), 2u);
  w.run(p);
  auto set = set_of("1");
  ASSERT_TRUE(set);
  EXPECT_EQ(w.events,
            std::vector{fmt::format("Normal ScalingReplicaSet Scaled up replica set {} from 0 to 3", set->name())});
  EXPECT_EQ(json::serialize(set->annotations()),
            R"({"note":"x","deployment.kubernetes.io/revision":"1","deployment.kubernetes.io/desired-replicas":"3",)"
            R"("deployment.kubernetes.io/max-replicas":"4"})");
  auto hash = api::string_at(set->labels(), {"pod-template-hash"});
  EXPECT_EQ(set->name(), fmt::format("web-{}", hash));
  EXPECT_EQ(api::string_at(set->spec(), {"selector", "matchLabels", "pod-template-hash"}), hash);
  EXPECT_EQ(api::string_at(w.table(deployments).find(key)->annotations(), {"deployment.kubernetes.io/revision"}), "1");
  EXPECT_EQ(reason("Progressing"), "NewReplicaSetCreated");
  EXPECT_EQ(reason("Available"), "MinimumReplicasUnavailable");
  EXPECT_EQ(p.requeue_after, 601s);
}

TEST_F(deployment, becomes_complete) {
  make(3);
  settle();
  EXPECT_EQ(reason("Progressing"), "NewReplicaSetAvailable");
  EXPECT_EQ(reason("Available"), "MinimumReplicasAvailable");
  EXPECT_EQ(api::string_at(*condition(status(), "Progressing"), {"message"}),
            fmt::format("ReplicaSet \"{}\" has successfully progressed.", set_of("1")->name()));
  EXPECT_EQ(api::int_at(status(), {"availableReplicas"}), 3);
  EXPECT_EQ(api::int_at(status(), {"unavailableReplicas"}), 0);
  EXPECT_EQ(next().requeue_after, std::nullopt);
}

TEST_F(deployment, rolls_within_surge_and_unavailability) {
  struct { int replicas; std::string_view strategy; int least, most; } cases[] = {
    {4, "{'type':'RollingUpdate'}", 3, 5},
    {4, "{'type':'RollingUpdate','rollingUpdate':{'maxSurge':0,'maxUnavailable':1}}", 3, 4},
    {4, "{'type':'RollingUpdate','rollingUpdate':{'maxSurge':2,'maxUnavailable':0}}", 4, 6},
    {10, "{'type':'RollingUpdate','rollingUpdate':{'maxSurge':'30%','maxUnavailable':'20%'}}", 8, 13},
    {1, "{'type':'RollingUpdate'}", 1, 2},
  };
  for (auto& c : cases) {
    w = world();
    make(c.replicas, c.strategy);
    settle();
    set_image("2");
    settle(c.least, c.most);
    EXPECT_EQ(size_of("2"), c.replicas);
    EXPECT_EQ(size_of("1"), 0);
    EXPECT_EQ(reason("Progressing"), "NewReplicaSetAvailable");
  }
}

TEST_F(deployment, recreate_waits_for_the_last_old_pod) {
  make(2, "{'type':'Recreate'}");
  settle();
  set_image("2");
  w.run(next());
  EXPECT_EQ(size_of("1"), 0);
  w.run(next());
  EXPECT_FALSE(set_of("2")) << "old pods are still there";
  run_sets();
  w.run(next());
  ASSERT_TRUE(set_of("2"));
  EXPECT_EQ(size_of("2"), 2);
  settle();
  EXPECT_EQ(reason("Progressing"), "NewReplicaSetAvailable");
}

TEST_F(deployment, going_back_gives_the_old_set_a_new_revision) {
  make(2);
  settle();
  set_image("2");
  settle();
  set_image("1");
  settle();
  EXPECT_EQ(w.table(sets).size(), 2u);
  EXPECT_EQ(size_of("1"), 2);
  EXPECT_EQ(api::string_at(set_of("1")->annotations(), {"deployment.kubernetes.io/revision"}), "3");
  EXPECT_EQ(api::string_at(set_of("1")->annotations(), {"deployment.kubernetes.io/revision-history"}), "1");
  EXPECT_EQ(api::string_at(w.table(deployments).find(key)->annotations(), {"deployment.kubernetes.io/revision"}), "3");
}

TEST_F(deployment, old_sets_go_when_there_are_too_many) {
  make(1);
  for (auto image : {"1", "2", "3", "4", "5"}) {
    set_image(image);
    settle();
  }
  EXPECT_EQ(w.table(sets).size(), 3u);
  EXPECT_FALSE(set_of("1"));
  EXPECT_FALSE(set_of("2"));
}

TEST_F(deployment, a_paused_one_scales_but_does_not_roll) {
  make(2);
  settle();
  edit([](json::object& spec) { spec["paused"] = true; });
  set_image("2");
  edit([](json::object& spec) { spec["replicas"] = 4; });
  settle();
  EXPECT_FALSE(set_of("2"));
  EXPECT_EQ(size_of("1"), 4);
  EXPECT_EQ(reason("Progressing"), "DeploymentPaused");
  edit([](json::object& spec) { spec["paused"] = false; });
  w.run(next());
  EXPECT_TRUE(set_of("2"));
  settle();
  EXPECT_EQ(size_of("2"), 4);
  EXPECT_EQ(reason("Progressing"), "NewReplicaSetAvailable");
}

TEST_F(deployment, a_change_of_size_in_the_middle_is_shared) {
  make(10, "{'type':'RollingUpdate','rollingUpdate':{'maxSurge':3,'maxUnavailable':2}}");
  settle();
  set_image("2");
  w.run(next()); // 10 + 3
  run_sets();
  w.run(next()); // 8 + 3
  run_sets();
  w.run(next()); // 8 + 5
  ASSERT_EQ(size_of("1"), 8);
  ASSERT_EQ(size_of("2"), 5);
  edit([](json::object& spec) { spec["replicas"] = 15; });
  w.run(next());
  EXPECT_EQ(size_of("1"), 11);
  EXPECT_EQ(size_of("2"), 7);
}

TEST_F(deployment, says_when_the_deadline_has_passed) {
  make(1);
  w.run(next());
  run_sets();
  w.run(next());
  auto p = next();
  ASSERT_TRUE(p.requeue_after);
  w.now += *p.requeue_after;
  w.run(next());
  EXPECT_EQ(reason("Progressing"), "ProgressDeadlineExceeded");
  EXPECT_EQ(api::string_at(*condition(status(), "Progressing"), {"status"}), "False");
  EXPECT_TRUE(next().idle());
  settle();
  EXPECT_EQ(reason("Progressing"), "NewReplicaSetAvailable") << "late is better than never";
}

TEST_F(deployment, a_name_that_is_taken_counts_a_collision) {
  make(1);
  auto first = next().batches.at(0).at(0).key;
  w.put(sets, document(fmt::format("{{'metadata':{{'name':'{}','namespace':'n','labels':{{}}}},'spec':{{'template':{{'"
                                   "spec':{{'containers':[{{'image':'x'}}]}}}}}}}}",
                                   first.name)));
  w.run(next());
  EXPECT_EQ(api::int_at(status(), {"collisionCount"}), 1);
  settle();
  EXPECT_EQ(w.table(sets).size(), 2u);
  EXPECT_EQ(size_of("1"), 1);
}

TEST_F(deployment, tells_why_a_set_cannot_be_made) {
  make(1);
  w.failures[sets] = "no room";
  auto name = next().batches.at(0).at(0).key.name;
  w.run(next());
  EXPECT_EQ(w.events, std::vector{fmt::format(
                          "Warning ReplicaSetCreateError Failed to create new replica set \"{}\": no room", name)});
  EXPECT_EQ(reason("Progressing"), "ReplicaSetCreateError");
}

TEST_F(deployment, a_failing_set_shows_in_its_status) {
  make(1);
  w.run(next());
  w.failures[pods] = "quota exceeded";
  run_sets();
  w.run(next());
  EXPECT_EQ(reason("ReplicaFailure"), "FailedCreate");
  w.failures.clear();
  settle();
  EXPECT_EQ(reason("ReplicaFailure"), "");
}

TEST_F(deployment, that_selects_everything_is_refused) {
  make(1);
  edit([](json::object& spec) { spec["selector"] = json::object(); });
  w.run(next());
  EXPECT_EQ(w.events.size(), 1u);
  EXPECT_EQ(w.table(sets).size(), 0u);
}

TEST_F(deployment, that_goes_away_only_counts) {
  make(2);
  settle();
  set_image("2");
  w.edit(deployments, key, [](json::object& body) { body["metadata"].as_object()["deletionTimestamp"] = "x"; });
  w.run(next());
  EXPECT_FALSE(set_of("2"));
  EXPECT_TRUE(plan_deployment({w.table(deployments), w.table(sets), w.table(pods)}, {"n", "other"}, w.now).idle());
}

} // namespace

} // namespace troupe::policies::controllers
