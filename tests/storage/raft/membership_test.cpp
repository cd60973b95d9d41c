#include "storage/raft/membership.hpp"
#include "tests/storage/raft/member.hpp"

namespace troupe::tests::raft {
namespace {

TEST(raft_membership, takes_what_a_majority_of_each_half_has) {
  struct {
    const char* name;
    configuration members;
    std::map<std::uint64_t, std::uint64_t> values;
    std::uint64_t quorum;
  } const cases[] = {
      {"nobody decides nothing", {}, {}, 0},
      {"one voter is its own majority", voters({1}), {{1, 5}}, 5},
      {"two voters must agree", voters({1, 2}), {{1, 5}, {2, 3}}, 3},
      {"the middle one of three", voters({1, 2, 3}), {{1, 5}, {2, 3}, {3, 9}}, 5},
      {"three of four", voters({1, 2, 3, 4}), {{1, 5}, {2, 3}, {3, 9}, {4, 8}}, 5},
      {"three of five", voters({1, 2, 3, 4, 5}), {{1, 1}, {2, 2}, {3, 3}, {4, 4}, {5, 5}}, 3},
      {"learners have no say", {.voters = ids({1}), .learners = ids({2})}, {{1, 1}, {2, 9}}, 1},
      {"the outgoing half holds back", {.voters = ids({1, 2}), .outgoing = ids({3})}, {{1, 9}, {2, 9}, {3, 4}}, 4},
      {"the incoming half holds back", {.voters = ids({1}), .outgoing = ids({2, 3})}, {{1, 2}, {2, 9}, {3, 9}}, 2},
  };
  for (const auto& c : cases)
    EXPECT_EQ(quorum_value(c.members, [&](server_id id) { return c.values.at(id.value); }), c.quorum) << c.name;
}

constexpr auto add = change_kind::add_voter;
constexpr auto learn = change_kind::add_learner;
constexpr auto drop = change_kind::remove;

TEST(raft_membership, moves_one_voter_directly_and_more_through_a_joint_configuration) {
  const configuration three = voters({1, 2, 3});
  struct {
    const char* name;
    configuration now;
    std::vector<membership_change> changes;
    transition how;
    tl::expected<configuration, configuration_errc> next;
  } const cases[] = {
      {"add", three, {{add, {4}}}, transition::automatic, voters({1, 2, 3, 4})},
      {"remove", three, {{drop, {1}}}, transition::automatic, voters({2, 3})},
      {"demote",
       three,
       {{learn, {3}}},
       transition::automatic,
       configuration{.voters = ids({1, 2}), .learners = ids({3})}},
      {"any number of learners",
       three,
       {{learn, {4}}, {learn, {5}}},
       transition::automatic,
       configuration{.voters = ids({1, 2, 3}), .learners = ids({4, 5})}},
      {"replace",
       three,
       {{add, {4}}, {drop, {1}}},
       transition::automatic,
       configuration{.voters = ids({2, 3, 4}), .outgoing = ids({1, 2, 3}), .auto_leave = true}},
      {"a demoted voter waits for the end of the joint part",
       three,
       {{add, {4}}, {learn, {1}}},
       transition::automatic,
       configuration{
           .voters = ids({2, 3, 4}), .outgoing = ids({1, 2, 3}), .learners_next = ids({1}), .auto_leave = true}},
      {"joint on request",
       three,
       {{add, {4}}},
       transition::joint_explicit,
       configuration{.voters = ids({1, 2, 3, 4}), .outgoing = ids({1, 2, 3})}},
      {"promote", {.voters = ids({1}), .learners = ids({2})}, {{add, {2}}}, transition::automatic, voters({1, 2})},
      {"the last voter",
       voters({1}),
       {{drop, {1}}},
       transition::automatic,
       tl::unexpected(configuration_errc::no_voters)},
      {"nothing new",
       three,
       {{add, {3}}, {drop, {9}}},
       transition::joint,
       tl::unexpected(configuration_errc::no_change)},
      {"nothing at all", three, {}, transition::joint, tl::unexpected(configuration_errc::no_change)},
      {"twice the same",
       three,
       {{add, {4}}, {drop, {4}}},
       transition::joint,
       tl::unexpected(configuration_errc::bad_id)},
      {"server zero", three, {{add, {0}}}, transition::joint, tl::unexpected(configuration_errc::bad_id)},
      {"in the middle of another",
       {.voters = ids({1}), .outgoing = ids({2})},
       {{add, {3}}},
       transition::automatic,
       tl::unexpected(configuration_errc::already_joint)},
  };
  for (const auto& c : cases) {
    const auto next = change_members(c.now, c.changes, c.how);
    EXPECT_EQ(next, c.next) << c.name;
    if (next) {
      EXPECT_TRUE(check(*next)) << c.name;
    }
  }
}

TEST(raft_membership, leaves_a_joint_configuration_with_the_incoming_half) {
  const configuration joint{.voters = ids({2, 3}),
                            .outgoing = ids({1, 2}),
                            .learners = ids({9}),
                            .learners_next = ids({1}),
                            .auto_leave = true};
  EXPECT_EQ(leave_joint(joint), (configuration{.voters = ids({2, 3}), .learners = ids({1, 9})}));
  EXPECT_EQ(leave_joint(voters({1})), tl::unexpected(configuration_errc::not_joint));
}

TEST(raft_membership, knows_its_members) {
  const configuration c{.voters = ids({2}), .outgoing = ids({1}), .learners = ids({4}), .learners_next = ids({1})};
  EXPECT_TRUE(is_voter(c, {1}) && is_voter(c, {2}) && is_learner(c, {4}) && is_member(c, {4}));
  EXPECT_FALSE(is_voter(c, {4}) || is_learner(c, {1}) || is_member(c, {3}));
  EXPECT_EQ(members(c), ids({1, 2, 4}));
}

TEST(raft_membership, refuses_what_no_leader_writes) {
  const configuration bad[] = {
      {.voters = ids({2, 1})},
      {.voters = ids({1, 1})},
      {.voters = ids({0})},
      {.voters = ids({1}), .learners = ids({1})},
      {.voters = ids({1}), .outgoing = ids({2}), .learners = ids({2})},
      {.voters = ids({1}), .learners_next = ids({2})},
      {.voters = ids({1}), .auto_leave = true},
      {.learners = ids({1})},
  };
  for (const auto& c : bad)
    EXPECT_FALSE(check(c));
  EXPECT_TRUE(check({}));
}

} // namespace
} // namespace troupe::tests::raft
