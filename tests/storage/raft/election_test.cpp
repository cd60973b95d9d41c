#include "tests/storage/raft/member.hpp"
#include <set>
#include <utility>

namespace troupe::tests::raft {
namespace {

const fsm_config plain{.id = {1}, .pre_vote = false};

TEST(raft_election, votes_once_a_term_for_a_log_that_is_not_behind) {
  struct {
    const char* name;
    server_id vote;
    vote_request ask;
    bool granted;
  } const cases[] = {
      {"first come", {}, {{5}, vote_kind::vote, at(2, 4)}, true},
      {"again to the same", {2}, {{5}, vote_kind::vote, at(2, 4)}, true},
      {"not to another", {3}, {{5}, vote_kind::vote, at(2, 4)}, false},
      {"shorter log", {}, {{5}, vote_kind::vote, at(1, 4)}, false},
      {"longer log of an older term", {}, {{5}, vote_kind::vote, at(9, 3)}, false},
      {"shorter log of a newer term", {}, {{6}, vote_kind::vote, at(1, 5)}, true},
      {"a new term frees the vote", {3}, {{6}, vote_kind::vote, at(2, 4)}, true},
  };
  for (const auto& c : cases) {
    member m({.members = voters({1, 2, 3})}, plain, {command(1, 1), command(2, 4)}, {{5}, c.vote, {}});
    // It restarted, so it would keep quiet for a timeout if the leader itself did not want the election.
    auto ask = c.ask;
    ask.kind = vote_kind::forced;
    ASSERT_TRUE(m.step(2, ask));
    const auto answer = m.sent<vote_response>();
    ASSERT_TRUE(answer) << c.name;
    EXPECT_EQ(answer->granted, c.granted) << c.name;
    EXPECT_EQ(answer->term, c.ask.term) << c.name;
    if (c.granted) {
      EXPECT_EQ(m.disk.hard().vote, server_id{2}) << c.name;
    }
  }
}

TEST(raft_election, a_promise_leaves_only_when_it_is_on_disk) {
  member m(voters({1, 2, 3}), plain);
  ASSERT_TRUE(m.step(2, vote_request{{1}, vote_kind::vote, {}}));
  const auto voted = m.raft->take();
  EXPECT_TRUE(voted.messages.empty());
  ASSERT_EQ(voted.after_persist.size(), 1);
  EXPECT_EQ(voted.hard, (hard_state{{1}, {2}, {}}));
  EXPECT_TRUE(voted.must_sync);
}

TEST(raft_election, a_candidate_is_heard_of_only_when_its_term_is_on_disk) {
  member m(voters({1, 2, 3}), plain);
  ASSERT_TRUE(m.raft->campaign());
  const auto asked = m.raft->take();
  EXPECT_TRUE(asked.messages.empty());
  EXPECT_EQ(asked.after_persist.size(), 2);
}

TEST(raft_election, its_own_vote_counts_when_it_is_on_disk) {
  member m({.members = {.voters = ids({1}), .learners = ids({2})}}, plain);
  ASSERT_TRUE(m.raft->campaign());
  const auto b = m.raft->take();
  EXPECT_EQ(m.raft->role(), role_kind::candidate);
  m.raft->persisted(b.number);
  EXPECT_EQ(m.raft->role(), role_kind::leader);
}

TEST(raft_election, an_older_write_does_not_make_its_vote_durable) {
  member m({.members = {.voters = ids({1}), .learners = ids({2})}}, plain);
  ASSERT_TRUE(m.raft->campaign());
  const auto first = m.raft->take();
  for (int i = 0; i < 5; ++i)
    m.raft->tick(); // it campaigns anew
  const auto second = m.raft->take();
  ASSERT_EQ(m.raft->term(), term_number{2});
  m.raft->persisted(first.number);
  EXPECT_EQ(m.raft->role(), role_kind::candidate);
  m.raft->persisted(second.number);
  EXPECT_EQ(m.raft->role(), role_kind::leader);
}

TEST(raft_election, the_only_member_leads_at_once_and_commits_when_written) {
  member m(voters({1}));
  ASSERT_TRUE(m.raft->campaign());
  EXPECT_EQ(m.raft->role(), role_kind::leader);
  const auto b = m.raft->take();
  EXPECT_EQ(b.hard, (hard_state{{1}, {1}, {}}));
  EXPECT_EQ(b.log.size(), 1);
  EXPECT_EQ(m.raft->commit_index(), log_index{});
  m.raft->persisted(b.number);
  EXPECT_EQ(m.raft->commit_index(), log_index{1});
}

TEST(raft_election, answers_that_do_not_fit_the_campaign_do_not_count) {
  member m(voters({1, 2, 3}));
  ASSERT_TRUE(m.raft->campaign());
  m.flush();
  ASSERT_TRUE(m.step(2, vote_response{{1}, vote_kind::vote, true})); // to a pre-vote
  EXPECT_NE(m.raft->role(), role_kind::leader);
  member n(voters({1, 2, 3}));
  ASSERT_TRUE(n.raft->campaign());
  n.flush();
  ASSERT_TRUE(n.step(2, vote_response{{7}, vote_kind::pre_vote, true})); // of another term
  EXPECT_EQ(n.raft->role(), role_kind::pre_candidate);
  ASSERT_TRUE(n.step(9, vote_response{{1}, vote_kind::pre_vote, true})); // of a stranger
  EXPECT_EQ(n.raft->role(), role_kind::pre_candidate);
}

TEST(raft_election, timeouts_are_spread_over_one_to_two_election_timeouts) {
  std::set<int> seen;
  for (std::uint64_t share = 0; share < 10; ++share) {
    memory_storage disk({.members = voters({1, 2})});
    auto raft = *fsm::start({.id = {1}}, disk, {}, [&](std::uint64_t bound) { return share % bound; });
    int ticks = 0;
    while (raft->role() == role_kind::follower)
      raft->tick(), ++ticks;
    seen.insert(ticks);
  }
  EXPECT_EQ(seen.size(), 10);
  EXPECT_EQ(*seen.begin(), 10);
  EXPECT_EQ(*seen.rbegin(), 19);
}

TEST(raft_election, does_not_campaign_while_a_leader_is_heard) {
  member m(voters({1, 2, 3}));
  ASSERT_TRUE(m.step(2, heartbeat{{1}, {}, 0, 10}));
  EXPECT_EQ(m.raft->campaign(), tl::unexpected(error{errc::leader_alive, server_id{2}}));
  ASSERT_TRUE(m.step(3, vote_request{{2}, vote_kind::vote, {}}));
  EXPECT_EQ(m.raft->term(), term_number{1});
  for (int i = 0; i < 9; ++i)
    m.raft->tick();
  ASSERT_TRUE(m.step(3, vote_request{{2}, vote_kind::vote, {}}));
  EXPECT_EQ(m.raft->term(), term_number{1});
  m.raft->tick();
  EXPECT_EQ(m.raft->role(), role_kind::pre_candidate);
  ASSERT_TRUE(m.step(3, vote_request{{2}, vote_kind::vote, {}}));
  EXPECT_EQ(m.raft->term(), term_number{2});
}

TEST(raft_election, two_leaders_in_a_term_are_reported) {
  member m(voters({1, 2, 3}));
  ASSERT_TRUE(m.step(2, heartbeat{{1}, {}, 0, 10}));
  EXPECT_EQ(m.step(3, heartbeat{{1}, {}, 0, 10}), tl::unexpected(step_errc::diverged));
}

TEST(raft_election, the_spread_of_timeouts_is_a_setting) {
  std::set<int> seen;
  for (std::uint64_t share = 0; share < 20; ++share) {
    memory_storage disk({.members = voters({1, 2})});
    const fsm_config c{.id = {1}, .election_ticks = 20, .election_spread_ticks = 5};
    auto raft = *fsm::start(c, disk, {}, [&](std::uint64_t bound) { return share % bound; });
    int ticks = 0;
    while (raft->role() == role_kind::follower)
      raft->tick(), ++ticks;
    seen.insert(ticks);
  }
  EXPECT_EQ(seen, (std::set{20, 21, 22, 23, 24}));
}

/// Ticks between the campaigns of a server that nobody answers.
std::vector<int> campaigns(fsm& raft, int ticks) {
  std::vector<int> out;
  for (int since = 1; ticks > 0; --ticks, ++since) {
    raft.tick();
    bool asks = false;
    while (raft.has_batch())
      for (const auto& e : raft.take().messages)
        asks = asks || std::holds_alternative<vote_request>(e.body);
    if (asks) out.push_back(std::exchange(since, 0));
  }
  return out;
}

TEST(raft_election, who_is_not_answered_tries_again_soon_and_then_ever_less_often) {
  for (std::uint64_t share = 0; share < 64; ++share) {
    memory_storage disk({.members = voters({1, 2, 3})});
    const fsm_config c{.id = {1}, .election_ticks = 20, .election_spread_ticks = 10, .retry_ticks = 4};
    auto raft = *fsm::start(c, disk, {}, [&](std::uint64_t bound) { return share % bound; });
    const auto tries = campaigns(*raft, 200);
    ASSERT_GE(tries.size(), 8u);
    const int limits[] = {29, 4, 8, 16, 20, 20, 20, 20};
    for (std::size_t i = 0; i < std::size(limits); ++i)
      EXPECT_LE(tries[i], limits[i]) << "try " << i << ", chance " << share;
    EXPECT_EQ(raft->term(), term_number{}) << "it disturbs nobody";
  }
}

TEST(raft_election, a_tie_is_not_waited_out) {
  member m(voters({1, 2, 3}), {.id = {1}});
  ASSERT_TRUE(m.raft->campaign());
  m.flush();
  ASSERT_TRUE(m.step(2, vote_response{{1}, vote_kind::pre_vote, true}));
  m.flush();
  ASSERT_EQ(m.raft->role(), role_kind::candidate);
  ASSERT_TRUE(m.step(2, vote_request{{1}, vote_kind::vote, {}})); // The other one asks, too, and the third is dead.
  m.flush();
  m.raft->tick();
  EXPECT_EQ(m.raft->role(), role_kind::pre_candidate);
}

TEST(raft_election, of_two_that_ask_at_once_the_higher_id_makes_way) {
  for (std::uint64_t other : {1u, 3u}) {
    member m(voters({1, 2, 3}), {.id = {2}});
    ASSERT_TRUE(m.raft->campaign());
    m.flush();
    ASSERT_TRUE(m.step(other, vote_request{{1}, vote_kind::pre_vote, {}}));
    const auto answer = m.sent<vote_response>({other});
    EXPECT_TRUE(answer && answer->granted);
    EXPECT_EQ(m.raft->role(), other < 2 ? role_kind::follower : role_kind::pre_candidate);
  }
}

TEST(raft_election, a_candidate_that_can_not_win_does_not_cost_the_others_their_turn) {
  member m({.members = voters({1, 2, 3})}, plain, {command(1, 1)}, {{1}, {}, {}});
  for (int i = 0; i < 9; ++i)
    m.raft->tick();
  m.flush();
  auto ask = vote_request{{2}, vote_kind::forced, {}}; // Its log is too short.
  ASSERT_TRUE(m.step(3, ask));
  const auto answer = m.sent<vote_response>({3});
  EXPECT_TRUE(answer && !answer->granted);
  m.raft->tick();
  EXPECT_EQ(m.raft->role(), role_kind::candidate);
}

TEST(raft_election, survivors_of_a_leader_take_turns_by_id) {
  for (std::uint64_t own : {1u, 2u, 4u, 5u}) {
    member m(voters({1, 2, 3, 4, 5}), {.id = {own}});
    ASSERT_TRUE(m.step(3, heartbeat{.term = {1}}));
    m.flush();
    m.raft->gone({3});
    const auto tries = campaigns(*m.raft, 10);
    const int before = static_cast<int>(own < 3 ? own - 1 : own - 2);
    ASSERT_FALSE(tries.empty());
    EXPECT_EQ(tries.front(), 1 + 2 * before) << "server " << own;
  }
}

TEST(raft_election, a_link_that_flaps_starts_no_election_while_the_leader_is_well) {
  member m(voters({1, 2, 3}), {.id = {1}});
  for (int flap = 0; flap < 20; ++flap) {
    ASSERT_TRUE(m.step(2, heartbeat{{1}, {}, 0, 10}));
    m.raft->gone({2});
    m.raft->tick();
    m.flush(); // It asks, and the third server, which hears the leader, does not answer.
  }
  ASSERT_TRUE(m.step(2, heartbeat{{1}, {}, 0, 10}));
  EXPECT_EQ(m.raft->term(), term_number{1});
  EXPECT_EQ(m.raft->leader(), server_id{2});
  const auto tries = campaigns(*m.raft, 9);
  EXPECT_TRUE(tries.empty()) << "it is a follower like any other again";
}

TEST(raft_election, a_leader_whose_process_is_gone_is_replaced_within_two_ticks) {
  member m(voters({1, 2, 3}), {.id = {1}});
  ASSERT_TRUE(m.step(2, heartbeat{.term = {1}}));
  ASSERT_EQ(m.raft->leader(), server_id{2});
  m.flush();
  m.raft->gone({3});
  EXPECT_EQ(m.raft->leader(), server_id{2}) << "it was another one";
  m.raft->gone({2});
  EXPECT_FALSE(m.raft->leader());
  m.raft->tick();
  m.raft->tick();
  const auto asked = m.sent<vote_request>();
  ASSERT_TRUE(asked);
  EXPECT_EQ(asked->kind, vote_kind::pre_vote);
}

TEST(raft_election, a_follower_tells_how_long_its_leader_is_silent) {
  member m(voters({1, 2, 3}), {.id = {1}});
  m.raft->tick();
  EXPECT_EQ(m.raft->leader_silence(), 0u) << "it has none";
  ASSERT_TRUE(m.step(2, heartbeat{.term = {1}}));
  for (int i = 0; i < 3; ++i)
    m.raft->tick();
  EXPECT_EQ(m.raft->leader_silence(), 3u);
  ASSERT_TRUE(m.step(2, heartbeat{.term = {1}}));
  EXPECT_EQ(m.raft->leader_silence(), 0u);
}

TEST(raft_election, who_knows_that_the_leader_is_gone_grants_a_vote_at_once) {
  for (bool knows : {false, true}) {
    member m(voters({1, 2, 3}), {.id = {1}});
    ASSERT_TRUE(m.step(2, heartbeat{.term = {1}}));
    m.flush();
    if (knows) m.raft->gone({2});
    ASSERT_TRUE(m.step(3, vote_request{{2}, vote_kind::pre_vote, {}}));
    const auto answer = m.sent<vote_response>({3});
    EXPECT_EQ(answer && answer->granted, knows);
  }
}

} // namespace
} // namespace troupe::tests::raft
