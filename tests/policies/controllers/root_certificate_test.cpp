#include "policies/controllers/root_certificate.hpp"
#include "world.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::controllers {

namespace {

const api::group_resource namespaces{"", "namespaces"}, maps{"", "configmaps"};

TEST(root_certificate, is_published_and_repaired) {
  world w;
  std::string certificate = "PEM";
  auto next = [&] {
    return plan_root_certificate({w.table(namespaces), w.table(maps), certificate}, {"", "n"}, w.now);
  };
  EXPECT_TRUE(next().idle());
  w.put(namespaces, document("{'metadata':{'name':'n'}}"));
  w.run(next());
  EXPECT_TRUE(next().idle());
  EXPECT_EQ(api::string_at(w.table(maps).find({"n", "kube-root-ca.crt"})->body(), {"data", "ca.crt"}), "PEM");
  certificate = "NEW";
  w.run(next());
  EXPECT_EQ(api::string_at(w.table(maps).find({"n", "kube-root-ca.crt"})->body(), {"data", "ca.crt"}), "NEW");
  EXPECT_TRUE(next().idle());
}

} // namespace

} // namespace troupe::policies::controllers
