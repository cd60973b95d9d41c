#include "tests/storage/mvcc/fixture.hpp"

namespace troupe::storage::mvcc {
namespace {

class apply_test : public test::state_test {
protected:
  std::set<std::string, std::less<>> keys_of(lease_id id) {
    auto it = kv->leases().find(id);
    return it == kv->leases().end() ? std::set<std::string, std::less<>>{"no such lease"} : it->second.keys;
  }
  using keys = std::set<std::string, std::less<>>;
};

TEST_F(apply_test, a_lease_takes_its_keys_along_in_one_revision) {
  ASSERT_TRUE(apply(lease_grant_request{5, 60}).answer.has_value());
  put("a", "1", 5);
  put("b", "2", 5);
  put("c", "3");
  auto out = apply(lease_revoke_request{5}, true);
  EXPECT_EQ(std::get<revision>(*out.answer), 5);
  EXPECT_EQ(show(out.events), "-a@5<a=1@2/1 -b@5<b=2@3/1");
  EXPECT_EQ(all(), "c=3@4/1");
  EXPECT_EQ(refused(lease_revoke_request{5}), errc::lease_not_found);
}

TEST_F(apply_test, keys_follow_their_last_put) {
  for (lease_id id : {5, 6}) ASSERT_TRUE(apply(lease_grant_request{id, 60}).answer.has_value());
  put("a", "1", 5);
  put("b", "1", 5);
  EXPECT_EQ(keys_of(5), (keys{"a", "b"}));
  put("a", "2", 6);
  EXPECT_EQ(keys_of(5), keys{"b"});
  EXPECT_EQ(keys_of(6), keys{"a"});
  put("a", "3");
  EXPECT_EQ(keys_of(6), keys{});
  remove("b");
  EXPECT_EQ(keys_of(5), keys{});
  auto out = apply(lease_revoke_request{5});
  EXPECT_TRUE(out.events.empty());
  EXPECT_EQ(all(), "a=3@5/3");
}

TEST_F(apply_test, leases_survive_a_restart) {
  ASSERT_TRUE(apply(lease_grant_request{5, 60}).answer.has_value());
  put("a" + zero, "1", 5);
  reopen();
  EXPECT_EQ(kv->leases().at(5).ttl_seconds, 60);
  EXPECT_EQ(keys_of(5), keys{"a" + zero});
  EXPECT_EQ(show(apply(lease_revoke_request{5}).events), "-a" + zero + "@3");
}

TEST_F(apply_test, grants_are_checked) {
  EXPECT_EQ(refused(lease_grant_request{5, 0}), errc::invalid_lease);
  EXPECT_EQ(refused(lease_grant_request{5, 9'000'000'001}), errc::invalid_lease);
  ASSERT_TRUE(apply(lease_grant_request{5, 9'000'000'000}).answer.has_value());
  EXPECT_EQ(refused(lease_grant_request{5, 60}), errc::lease_exists);
  auto chosen = std::get<lease_grant_response>(*apply(lease_grant_request{0, 60}).answer);
  EXPECT_NE(chosen.id, 0);
  EXPECT_NE(chosen.id, 5);
  EXPECT_EQ(chosen.header_revision, 1) << "a grant is no change of a key";
}

TEST_F(apply_test, a_refused_command_counts_as_applied) {
  auto before = kv->applied_index();
  EXPECT_EQ(refused(lease_revoke_request{5}), errc::lease_not_found);
  EXPECT_EQ(kv->applied_index(), before + 1);
}

TEST_F(apply_test, commands_of_one_batch_see_each_other) {
  auto at = kv->applied_index();
  auto step = [&](txn_request txn) {
    auto out = kv->apply(++at, 1, std::move(txn));
    return std::get<txn_response>(*out.answer);
  };
  txn_request create{.compares = {{.keys = {"k", ""}}}, .success = {put_request{.key = "k", .value = make_bytes("1")}}};
  EXPECT_TRUE(step(create).succeeded);
  EXPECT_FALSE(step(create).succeeded);
  EXPECT_TRUE(step({.success = {delete_range_request{{"k", ""}}}}).succeeded);
  EXPECT_TRUE(step(create).succeeded);
  auto r = step({.success = {range_request{.keys = {"k", "l"}}}});
  EXPECT_EQ(show(std::get<range_response>(r.responses[0]).kvs), "k=1@4/1");
  ASSERT_TRUE(kv->commit().has_value());
  EXPECT_EQ(all(), "k=1@4/1");
}

TEST_F(apply_test, equal_commands_make_equal_states) {
  auto other_engine = engine::open_memory({.families = state::families()});
  auto other = std::move(*state::open(std::shared_ptr<engine::engine>(std::move(other_engine))));
  std::vector<command> commands{txn_request{.success = {put_request{.key = "a", .value = make_bytes("1")}}},
                                lease_grant_request{0, 10},
                                txn_request{.success = {delete_range_request{{"a", ""}}}}, compact_request{2}};
  for (auto& c : commands) {
    apply(c);
    (void)other->apply(other->applied_index() + 1, 1, *decode_command(encode(c)));
  }
  ASSERT_TRUE(other->commit().has_value());
  EXPECT_EQ(*state_hash(*kv->snapshot(), 3, 2), *state_hash(*other->snapshot(), 3, 2));
  EXPECT_EQ(kv->leases().begin()->first, other->leases().begin()->first);
}

} // namespace
} // namespace troupe::storage::mvcc
