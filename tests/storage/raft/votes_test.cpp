#include "storage/raft/votes.hpp"
#include "tests/storage/raft/member.hpp"

namespace troupe::tests::raft {
namespace {

TEST(raft_votes, are_won_by_a_majority_of_each_half) {
  struct {
    const char* name;
    configuration members;
    std::vector<std::pair<std::uint64_t, bool>> ballots;
    vote_result result;
  } const cases[] = {
      {"one of three is not enough", voters({1, 2, 3}), {{1, true}}, vote_result::pending},
      {"two of three are", voters({1, 2, 3}), {{1, true}, {3, true}}, vote_result::won},
      {"two refusals end it", voters({1, 2, 3}), {{1, true}, {2, false}, {3, false}}, vote_result::lost},
      {"half of four is lost when the rest refuses", voters({1, 2, 3, 4}), {{3, false}, {4, false}}, vote_result::lost},
      {"the first answer counts", voters({1, 2}), {{1, true}, {2, false}, {2, true}}, vote_result::lost},
      {"strangers don't count", voters({1, 2}), {{1, true}, {3, true}}, vote_result::pending},
      {"one half is not enough",
       {.voters = ids({1, 2}), .outgoing = ids({3})},
       {{1, true}, {2, true}},
       vote_result::pending},
      {"both halves", {.voters = ids({1, 2}), .outgoing = ids({1})}, {{1, true}, {2, true}}, vote_result::won},
      {"one half lost is all lost", {.voters = ids({1, 2}), .outgoing = ids({3})}, {{3, false}}, vote_result::lost},
      {"nobody to vote", {}, {}, vote_result::lost},
  };
  for (const auto& c : cases) {
    votes tally(c.members);
    for (auto [id, granted] : c.ballots)
      tally.record({id}, granted);
    EXPECT_EQ(tally.result(), c.result) << c.name;
  }
}

} // namespace
} // namespace troupe::tests::raft
