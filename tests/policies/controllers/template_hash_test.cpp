#include "policies/controllers/template_hash.hpp"
#include "world.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::controllers {

namespace {

TEST(template_hash, is_the_same_for_ever) {
  // Names of ReplicaSets in running clusters depend on this value.
  EXPECT_EQ(
      template_hash(document("{'metadata':{'labels':{'a':'b'}},'spec':{'containers':[{'name':'c','image':'i'}]}}"),
                    std::nullopt),
      "4h545rtksh");
}

TEST(template_hash, ignores_order_emptiness_and_its_own_label) {
  auto plain = template_hash(document("{'metadata':{'labels':{'a':'b','c':'d'}},'spec':{'x':1}}"), std::nullopt);
  EXPECT_EQ(
      template_hash(document("{'spec':{'x':1,'y':[]},'metadata':{'creationTimestamp':null,'labels':{'c':'d','a':'b',"
                             "'pod-template-hash':'z'}}}"),
                    std::nullopt),
      plain);
  EXPECT_NE(template_hash(document("{'metadata':{'labels':{'a':'b','c':'d'}},'spec':{'x':2}}"), std::nullopt), plain);
}

TEST(template_hash, collisions_give_other_names) {
  auto body = document("{'spec':{}}");
  EXPECT_NE(template_hash(body, 1), template_hash(body, std::nullopt));
  EXPECT_NE(template_hash(body, 1), template_hash(body, 2));
}

TEST(template_hash, templates_are_compared_without_the_label) {
  EXPECT_TRUE(same_template(document("{'metadata':{'labels':{'a':'b'}}}"),
                            document("{'metadata':{'labels':{'a':'b','pod-template-hash':'z'}}}")));
  EXPECT_FALSE(same_template(document("{'metadata':{'labels':{'a':'b'}}}"), document("{}")));
}

} // namespace

} // namespace troupe::policies::controllers
