#include "actors/etcd/status.hpp"
#include "actors/store/error.hpp"
#include <caf/sec.hpp>
#include <gtest/gtest.h>

namespace troupe::actors::etcd {
namespace {

using net::etcd::code;
using storage::mvcc::errc;

TEST(status_test, refusals_have_the_codes_and_texts_that_clients_of_etcd_match_on) {
  const struct {
    errc reason;
    code what;
    const char* text;
  } cases[] = {
    {errc::compacted, code::out_of_range, "etcdserver: mvcc: required revision has been compacted"},
    {errc::future_revision, code::out_of_range, "etcdserver: mvcc: required revision is a future revision"},
    {errc::empty_key, code::invalid_argument, "etcdserver: key is not provided"},
    {errc::duplicate_key, code::invalid_argument, "etcdserver: duplicate key given in txn request"},
    {errc::too_many_operations, code::invalid_argument, "etcdserver: too many operations in txn request"},
    {errc::key_not_found, code::invalid_argument, "etcdserver: key not found"},
    {errc::lease_not_found, code::not_found, "etcdserver: requested lease not found"},
    {errc::lease_exists, code::failed_precondition, "etcdserver: lease already exists"},
    {errc::invalid_lease, code::out_of_range, "etcdserver: too large lease TTL"},
    {errc::value_provided, code::invalid_argument, "etcdserver: value is provided"},
    {errc::lease_provided, code::invalid_argument, "etcdserver: lease is provided"},
  };
  for (auto& c : cases) {
    EXPECT_EQ(to_status(c.reason), (net::etcd::status{c.what, c.text}));
    EXPECT_EQ(to_status(store::to_error({c.reason, {}})), (net::etcd::status{c.what, c.text})) << "through an actor";
  }
}

TEST(status_test, what_nobody_knows_is_a_timeout_and_what_is_full_asks_for_patience) {
  EXPECT_EQ(to_status(make_error(caf::sec::request_timeout)).text, "etcdserver: request timed out");
  EXPECT_EQ(to_status(make_error(actors::errc::may_have_happened)).what, code::unavailable);
  EXPECT_EQ(to_status(make_error(actors::errc::overloaded)).text, "etcdserver: too many requests");
  EXPECT_EQ(to_status(make_error(caf::sec::request_receiver_down)).text, "etcdserver: server stopped");
}

} // namespace
} // namespace troupe::actors::etcd
