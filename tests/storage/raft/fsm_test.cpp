#include "tests/storage/raft/member.hpp"
#include <random>

namespace troupe::tests::raft {
namespace {

tl::expected<std::unique_ptr<fsm>, start_errc> start(const fsm_config& config, const memory_storage& disk,
                                                     const restart_state& state = {}) {
  return fsm::start(config, disk, state, [](std::uint64_t) { return 0; });
}

TEST(raft_fsm, does_not_start_with_a_config_that_can_not_work) {
  memory_storage disk({.members = voters({1})});
  EXPECT_TRUE(start({.id = {1}}, disk));
  for (const auto& bad :
       {fsm_config{}, fsm_config{.id = {1}, .election_ticks = 1}, fsm_config{.id = {1}, .heartbeat_ticks = 0},
        fsm_config{.id = {1}, .lease_margin_ticks = 10}, fsm_config{.id = {1}, .max_inflight_messages = 0}})
    EXPECT_EQ(start(bad, disk).error(), start_errc::bad_config);
}

TEST(raft_fsm, does_not_start_on_a_disk_that_contradicts_itself) {
  memory_storage disk({.members = voters({1})});
  disk.write({.log = {command(1, 1), command(2, 3)}});
  EXPECT_TRUE(start({.id = {1}}, disk, {{{3}, {1}, {2}}, {2}}));
  const restart_state damaged[] = {
      {{{3}, {}, {3}}, {}}, // committed what it does not have
      {{{3}, {}, {}}, {3}}, // applied what it does not have
      {{{2}, {}, {}}, {}},  // a term below that of its log
      {{{}, {1}, {}}, {}},  // a vote in no term
  };
  for (const auto& state : damaged)
    EXPECT_EQ(start({.id = {1}}, disk, state).error(), start_errc::damaged);
  memory_storage behind({{5}, {1}, voters({1})});
  EXPECT_EQ(start({.id = {1}}, behind, {{{1}, {}, {}}, {4}}).error(), start_errc::damaged); // state older than snapshot
}

TEST(raft_fsm, finds_the_commit_index_from_what_was_applied) {
  memory_storage disk({.members = voters({1, 2})});
  disk.write({.log = {command(1, 1), command(2, 1)}});
  auto raft = start({.id = {1}}, disk, {{{1}, {}, {}}, {2}});
  ASSERT_TRUE(raft);
  EXPECT_EQ((*raft)->commit_index(), log_index{2});
  EXPECT_FALSE((*raft)->has_batch());
}

TEST(raft_fsm, refuses_messages_that_no_correct_server_sends) {
  const message bad[] = {
      timeout_now{},                                      // no term
      append_request{{2}, at(0, 1), {}, {}},              // term without index
      append_request{{2}, at(1, 0), {}, {}},              // index without term
      append_request{{2}, at(1, 3), {}, {}},              // a term that has not been
      append_request{{2}, at(1, 1), {}, {command(3, 1)}}, // gap
      append_request{{2}, at(1, 2), {}, {command(2, 1)}}, // terms go back
      append_request{{2}, {}, {}, {command(1, 3)}},       // an entry of a later term
      append_request{{2}, {}, {}, {entry{{1}, {1}, entry_kind::configuration, bytes("\xff")}}},
      append_request{{2}, {}, {}, {configured(1, 1, {})}}, // nobody votes
      vote_request{{2}, vote_kind::vote, at(1, 2)},        // has an entry of the term it campaigns in
      append_response{{2}, {3}, true, at(4, 1)},           // hint above what was refused
      install_snapshot{{2}, {{}, {1}, voters({1})}},
      install_snapshot{{2}, {{1}, {3}, voters({1})}},
      install_snapshot{{2}, {{1}, {1}, {}}},
  };
  for (const auto& m : bad) {
    member it(voters({1, 2}));
    EXPECT_EQ(it.step(2, m), tl::unexpected(step_errc::malformed)) << m.index();
    EXPECT_EQ(it.raft->term(), term_number{});
  }
  member it(voters({1, 2}));
  EXPECT_FALSE(it.step(0, timeout_now{{1}}));
  EXPECT_FALSE(it.step(1, timeout_now{{1}})); // from itself
}

TEST(raft_fsm, bounds_what_is_proposed) {
  member m({.members = voters({1})}, {.id = {1}, .max_entry_bytes = 4, .max_uncommitted_bytes = 6});
  EXPECT_EQ(m.raft->propose(bytes("a")), tl::unexpected(error{errc::not_leader, {}}));
  ASSERT_TRUE(m.raft->campaign());
  EXPECT_EQ(m.raft->propose(bytes("12345")).error().code, errc::too_large);
  EXPECT_EQ(*m.raft->propose(bytes("1234")), at(2, 1));
  EXPECT_EQ(m.raft->propose(bytes("123")).error().code, errc::busy);
  EXPECT_EQ(*m.raft->propose(bytes("12")), at(3, 1));
  m.flush();
  EXPECT_EQ(*m.raft->propose(bytes("1234")), at(4, 1));
}

TEST(raft_fsm, takes_a_list_of_proposals_as_a_whole) {
  member m({.members = voters({1})}, {.id = {1}, .max_entry_bytes = 4});
  ASSERT_TRUE(m.raft->campaign());
  const std::vector<payload> mixed{bytes("1"), bytes("12345")}, good{bytes("1"), nullptr};
  EXPECT_EQ(m.raft->propose(mixed).error().code, errc::too_large);
  EXPECT_EQ(*m.raft->propose(good), at(2, 1));
  m.flush();
  EXPECT_EQ(m.applied.size(), 3);
}

TEST(raft_fsm, survives_any_sequence_of_messages_that_decode) {
  std::mt19937_64 random(4711);
  const auto small = [&] { return random() % 4; };
  for (int run = 0; run < 60; ++run) {
    member m(voters({1, 2, 3}));
    for (int i = 0; i < 60; ++i) {
      const term_number term{small()};
      entries list;
      for (auto count = small(), index = small(), t = small(); count > 0; --count)
        list.push_back(command(index++, t));
      const message choice[] = {
          append_request{term, at(small(), small()), {small()}, list},
          append_response{term, {small()}, small() == 0, at(small(), small())},
          heartbeat{term, {small()}, small(), small()},
          heartbeat_response{term, small(), small() * 8},
          vote_request{term, static_cast<vote_kind>(small() % 3), at(small(), small())},
          vote_response{term, static_cast<vote_kind>(small() % 3), small() != 0},
          install_snapshot{term, {{small()}, {small()}, voters({1, 2})}},
          timeout_now{term},
          read_request{term, small()},
          read_response{term, small(), log_index{small()}},
      };
      (void)m.step(1 + small(), choice[random() % std::size(choice)]);
      if (small() == 0) m.raft->tick();
      if (small() == 0) m.flush();
      ASSERT_LE(m.raft->commit_index(), m.raft->entries_log().last_index());
    }
  }
}

} // namespace
} // namespace troupe::tests::raft
