#include "policies/controllers/service_account.hpp"
#include "world.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::controllers {

namespace {

const api::group_resource namespaces{"", "namespaces"}, accounts{"", "serviceaccounts"};

TEST(service_account, every_namespace_that_stays_has_a_default) {
  world w;
  auto next = [&](std::string ns) {
    return plan_service_account({w.table(namespaces), w.table(accounts)}, {"", ns}, w.now);
  };
  w.put(namespaces, document("{'metadata':{'name':'n'},'status':{'phase':'Active'}}"));
  w.put(namespaces, document("{'metadata':{'name':'m','deletionTimestamp':'x'},'status':{'phase':'Terminating'}}"));
  EXPECT_EQ(steps_of(next("n")), "create serviceaccounts/default");
  w.run(next("n"));
  EXPECT_NE(w.table(accounts).find({"n", "default"}), nullptr);
  for (auto ns : {"n", "m", "gone"}) EXPECT_TRUE(next(ns).idle()) << ns;
}

} // namespace

} // namespace troupe::policies::controllers
