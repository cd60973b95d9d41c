#include "policies/joining/join_string.hpp"
#include "tests/actors/join/fixture.hpp"

namespace troupe::actors::join {
namespace {

struct members_test : join_fixture {};

TEST_F(members_test, a_worker_gets_a_certificate_and_no_keys) {
  start();
  auto reply = joined(request(token(), "host2", key));
  EXPECT_EQ(reply.node.id, 2U);
  EXPECT_EQ(reply.node.pod_cidr, "10.244.1.0/24");
  EXPECT_EQ(reply.node.address, "10.0.0.9"); // It has not said one: where it comes from.
  EXPECT_EQ(reply.settings.id, "cluster-id");
  EXPECT_EQ(reply.authority, ca.certificate_pem);
  EXPECT_TRUE(reply.authority_key.empty() && reply.service_account_key.empty());
  ASSERT_EQ(reply.roster.size(), 2U);
  EXPECT_EQ(reply.roster[1], reply.node);
  auto facts = certificates::inspect(reply.certificate).value();
  auto who = policies::cluster::identity_of({facts.common_name, facts.organizations, facts.dns_names});
  EXPECT_EQ(who, (policies::cluster::node_identity{2, "host2", false}));
  for (auto use : {certificates::purpose::client, certificates::purpose::server})
    EXPECT_TRUE(certificates::verify(reply.certificate, ca.certificate_pem, use, env->now()).has_value());
}

TEST_F(members_test, a_control_plane_node_gets_the_keys_too) {
  start();
  auto r = request(token(), "host2", key);
  r.control_plane = true;
  auto reply = joined(r);
  EXPECT_EQ(reply.authority_key, ca.key.private_pem());
  EXPECT_EQ(reply.service_account_key, "SA KEY");
  auto facts = certificates::inspect(reply.certificate).value();
  EXPECT_TRUE(policies::cluster::identity_of({facts.common_name, facts.organizations, facts.dns_names})->control_plane);
}

TEST_F(members_test, who_lost_the_answer_gets_it_again_as_the_same_node) {
  start();
  auto once = token({.worker = true, .uses = 1});
  auto r = request(once, "host2", key);
  EXPECT_EQ(joined(r).node, joined(r).node);
  auto other = as_nobody("POST", "join", joining::encode(request(once, "host3", certificates::key::make_ec().value())));
  EXPECT_EQ(other.code, 401);
  EXPECT_NE(message(other).find("used up"), std::string::npos) << other.body;
}

TEST_F(members_test, nodes_that_join_at_once_are_different) {
  start();
  auto s = token({.worker = true, .uses = 5});
  std::vector<certificates::key> keys;
  for (int i = 0; i < 5; ++i) {
    keys.push_back(certificates::key::make_ec().value());
    question q{"POST", "join", joining::encode(request(s, "n" + std::to_string(i), keys.back())), {}, {}, "10.0.1.1"};
    self->send(caf::actor_cast<caf::actor>(it), call_atom::value, share(std::move(q)));
  }
  pass(std::chrono::milliseconds(200));
  std::set<std::uint64_t> ids;
  std::set<std::string> ranges;
  for (int i = 0; i < 5; ++i)
    self->receive(
        [&](shared<answer>& a) {
          auto reply = joining::decode_join_reply(a->body);
          ASSERT_TRUE(reply.has_value()) << a->body;
          ids.insert(reply->node.id);
          ranges.insert(reply->node.pod_cidr);
        },
        caf::after(std::chrono::milliseconds(0)) >> [] { ADD_FAILURE() << "no answer"; });
  EXPECT_EQ(ids, (std::set<std::uint64_t>{2, 3, 4, 5, 6}));
  EXPECT_EQ(ranges.size(), 5U);
  EXPECT_EQ(as_nobody("POST", "join", joining::encode(request(s, "n9", key))).code, 401);
}

TEST_F(members_test, a_wrong_secret_looks_like_an_unknown_token_and_is_slowed_down) {
  start();
  auto r = request(token(), "host2", key);
  auto wrong = r, unknown = r;
  wrong.secret += "x";
  unknown.token_id = "zzz";
  auto first = as_nobody("POST", "join", joining::encode(wrong)),
       second = as_nobody("POST", "join", joining::encode(unknown));
  EXPECT_EQ(first.code, 401);
  EXPECT_EQ(first.body, second.body);
  for (int i = 0; i < 8; ++i)
    EXPECT_EQ(as_nobody("POST", "join", joining::encode(wrong)).code, 401);
  EXPECT_EQ(as_nobody("POST", "join", joining::encode(r)).code, 429);
  EXPECT_EQ(as_nobody("POST", "join", joining::encode(r), "10.0.0.10").code, 200);
}

TEST_F(members_test, requests_without_sense_are_refused) {
  start();
  auto r = request(token(), "host2", key);
  EXPECT_EQ(as_nobody("POST", "join", "{").code, 400);
  auto unsigned_one = r;
  unsigned_one.signing_request = "PEM";
  EXPECT_EQ(as_nobody("POST", "join", joining::encode(unsigned_one)).code, 400);
  auto late = r;
  late.clock -= 3600;
  EXPECT_NE(message(as_nobody("POST", "join", joining::encode(late))).find("behind"), std::string::npos);
  auto taken = r;
  taken.name = "host1";
  EXPECT_EQ(as_nobody("POST", "join", joining::encode(taken)).code, 409);
  EXPECT_EQ(as_nobody("GET", "join").code, 405);
  EXPECT_EQ(as_nobody("GET", "nonsense").code, 404);
}

TEST_F(members_test, a_member_renews_its_certificate_and_tells_where_it_is) {
  start();
  auto node = joined(request(token(), "host2", key)).node;
  auto fresh = certificates::key::make_ec().value();
  joining::renew_request r{.program = "0.1.0",
                           .address = "10.0.0.22",
                           .link_port = 7000,
                           .signing_request = certificates::make_signing_request(fresh, "x").value()};
  auto a = as_node(node, "POST", "renew", joining::encode(r));
  ASSERT_EQ(a.code, 200) << a.body;
  auto reply = joining::decode_renew_reply(a.body).value();
  EXPECT_EQ(reply.node.address, "10.0.0.22");
  EXPECT_EQ(reply.node.link_port, 7000);
  EXPECT_EQ(reply.roster.at(1), reply.node);
  auto facts = certificates::inspect(reply.certificate).value();
  EXPECT_EQ(facts.common_name, "system:node:host2");
  // Whoever has the newest key is this node, also when its certificate has ended.
  EXPECT_EQ(joined(request(token(), "host2", fresh)).node.id, 2U);
  EXPECT_EQ(as_nobody("POST", "join", joining::encode(request(token(), "host2", key))).code, 409);
  r.signing_request.clear();
  EXPECT_TRUE(
      joining::decode_renew_reply(as_node(node, "POST", "renew", joining::encode(r)).body)->certificate.empty());
}

TEST_F(members_test, only_members_renew) {
  start();
  auto node = joined(request(token(), "host2", key)).node;
  auto body = joining::encode(joining::renew_request{.program = "0.1.0"});
  EXPECT_EQ(as_nobody("POST", "renew", body).code, 401);
  EXPECT_EQ(as_master("POST", "renew", body).code, 401);
  auto stranger = node;
  stranger.id = 9;
  EXPECT_EQ(as_node(stranger, "POST", "renew", body).code, 401);
  auto renamed = node;
  renamed.name = "host1";
  EXPECT_EQ(as_node(renamed, "POST", "renew", body).code, 401);
  EXPECT_EQ(as_node(node, "POST", "renew", body).code, 200);
  EXPECT_EQ(as_master("DELETE", "nodes/host2").code, 200);
  auto gone = as_node(node, "POST", "renew", body);
  EXPECT_EQ(gone.code, 401);
  EXPECT_NE(message(gone).find("removed"), std::string::npos);
}

TEST_F(members_test, anybody_may_see_the_ca) {
  start();
  auto a = as_nobody("GET", "ca");
  EXPECT_EQ(a.code, 200);
  EXPECT_EQ(api::string_at(api::json::parse(a.body), {"authority"}), ca.certificate_pem);
  EXPECT_EQ(token().ca, certificates::public_key_hash(ca.certificate_pem).value());
}

} // namespace
} // namespace troupe::actors::join
