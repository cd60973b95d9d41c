#include "actors/join/registry.hpp"
#include "net/certificates/digest.hpp"
#include <gtest/gtest.h>

namespace troupe::actors::join {
namespace {

store::mvcc::key_value_ptr kv(std::string key, std::string value, std::int64_t revision) {
  store::mvcc::key_value out;
  out.key = std::move(key);
  out.value = store::mvcc::make_bytes(std::move(value));
  out.mod_revision = revision;
  return std::make_shared<const store::mvcc::key_value>(std::move(out));
}

TEST(registry, is_read_from_one_range_and_leaves_out_what_it_does_not_know) {
  policies::cluster::node_record node{.id = 4, .name = "a"};
  policies::joining::token_record token{.id = "bcd", .salt = "s", .hash = "h"};
  store::mvcc::range_response found;
  found.kvs = {kv("/troupe/counters/node", "12", 3),
               kv(joined_key("ff"), "4", 4),
               kv(policies::cluster::node_record_key(4), policies::cluster::encode(node), 5),
               kv(policies::cluster::node_record_key(5), "{}", 6),
               kv("/troupe/other", "x", 7),
               kv(policies::joining::token_record_key("bcd"), policies::joining::encode(token), 8),
               kv(policies::joining::token_record_key("bce"), "x", 9)};
  auto all = read_registry(found);
  EXPECT_EQ(all.last_id.value, 12U);
  EXPECT_EQ(all.last_id.revision, 3);
  ASSERT_EQ(all.nodes.size(), 1U);
  EXPECT_EQ(all.node(4)->revision, 5);
  EXPECT_EQ(all.node(5), nullptr);
  EXPECT_EQ(all.joined.at("ff").value, 4U);
  ASSERT_EQ(all.tokens.size(), 1U);
  EXPECT_EQ(all.tokens.at("bcd").revision, 8);
}

TEST(registry, a_token_lets_in_workers_for_ever_unless_told_otherwise_and_does_not_have_its_secret) {
  auto token = new_token("00ff", "secret", net::certificates::system_random());
  EXPECT_EQ(token.hash, net::certificates::sha256(token.salt + "secret"));
  EXPECT_TRUE(token.worker && !token.control_plane && token.expires == 0 && token.uses_left == -1);
  EXPECT_EQ(policies::joining::encode(token).find("secret"), std::string::npos);
  EXPECT_NE(new_token("00ff", "secret", net::certificates::system_random()).salt, token.salt);
}

TEST(registry, changes_have_the_condition_that_nobody_else_was_faster) {
  store::mvcc::txn_request txn;
  replace(txn, "a", 7, "x");
  erase(txn, "b", 8);
  ASSERT_EQ(txn.compares.size(), 2U);
  EXPECT_EQ(txn.compares[0].number, 7);
  EXPECT_EQ(txn.compares[1].keys.key, "b");
  EXPECT_EQ(txn.success.size(), 2U);
}

} // namespace
} // namespace troupe::actors::join
