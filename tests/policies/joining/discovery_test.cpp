#include "policies/joining/discovery.hpp"
#include <gmock/gmock.h>

namespace troupe::policies::joining {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using verdict = query_limit::verdict;
const queueing::instant start{1h};
const std::string ca_one(64, '1'), ca_two(64, '2');

TEST(discovery, a_query_is_answered_once) {
  query_limit limit;
  EXPECT_EQ(limit.judge("a", start), verdict::answer);
  EXPECT_EQ(limit.judge("a", start + 1h), verdict::repeated);
  EXPECT_EQ(limit.judge("b", start + 1h), verdict::answer);
}

TEST(discovery, repeated_queries_take_no_place_of_others) {
  query_limit limit;
  EXPECT_EQ(limit.judge("overheard", start), verdict::answer);
  for (int i = 0; i < 100'000; ++i) EXPECT_EQ(limit.judge("overheard", start), verdict::repeated);
  EXPECT_EQ(limit.judge("another", start), verdict::answer);
}

TEST(discovery, all_queries_together_have_a_bound) {
  query_limit limit;
  int answered = 0;
  while (answered < 10'000 && limit.judge(std::to_string(answered), start) == verdict::answer) ++answered;
  EXPECT_EQ(answered, int(query_limit::burst));
  // What was not answered is not held against the one who asks again.
  EXPECT_EQ(limit.judge("late", start), verdict::too_many);
  EXPECT_EQ(limit.judge("late", start + 1s), verdict::answer);
}

TEST(discovery, the_oldest_queries_are_forgotten) {
  query_limit limit;
  auto now = start;
  for (std::size_t i = 0; i <= query_limit::remembered_max; ++i, now += 1s)
    ASSERT_EQ(limit.judge(std::to_string(i), now), verdict::answer);
  EXPECT_EQ(limit.judge("1", now), verdict::repeated);
  EXPECT_EQ(limit.judge("0", now), verdict::answer);
}

TEST(discovery, answers_of_one_cluster_are_put_together) {
  sightings all;
  EXPECT_TRUE(all.empty());
  EXPECT_FALSE(all.add({ca_one, "home", {}}));
  EXPECT_TRUE(all.empty());
  EXPECT_TRUE(all.add({ca_one, "home", {{"10.0.0.1", 6443}, {"10.0.0.2", 6443}, {"10.0.0.3", 6443}}}));
  EXPECT_TRUE(all.add({ca_one, "home", {{"10.0.0.3", 6443}, {"10.0.0.1", 6443}}}));
  auto found = all.result();
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->ca, ca_one);
  // Who has answered is alive.
  EXPECT_EQ(found->addresses, (std::vector<address>{{"10.0.0.1", 6443}, {"10.0.0.3", 6443}, {"10.0.0.2", 6443}}));
}

TEST(discovery, a_join_string_takes_what_many_answer) {
  sightings all;
  for (std::uint16_t i = 1; i <= 40; ++i)
    all.add({ca_one, "home", {{"10.0.0.1", i}, {"10.0.0.2", i}, {"10.0.0.3", i}}});
  EXPECT_EQ(all.result()->addresses.size(), 16U);
}

TEST(discovery, of_two_clusters_none_is_chosen_and_both_are_named) {
  sightings all;
  all.add({ca_one, "home", {{"10.0.0.1", 6443}}});
  all.add({ca_two, "other", {{"10.0.0.9", 7443}}});
  all.add({ca_one, "home", {{"10.0.0.2", 6443}}});
  auto found = all.result();
  ASSERT_FALSE(found.has_value());
  for (auto* said : {"2 clusters", "home at 10.0.0.1:6443 (CA 111111111111…)", "other at 10.0.0.9:7443", "--join",
                     "troupe token discovery-secret"})
    EXPECT_THAT(found.error(), HasSubstr(said));
  for (int i = 0; i < 1000; ++i) all.add({std::to_string(i), "flood", {{"10.0.0.1", 1}}});
  EXPECT_THAT(all.result().error(), HasSubstr("8 clusters"));
}

TEST(discovery, silence_has_its_remedies) {
  auto silence = nobody_answers({.queries = 5}, 30s, 6442);
  for (auto* said : {"30 s", "same LAN", "discovery secret", "UDP port 6442", "snooping", "troupe token create"})
    EXPECT_THAT(silence, HasSubstr(said));
  EXPECT_THAT(silence, testing::Not(HasSubstr("another secret")));
  EXPECT_THAT(nobody_answers({.queries = 5, .forged = 1}, 30s, 1), HasSubstr("1 answer came that was made"));
  EXPECT_THAT(nobody_answers({.queries = 5, .forged = 7}, 30s, 1), HasSubstr("7 answers came that were made with"));
  EXPECT_THAT(nobody_answers({.queries = 5, .stale = 1, .malformed = 1}, 30s, 1), HasSubstr("2 datagrams"));
  EXPECT_THAT(nobody_answers({.queries = 5, .other_version = 1}, 30s, 1), HasSubstr("another version"));
  EXPECT_THAT(nobody_answers({}, 30s, 1), HasSubstr("no interface"));
}

} // namespace
} // namespace troupe::policies::joining
