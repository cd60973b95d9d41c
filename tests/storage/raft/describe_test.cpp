#include "storage/raft/describe.hpp"
#include "tests/storage/raft/member.hpp"

namespace troupe::tests::raft {
namespace {

TEST(raft_describe, tells_each_message_in_a_line) {
  const std::pair<message, const char*> cases[] = {
      {append_request{{3}, at(9, 2), {8}, {command(10, 3, "a"), entry{{3}, {11}, entry_kind::noop, nullptr}}},
       "append term:3 previous:9/2 commit:8 [10/3 \"a\", 11/3 noop]"},
      {append_response{.term = {3}, .index = {9}}, "appended term:3 index:9"},
      {append_response{{3}, {9}, true, at(7, 2)}, "append refused term:3 previous:9 hint:7/2"},
      {heartbeat{{3}, {8}, 1, 2}, "heartbeat term:3 commit:8 round:1 tick:2"},
      {heartbeat_response{{3}, 1, 2}, "heartbeat answer term:3 round:1 tick:2"},
      {vote_request{{3}, vote_kind::pre_vote, at(9, 2)}, "pre-vote request term:3 last:9/2"},
      {vote_response{{3}, vote_kind::forced, true}, "forced vote granted term:3"},
      {vote_response{{3}, vote_kind::vote, false}, "vote refused term:3"},
      {install_snapshot{{3}, {{9}, {2}, voters({1})}}, "snapshot term:3 9/2 (1)"},
      {timeout_now{{3}}, "timeout now term:3"},
      {read_request{{3}, 4}, "read request term:3 id:4"},
      {read_response{{3}, 4, log_index{5}}, "read answer term:3 id:4 index:5"},
      {read_response{{3}, 4, {}}, "read refused term:3 id:4"},
  };
  for (const auto& [m, text] : cases)
    EXPECT_EQ(describe(m), text);
  EXPECT_EQ(describe(envelope{{1}, {2}, timeout_now{{3}}}), "1->2 timeout now term:3");
}

TEST(raft_describe, tells_who_is_a_member) {
  EXPECT_EQ(describe(configuration{}), "()");
  EXPECT_EQ(describe(configuration{.voters = ids({2, 3}),
                                   .outgoing = ids({1, 2}),
                                   .learners = ids({4}),
                                   .learners_next = ids({1}),
                                   .auto_leave = true}),
            "(2,3)&&(1,2) learners=(4) learners_next=(1) auto_leave");
  EXPECT_EQ(describe(configured(3, 1, voters({1}))), "3/1 members (1)");
}

TEST(raft_describe, cuts_long_data) { EXPECT_LT(describe(command(1, 1, std::string(10000, 'x'))).size(), 100); }

} // namespace
} // namespace troupe::tests::raft
