#include "tests/storage/raft/member.hpp"
#include <set>

namespace troupe::tests::raft {
namespace {

TEST(raft_types, tell_which_requests_may_be_repeated_blindly) {
  for (auto code : {errc::not_leader, errc::transferring, errc::too_large, errc::busy, errc::configuration_pending,
                    errc::bad_configuration, errc::leader_alive, errc::not_voter, errc::superseded, errc::unavailable})
    EXPECT_EQ(outcome_of(code), outcome::did_not_happen) << sentence(code);
  for (auto code : {errc::leadership_lost, errc::stopped})
    EXPECT_EQ(outcome_of(code), outcome::may_have_happened) << sentence(code);
}

TEST(raft_types, give_each_error_its_own_sentence) {
  std::set<std::string_view> seen;
  for (int code = 1; code <= 10; ++code)
    EXPECT_TRUE(seen.insert(sentence(static_cast<errc>(code))).second);
  for (int code = 64; code <= 65; ++code)
    EXPECT_TRUE(seen.insert(sentence(static_cast<errc>(code))).second);
}

TEST(raft_types, compare_entries_by_content_and_not_by_where_it_lies) {
  EXPECT_EQ(command(1, 1, "a"), command(1, 1, "a"));
  EXPECT_NE(command(1, 1, "a"), command(1, 1, "b"));
  EXPECT_NE(command(1, 1, "a"), command(1, 2, "a"));
  EXPECT_EQ(command(1, 1, ""), (entry{{1}, {1}, entry_kind::command, nullptr}));
}

TEST(raft_types, count_data_and_a_fixed_share_as_bytes) {
  EXPECT_EQ(total_bytes({}), 0);
  EXPECT_EQ(total_bytes({command(1, 1, ""), command(2, 1, "1234")}), 32 + 36);
}

TEST(raft_types, find_the_term_in_every_message) {
  EXPECT_EQ(term_of(append_request{.term = {7}}), term_number{7});
  EXPECT_EQ(term_of(read_response{.term = {9}}), term_number{9});
}

} // namespace
} // namespace troupe::tests::raft
