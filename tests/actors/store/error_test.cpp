#include "actors/store/error.hpp"
#include <gtest/gtest.h>

namespace troupe::actors::store {
namespace {

TEST(error_test, refusals_of_the_state_keep_their_reason_and_revision) {
  auto e = to_error(storage::mvcc::error{storage::mvcc::errc::compacted, {}, 42});
  EXPECT_EQ(code_of(e), errc::compacted);
  EXPECT_EQ(compact_revision_of(e), 42);
  EXPECT_EQ(reason_of(e), storage::mvcc::errc::compacted);
  EXPECT_FALSE(leader_of(e).has_value());
  EXPECT_NE(text_of(e).find("has been compacted"), std::string::npos);
}

TEST(error_test, a_refusal_for_lack_of_leadership_names_the_leader) {
  auto e = to_error(storage::raft::error{storage::raft::errc::not_leader, storage::raft::server_id{3}});
  EXPECT_EQ(code_of(e), errc::not_leader);
  EXPECT_EQ(leader_of(e)->value, 3U);
  EXPECT_FALSE(reason_of(e).has_value());
  EXPECT_FALSE(leader_of(to_error(storage::raft::error{storage::raft::errc::not_leader, {}})).has_value());
}

TEST(error_test, writes_say_whether_they_may_have_happened) {
  using storage::raft::error;
  EXPECT_EQ(code_of(to_error(error{storage::raft::errc::leadership_lost, {}})), errc::may_have_happened);
  EXPECT_EQ(code_of(to_error(error{storage::raft::errc::superseded, {}})), errc::did_not_happen);
  EXPECT_EQ(code_of(to_error(error{storage::raft::errc::busy, {}})), errc::overloaded);
}

TEST(error_test, errors_of_others_have_no_details) {
  auto e = make_error(errc::compacted, "said somebody else");
  EXPECT_EQ(compact_revision_of(e), 0);
  EXPECT_FALSE(reason_of(caf::error{}).has_value());
}

} // namespace
} // namespace troupe::actors::store
