#include "actors/etcd/requests.hpp"
#include <gtest/gtest.h>

namespace troupe::actors::etcd {
namespace {

TEST(requests_test, a_range_keeps_its_options_and_reads_values_where_it_sorts_by_them) {
  pb::RangeRequest r;
  r.set_key("a");
  r.set_range_end("b");
  r.set_limit(5);
  r.set_revision(7);
  r.set_serializable(true);
  r.set_keys_only(true);
  auto out = to_range(r);
  EXPECT_EQ(out.keys.key, "a");
  EXPECT_EQ(out.keys.range_end, "b");
  EXPECT_EQ(out.limit, 5);
  EXPECT_EQ(out.at, 7);
  EXPECT_FALSE(out.linearizable);
  EXPECT_TRUE(out.keys_only);
  r.set_sort_target(pb::RangeRequest::VALUE);
  r.set_sort_order(pb::RangeRequest::ASCEND);
  EXPECT_FALSE(to_range(r).keys_only);
  EXPECT_EQ(to_range(r).limit, 0) << "the first five by value may be anywhere";
}

TEST(requests_test, compares_keep_target_operator_operand_and_range) {
  pb::TxnRequest r;
  auto add = [&](pb::Compare::CompareTarget t, pb::Compare::CompareResult o) {
    auto* c = r.add_compare();
    c->set_key("k");
    c->set_range_end("l");
    c->set_target(t);
    c->set_result(o);
    return c;
  };
  add(pb::Compare::VERSION, pb::Compare::EQUAL)->set_version(1);
  add(pb::Compare::CREATE, pb::Compare::GREATER)->set_create_revision(2);
  add(pb::Compare::MOD, pb::Compare::LESS)->set_mod_revision(3);
  add(pb::Compare::LEASE, pb::Compare::NOT_EQUAL)->set_lease(4);
  add(pb::Compare::VALUE, pb::Compare::EQUAL)->set_value("v");
  auto out = to_txn(r).compares;
  ASSERT_EQ(out.size(), 5u);
  using target = mvcc::compare_target;
  using op = mvcc::compare_operator;
  const target targets[] = {target::version, target::create_revision, target::mod_revision, target::lease,
                            target::value};
  const op ops[] = {op::equal, op::greater, op::less, op::not_equal, op::equal};
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_EQ(out[i].target, targets[i]);
    EXPECT_EQ(out[i].op, ops[i]);
    EXPECT_EQ(out[i].number, i < 4 ? static_cast<std::int64_t>(i + 1) : 0);
    EXPECT_EQ(out[i].keys.range_end, "l");
  }
  EXPECT_EQ(out[4].value, "v");
}

TEST(requests_test, nested_transactions_stay_nested) {
  pb::TxnRequest r;
  auto* inner = r.add_failure()->mutable_request_txn();
  inner->add_success()->mutable_request_put()->set_key("p");
  inner->add_success()->mutable_request_delete_range()->set_key("d");
  auto out = to_txn(r);
  ASSERT_EQ(out.failure.size(), 1u);
  auto& nested = *std::get<std::shared_ptr<const mvcc::txn_request>>(out.failure[0]);
  EXPECT_EQ(std::get<mvcc::put_request>(nested.success[0]).key, "p");
  EXPECT_EQ(std::get<mvcc::delete_range_request>(nested.success[1]).keys.key, "d");
}

TEST(requests_test, operations_without_content_and_too_many_are_refused) {
  pb::TxnRequest r;
  EXPECT_FALSE(refusal(r, 2));
  r.add_success();
  EXPECT_EQ(refusal(r, 2)->text, "etcdserver: key not found");
  auto* inner = r.mutable_success(0)->mutable_request_txn();
  inner->add_success()->mutable_request_put()->set_key("a");
  EXPECT_FALSE(refusal(r, 2));
  inner->add_success()->mutable_request_put()->set_key("b");
  EXPECT_EQ(refusal(r, 2)->text, "etcdserver: too many operations in txn request") << "one is left for the inner";
  pb::TxnRequest empty;
  empty.add_compare();
  EXPECT_EQ(refusal(empty, 2)->text, "etcdserver: key is not provided");
}

} // namespace
} // namespace troupe::actors::etcd
