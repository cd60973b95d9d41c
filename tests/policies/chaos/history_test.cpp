#include "policies/chaos/history.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::chaos {
namespace {

change put(revision at, std::string key, std::string value) {
  return {at, std::move(key), std::make_shared<const std::string>(std::move(value))};
}

TEST(store_history, members_that_tell_the_same_in_order_are_right) {
  store_history h;
  for (std::uint64_t who : {1, 2}) {
    EXPECT_EQ(h.told(who, put(2, "a", "x")), "");
    EXPECT_EQ(h.told(who, put(3, "a", "y")), "");
    EXPECT_EQ(h.told(who, put(3, "b", "y")), "") << "one transaction, two keys";
    EXPECT_EQ(h.told_by(who), 3);
  }
  EXPECT_EQ(*h.last("a")->value, "y");
  EXPECT_EQ(h.told_by(3), 0);
  EXPECT_EQ(h.told(1, {4, "a", nullptr}), "");
  ASSERT_EQ(h.below("").size(), 1u) << "what is deleted is not there";
  EXPECT_EQ(h.below("b").front()->at, 3);
  EXPECT_TRUE(h.below("c").empty());
}

TEST(store_history, a_gap_a_repetition_and_another_story_are_noticed) {
  store_history h;
  EXPECT_EQ(h.told(1, put(2, "a", "x")), "");
  EXPECT_EQ(h.told(1, put(4, "a", "y")), "member 1 told revision 4 after revision 2: a gap");
  EXPECT_EQ(h.told(1, put(1, "a", "y")), "member 1 told revision 1 after revision 2");
  EXPECT_EQ(h.told(2, put(2, "a", "z")),
            "member 2 told revision 2 of a where another one told revision 2 of a, with another value");
  EXPECT_EQ(h.told(3, put(3, "a", "z")), "member 3 told revision 3 of a where another one told revision 2 of a");
}

TEST(write_ledger, what_was_acknowledged_is_there_and_what_was_refused_is_not) {
  store_history h;
  EXPECT_EQ(h.told(1, put(2, "a", "one")), "");
  EXPECT_EQ(h.told(1, put(3, "a", "two")), "");
  write_ledger good;
  good.acknowledged("a", 2, "one");
  good.refused("a", "three");
  EXPECT_EQ(good.verify(h), "");
  write_ledger lost;
  lost.acknowledged("a", 4, "four");
  EXPECT_EQ(lost.verify(h), "the write of four that was acknowledged at revision 4 of a is lost");
  write_ledger other;
  other.acknowledged("a", 3, "one");
  EXPECT_EQ(other.verify(h), "revision 3 of a is not what was acknowledged: one is not in it");
  write_ledger conditional;
  conditional.acknowledged("a", 3, "two", 2);
  EXPECT_EQ(conditional.verify(h), "");
  conditional.acknowledged("a", 3, "two", 1);
  EXPECT_EQ(conditional.verify(h), "two was to be written on condition that a is at revision 1, and it was at 2");
  write_ledger refused;
  refused.refused("a", "two");
  EXPECT_EQ(refused.verify(h), "the write of two to a was refused and is there, at revision 3");
}

TEST(leader_record, a_term_has_one_leader) {
  leader_record r;
  EXPECT_EQ(r.leads(1, 1), "");
  EXPECT_EQ(r.leads(1, 1), "");
  EXPECT_EQ(r.leads(2, 3), "");
  EXPECT_EQ(r.leads(1, 2), "members 1 and 2 both led in term 1");
}

TEST(binding_record, a_pod_is_bound_once) {
  binding_record r;
  std::string fresh = R"({"metadata":{"uid":"u"},"spec":{}})", bound = R"({"metadata":{"uid":"u"},"spec":{"nodeName":"n"}})",
              moved = R"({"metadata":{"uid":"u"},"spec":{"nodeName":"m"}})", other = R"({"metadata":{"uid":"v"},"spec":{}})";
  EXPECT_EQ(r.changed("p", &fresh), "");
  EXPECT_EQ(r.changed("p", &bound), "");
  EXPECT_EQ(r.changed("p", &bound), "");
  EXPECT_EQ(r.bound(), 1u);
  EXPECT_EQ(r.changed("p", &moved), "p was bound to n and then to m");
  EXPECT_EQ(r.changed("p", &fresh), "p was bound to n and then to none");
  EXPECT_EQ(r.changed("p", &other), "p became another pod while it was there");
  EXPECT_EQ(r.changed("p", nullptr), "");
  EXPECT_EQ(r.changed("p", &other), "") << "a new pod may take the name";
}

} // namespace
} // namespace troupe::policies::chaos
