#include "tests/actors/join/fixture.hpp"

namespace troupe::actors::join {
namespace {

struct tokens_test : join_fixture {
  std::vector<std::string> ids() {
    std::vector<std::string> out;
    auto list = api::json::parse(as_master("GET", "tokens").body);
    for (auto& t : *api::array_at(list, {"items"})) out.emplace_back(api::string_at(t, {"id"}));
    return out;
  }
};

TEST_F(tokens_test, the_join_string_is_shown_once_and_the_secret_is_not_stored) {
  start();
  auto s = token();
  EXPECT_EQ(s.addresses, (std::vector<joining::address>{{"10.0.0.1", 6443}}));
  EXPECT_EQ(s.secret.size(), 22U); // 128 bits
  auto listed = as_master("GET", "tokens").body;
  EXPECT_NE(listed.find(s.id), std::string::npos);
  EXPECT_EQ(listed.find(s.secret), std::string::npos);
  EXPECT_EQ(listed.find("hash"), std::string::npos);
  store::mvcc::range_request all;
  all.keys = store::mvcc::key_range::prefix("/troupe/tokens/");
  auto found = ask<shared<store::mvcc::range_response>>(shard, list_atom::value, share(all));
  ASSERT_TRUE(found && (*found)->kvs.size() == 1);
  EXPECT_EQ((*found)->kvs[0]->value->find(s.secret), std::string::npos);
}

TEST_F(tokens_test, join_strings_name_all_api_servers_and_the_asked_one_first) {
  start();
  put_record({2, "host2", true, true, "10.0.0.2", 6440, 7443, "10.244.1.0/24", "0.1.0", 0, false});
  put_record({3, "host3", false, true, "10.0.0.3", 6440, 0, "10.244.2.0/24", "0.1.0", 0, false});
  put_record({4, "host4", true, true, "10.0.0.4", 6440, 6443, "10.244.3.0/24", "0.1.0", 0, true});
  EXPECT_EQ(token().addresses, (std::vector<joining::address>{{"10.0.0.1", 6443}, {"10.0.0.2", 7443}}));
}

TEST_F(tokens_test, tokens_end_and_are_forgotten_a_day_later) {
  start();
  auto short_one = token({.worker = true, .ttl_seconds = 1});
  EXPECT_EQ(ids(), std::vector<std::string>{short_one.id});
  pass(std::chrono::seconds(1));
  EXPECT_TRUE(ids().empty());
  auto late = as_nobody("POST", "join", joining::encode(request(short_one, "host2", key)));
  EXPECT_EQ(late.code, 401);
  EXPECT_NE(message(late).find("expired"), std::string::npos) << late.body;
}

TEST_F(tokens_test, a_deleted_token_lets_nobody_in) {
  start();
  auto s = token();
  EXPECT_EQ(as_master("DELETE", "tokens/" + s.id).code, 200);
  EXPECT_EQ(as_master("DELETE", "tokens/" + s.id).code, 404);
  EXPECT_TRUE(ids().empty());
  EXPECT_EQ(as_nobody("POST", "join", joining::encode(request(s, "host2", key))).code, 401);
}

TEST_F(tokens_test, a_role_that_the_token_does_not_give_is_refused) {
  start();
  auto r = request(token({.worker = true}), "host2", key);
  r.control_plane = true;
  auto a = as_nobody("POST", "join", joining::encode(r));
  EXPECT_EQ(a.code, 403);
  EXPECT_NE(message(a).find("control-plane"), std::string::npos);
}

TEST_F(tokens_test, are_for_masters_only) {
  start();
  auto s = token();
  for (auto& [method, path] : {std::pair{"GET", std::string("tokens")}, {"POST", std::string("tokens")},
                               {"DELETE", "tokens/" + s.id}, {"GET", std::string("nodes")},
                               {"DELETE", std::string("nodes/host1")}}) {
    EXPECT_EQ(as_nobody(method, path).code, 403) << path;
    EXPECT_EQ(as_node({1, "host1", true}, method, path).code, 403) << path;
  }
  EXPECT_EQ(as_master("PUT", "tokens").code, 405);
  EXPECT_EQ(as_master("GET", "tokens/" + s.id).code, 405);
  EXPECT_EQ(as_master("POST", "tokens", "{\"uses\":-1}").code, 400);
}

} // namespace
} // namespace troupe::actors::join
