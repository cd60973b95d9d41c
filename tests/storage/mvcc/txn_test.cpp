#include "tests/storage/mvcc/fixture.hpp"

namespace troupe::storage::mvcc {
namespace {

using txn_test = test::state_test;
using enum compare_target;
using enum compare_operator;

struct compare_case {
  const char* name;
  compare condition;
  bool holds;
};

/// Key k: created at 2, replaced at 3 (version 2), value "m", lease 7. Key x does not exist.
const std::vector<compare_case> compare_cases{
  {"a version is equal to itself", {{"k", ""}, version, equal, 2}, true},
  {"a version is not equal to another", {{"k", ""}, version, equal, 1}, false},
  {"a version differs from another", {{"k", ""}, version, not_equal, 1}, true},
  {"a version is less than a larger one", {{"k", ""}, version, less, 3}, true},
  {"a version is not less than itself", {{"k", ""}, version, less, 2}, false},
  {"a version is greater than a smaller one", {{"k", ""}, version, greater, 1}, true},
  {"a version is not greater than itself", {{"k", ""}, version, greater, 2}, false},
  {"the create revision is that of the first put", {{"k", ""}, create_revision, equal, 2}, true},
  {"the create revision is less than a later one", {{"k", ""}, create_revision, less, 3}, true},
  {"the create revision is not greater than a later one", {{"k", ""}, create_revision, greater, 3}, false},
  {"the mod revision is that of the last put", {{"k", ""}, mod_revision, equal, 3}, true},
  {"the mod revision differs from the create revision", {{"k", ""}, mod_revision, not_equal, 2}, true},
  {"the mod revision is greater than the create revision", {{"k", ""}, mod_revision, greater, 2}, true},
  {"the lease is compared", {{"k", ""}, lease, equal, 7}, true},
  {"another lease is not equal", {{"k", ""}, lease, not_equal, 7}, false},
  {"the lease has an order", {{"k", ""}, lease, less, 8}, true},
  {"a value is equal", {{"k", ""}, value, equal, 0, "m"}, true},
  {"a value is less in byte order", {{"k", ""}, value, less, 0, "n"}, true},
  {"a value is greater in byte order", {{"k", ""}, value, greater, 0, "a"}, true},
  {"a value differs", {{"k", ""}, value, not_equal, 0, "m"}, false},
  {"a missing key has version 0", {{"x", ""}, version, equal, 0}, true},
  {"a missing key has create revision 0", {{"x", ""}, create_revision, equal, 0}, true},
  {"a missing key has mod revision 0", {{"x", ""}, mod_revision, equal, 0}, true},
  {"a missing key has mod revision less than any", {{"x", ""}, mod_revision, less, 1}, true},
  {"a missing key has no lease", {{"x", ""}, lease, equal, 0}, true},
  {"the value of a missing key equals nothing", {{"x", ""}, value, equal, 0, ""}, false},
  {"the value of a missing key differs from nothing", {{"x", ""}, value, not_equal, 0, "m"}, false},
  {"all keys of a range must satisfy", {{"k", "n"}, version, greater, 0}, true},
  {"one key of a range that does not satisfy is enough", {{"k", "n"}, version, greater, 1}, false},
  {"an empty range compares like a missing key", {{"x", "z"}, version, equal, 0}, true},
  {"the values of a range are compared", {{"k", "n"}, value, less, 0, "z"}, true},
};

TEST_F(txn_test, compares_follow_etcd) {
  ASSERT_TRUE(apply(lease_grant_request{7, 60}).answer.has_value());
  put("k", "a");
  put("k", "m", 7);
  put("m", "b");
  for (auto& c : compare_cases)
    EXPECT_EQ(run({.compares = {c.condition}}).succeeded, c.holds) << c.name;
}

TEST_F(txn_test, all_compares_must_hold) {
  put("k", "a");
  compare yes{{"k", ""}, version, equal, 1}, no{{"k", ""}, version, equal, 2};
  EXPECT_TRUE(run({.compares = {yes, yes}}).succeeded);
  EXPECT_FALSE(run({.compares = {yes, no}}).succeeded);
  EXPECT_TRUE(run({}).succeeded) << "no compares hold";
}

TEST_F(txn_test, a_transaction_has_one_revision_and_numbers_its_changes) {
  put("old", "x");
  auto out = apply(txn_request{.success = {put_request{.key = "b", .value = make_bytes("1")},
                                           delete_range_request{{"old", ""}},
                                           put_request{.key = "a", .value = make_bytes("2")}}});
  EXPECT_EQ(std::get<txn_response>(*out.answer).header_revision, 3);
  EXPECT_EQ(show(out.events), "+b=1@3/1 -old@3 +a=2@3/1");
  auto page = kv->history({zero, zero}, 3, false);
  EXPECT_EQ(show(page->events), "+b=1@3/1 -old@3 +a=2@3/1") << "the history keeps the order";
}

TEST_F(txn_test, only_changes_cost_a_revision) {
  EXPECT_EQ(put("k", "a"), 2);
  EXPECT_EQ(run({.success = {range_request{.keys = {"k", ""}}}}).header_revision, 2);
  EXPECT_EQ(remove("absent"), 2);
  EXPECT_EQ(remove("k"), 3);
  EXPECT_EQ(remove("k"), 3);
}

TEST_F(txn_test, a_range_sees_what_its_transaction_did_before) {
  put("a", "1");
  auto r = run({.success = {put_request{.key = "b", .value = make_bytes("2")},
                            range_request{.keys = {"a", "z"}},
                            delete_range_request{{"a", ""}},
                            range_request{.keys = {"a", "z"}},
                            range_request{.keys = {"a", "z"}, .at = 2}}});
  EXPECT_EQ(show(std::get<range_response>(r.responses[1]).kvs), "a=1@2/1 b=2@3/1");
  EXPECT_EQ(show(std::get<range_response>(r.responses[3]).kvs), "b=2@3/1");
  EXPECT_EQ(show(std::get<range_response>(r.responses[4]).kvs), "a=1@2/1");
}

TEST_F(txn_test, answers_carry_the_new_and_the_old_version) {
  put("k", "a");
  auto r = run({.success = {put_request{.key = "k", .value = make_bytes("b"), .prev_kv = true},
                            put_request{.key = "n", .value = make_bytes("c"), .prev_kv = true}}});
  auto& changed = std::get<put_response>(r.responses[0]);
  EXPECT_EQ(show(changed.kv), "k=b@3/2");
  EXPECT_EQ(show(changed.prev_kv), "k=a@2/1");
  EXPECT_EQ(std::get<put_response>(r.responses[1]).prev_kv, nullptr);
  r = run({.success = {delete_range_request{{"k", "z"}, true}}});
  auto& gone = std::get<delete_range_response>(r.responses[0]);
  EXPECT_EQ(gone.deleted, 2);
  EXPECT_EQ(show(gone.prev_kvs), "k=b@3/2 n=c@3/1");
}

TEST_F(txn_test, a_key_that_comes_back_starts_anew) {
  put("k", "a");
  remove("k");
  put("k", "b");
  auto r = kv->range({.keys = {"k", ""}});
  EXPECT_EQ(r->kvs[0]->create_revision, 4);
  EXPECT_EQ(r->kvs[0]->version, 1);
}

TEST_F(txn_test, ignore_value_and_ignore_lease_keep_what_is_there) {
  ASSERT_TRUE(apply(lease_grant_request{7, 60}).answer.has_value());
  put("k", "a", 7);
  auto r = run({.success = {put_request{.key = "k", .value = make_bytes("b"), .ignore_lease = true}}});
  EXPECT_EQ(std::get<put_response>(r.responses[0]).kv->lease, 7);
  r = run({.success = {put_request{.key = "k", .ignore_value = true}}});
  EXPECT_EQ(show(std::get<put_response>(r.responses[0]).kv), "k=b@4/3");
  EXPECT_EQ(std::get<put_response>(r.responses[0]).kv->lease, 0);
  EXPECT_EQ(refused(txn_request{.success = {put_request{.key = "x", .ignore_value = true}}}), errc::key_not_found);
}

TEST_F(txn_test, a_refused_transaction_changes_nothing) {
  put("k", "a");
  txn_request txn{.success = {put_request{.key = "k", .value = make_bytes("b")},
                              put_request{.key = "n", .value = make_bytes("c"), .lease = 99}}};
  EXPECT_EQ(refused(txn), errc::lease_not_found);
  EXPECT_EQ(all(), "k=a@2/1");
  EXPECT_EQ(kv->current(), 2);
}

TEST_F(txn_test, nested_transactions_judge_all_compares_before_any_change) {
  auto inner = std::make_shared<txn_request>();
  inner->compares = {{{"k", ""}, version, equal, 0}};
  inner->success = {put_request{.key = "inner", .value = make_bytes("then")}};
  inner->failure = {put_request{.key = "inner", .value = make_bytes("else")}};
  auto r = run({.success = {put_request{.key = "k", .value = make_bytes("a")}, inner}});
  EXPECT_EQ(all(), "inner=then@2/1 k=a@2/1");
  auto& nested = *std::get<3>(r.responses[1]);
  EXPECT_TRUE(nested.succeeded);
  EXPECT_EQ(nested.header_revision, 2);
  r = run({.success = {inner}});
  EXPECT_FALSE(std::get<3>(r.responses[0])->succeeded);
  EXPECT_EQ(list("inner"), "inner=else@3/2");
}

} // namespace
} // namespace troupe::storage::mvcc
