#include "tests/storage/mvcc/fixture.hpp"

namespace troupe::storage::mvcc {
namespace {

operation put_of(const char* key) { return put_request{.key = key, .value = make_bytes("v")}; }
operation removal_of(const char* key, const char* end = "") { return delete_range_request{{key, end}}; }
operation nested(std::vector<operation> then, std::vector<operation> otherwise = {}) {
  return std::make_shared<const txn_request>(txn_request{{}, std::move(then), std::move(otherwise)});
}

struct check_case {
  const char* name;
  txn_request txn;
  std::optional<errc> refused = std::nullopt;
};

TEST(check_test, transactions_are_refused_as_etcd_refuses_them) {
  std::vector<check_case> cases{
    {"nothing to do is fine", {}},
    {"two keys are fine", {.success = {put_of("a"), put_of("b")}}},
    {"a key twice in different branches is fine", {.success = {put_of("a")}, .failure = {put_of("a")}}},
    {"a key put twice", {.success = {put_of("a"), put_of("a")}}, errc::duplicate_key},
    {"a key put twice in the failure branch", {.failure = {put_of("a"), put_of("a")}}, errc::duplicate_key},
    {"a key put and removed", {.success = {put_of("a"), removal_of("a")}}, errc::duplicate_key},
    {"a key put inside of a removed range", {.success = {removal_of("a", "c"), put_of("b")}}, errc::duplicate_key},
    {"a key put at the end of a removed range is fine", {.success = {removal_of("a", "b"), put_of("b")}}},
    {"removals may overlap", {.success = {removal_of("a", "c"), removal_of("b", "d")}}},
    {"a nested put collides with an outer one", {.success = {put_of("a"), nested({put_of("a")})}}, errc::duplicate_key},
    {"a nested put collides with an outer removal",
     {.success = {removal_of("a"), nested({}, {put_of("a")})}}, errc::duplicate_key},
    {"an outer put collides with a nested removal",
     {.success = {put_of("a"), nested({removal_of("a")})}}, errc::duplicate_key},
    {"branches of a nested transaction exclude each other", {.success = {nested({put_of("a")}, {put_of("a")})}}},
    {"two nested transactions do not", {.success = {nested({put_of("a")}), nested({put_of("a")})}},
     errc::duplicate_key},
    {"an empty key in a put", {.success = {put_of("")}}, errc::empty_key},
    {"an empty key in a removal", {.success = {removal_of("", "z")}}, errc::empty_key},
    {"an empty key in a range", {.failure = {range_request{}}}, errc::empty_key},
    {"an empty key in a compare", {.compares = {compare{}}}, errc::empty_key},
    {"a mistake in a nested transaction", {.success = {nested({put_of("")})}}, errc::empty_key},
    {"a value to be ignored",
     {.success = {put_request{.key = "a", .value = make_bytes("v"), .ignore_value = true}}}, errc::value_provided},
    {"a lease to be ignored", {.success = {put_request{.key = "a", .lease = 1, .ignore_lease = true}}},
     errc::lease_provided},
    {"as many operations as allowed", {.success = {put_of("a"), put_of("b"), put_of("c")}}},
    {"one operation too many", {.success = {put_of("a"), put_of("b"), put_of("c"), put_of("d")}},
     errc::too_many_operations},
    {"one compare too many", {.compares = std::vector<compare>(4, compare{{"a", ""}})}, errc::too_many_operations},
  };
  for (auto& c : cases) {
    auto ok = check(c.txn, 3);
    EXPECT_EQ(ok.has_value(), !c.refused) << c.name;
    if (!ok && c.refused) {
      EXPECT_EQ(ok.error().code, *c.refused) << c.name;
    }
  }
}

} // namespace
} // namespace troupe::storage::mvcc
