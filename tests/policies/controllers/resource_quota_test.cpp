#include "policies/controllers/resource_quota.hpp"
#include "world.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::controllers {

namespace {

const api::group_resource quotas{"", "resourcequotas"}, pods{"", "pods"}, maps{"", "configmaps"};

struct quota_world : world {
  plan next() {
    std::vector<namespaced_type> types{{pods, &table(pods)}, {maps, &table(maps)}};
    return plan_resource_quota({table(quotas), types}, {"n", "q"}, now);
  }
  std::string used(api::path where) {
    return std::string(api::string_at(table(quotas).find({"n", "q"})->status(), where));
  }
};

TEST(resource_quota, is_counted_before_it_can_be_charged) {
  quota_world w;
  EXPECT_TRUE(w.next().idle()) << "nothing to do for a quota that is not there";
  w.put(quotas,
        document(
            "{'metadata':{'name':'q','namespace':'n'},'spec':{'hard':{'pods':'2','requests.cpu':'1','secrets':'3'}}}"));
  w.put(pods, document("{'metadata':{'name':'a','namespace':'n'},'spec':{'containers':[{'resources':{'requests':{'cpu':"
                       "'300m'}}}]}}"));
  w.put(pods, document("{'metadata':{'name':'b','namespace':'other'}}"));
  EXPECT_EQ(steps_of(w.next()), "update resourcequotas/q status");
  w.run(w.next());
  EXPECT_EQ(w.used({"hard", "pods"}), "2");
  EXPECT_EQ(w.used({"used", "pods"}), "1");
  EXPECT_EQ(w.used({"used", "requests.cpu"}), "300m");
  EXPECT_EQ(w.used({"used", "secrets"}), "") << "no view of that type: unknown";
  EXPECT_TRUE(w.next().idle());
}

TEST(resource_quota, what_goes_is_given_back_and_looked_at_again) {
  quota_world w;
  w.put(quotas, document("{'metadata':{'name':'q','namespace':'n'},'spec':{'hard':{'count/configmaps':'2'}},"
                         "'status':{'hard':{'count/configmaps':'2'},'used':{'count/configmaps':'2'}}}"));
  w.put(maps, document("{'metadata':{'name':'a','namespace':'n'}}"));
  auto p = w.next();
  EXPECT_EQ(p.requeue_after, api::duration(std::chrono::seconds(1)));
  w.run(p);
  EXPECT_EQ(w.used({"used", "count/configmaps"}), "1");
  EXPECT_EQ(w.next().requeue_after, api::duration(std::chrono::minutes(5)));
}

TEST(resource_quota, hears_of_what_frees_it) {
  struct test_case {
    const char* name;
    api::group_resource type;
    const char *before, *after;
    bool frees;
  };
  for (auto& c :
       {test_case{"a new object is charged by admission", maps, nullptr, "{}", false},
        {"a removal", maps, "{}", nullptr, true},
        {"a pod that goes on", pods, "{'status':{'phase':'Pending'}}", "{'status':{'phase':'Running'}}", false},
        {"a pod that has ended", pods, "{'status':{'phase':'Running'}}", "{'status':{'phase':'Failed'}}", true},
        {"a service of another type",
         {"", "services"},
         "{'spec':{'type':'NodePort'}}",
         "{'spec':{'type':'ClusterIP'}}",
         true},
        {"another kind's change", maps, "{'data':{}}", "{}", false}}) {
    auto before = c.before ? object(c.before) : nullptr, after = c.after ? object(c.after) : nullptr;
    EXPECT_EQ(frees_quota(c.type, before.get(), after.get()), c.frees) << c.name;
  }
}

} // namespace

} // namespace troupe::policies::controllers
