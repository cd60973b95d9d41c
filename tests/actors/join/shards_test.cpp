#include "actors/shards/shards.hpp"
#include "actors/store/transport.hpp"
#include "tests/actors/join/fixture.hpp"

namespace troupe::actors::join {
namespace {

namespace json = api::json;

struct join_shards : join_fixture {
  ~join_shards() override {
    caf::anon_send_exit(keeper, caf::exit_reason::user_shutdown);
    keeper = nullptr;
    run();
  }
  void begin() {
    start();
    offer_member(1);
    keeper = own(sys.spawn(shards::shards, env, dir, shards::shards_config{}));
    run();
  }
  void offer_member(std::uint64_t id) {
    caf::anon_send(dir, offer_atom::value, store::member_role(0, id), caf::actor_cast<caf::strong_actor_ptr>(shard));
    run();
  }
  json::object told(const answer& a) {
    EXPECT_EQ(a.code, 200) << a.body;
    auto value = json::parse(a.body);
    return value.is_object() ? value.get_object() : json::object{};
  }
  shards::shards_actor keeper;
};

TEST_F(join_shards, are_shown_added_and_given_types) {
  begin();
  auto one = told(as_master("GET", "store/shards"));
  ASSERT_EQ(api::array_at(one, {"shards"})->size(), 1U);
  EXPECT_EQ(json::serialize(one.at("shards").at(0).at("types")), R"x(["(everything else)"])x");
  EXPECT_EQ(json::serialize(one.at("shards").at(0).at("leader")), "\"host1\"");
  ASSERT_EQ(api::array_at(told(as_master("POST", "store/shards")), {"shards"})->size(), 2U);
  pass(std::chrono::seconds(3));
  auto moved = told(as_master("POST", "store/shards/moves", R"({"type":"leases","to":1})"));
  EXPECT_EQ(json::serialize(moved.at("moves")),
            R"([{"type":"leases.coordination.k8s.io","from":0,"to":1,"phase":"begun"}])");
  auto large = told(as_master("POST", "store/shards/layout", R"({"name":"large"})"));
  EXPECT_EQ(api::array_at(large, {"moves"})->size(), 3U);
}

TEST_F(join_shards, refuse_what_cannot_be) {
  begin();
  struct row {
    std::string path, body;
    int code;
    std::string says;
  };
  for (auto& r : std::vector<row>{
         {"store/shards/moves", R"({"type":"nonsense","to":0})", 400, "there is no stored resource type \"nonsense\""},
         {"store/shards/moves", R"({"type":"pods"})", 400, "\"to\" names no shard"},
         {"store/shards/moves", R"({"type":"pods","to":3})", 400, "there is no shard 3"},
         {"store/shards/moves", R"({"type":"services","to":0})", 400, "services stay in shard 0"},
         {"store/shards/layout", R"({"name":"small"})", 404, ""},
         {"store/shards", "[", 400, "JSON object"},
       }) {
    auto a = as_master("POST", r.path, r.body);
    EXPECT_EQ(a.code, r.code) << a.body;
    EXPECT_NE(message(a).find(r.says), std::string::npos) << a.body;
  }
  EXPECT_EQ(as_nobody("GET", "store/shards").code, 403);
  EXPECT_EQ(as_nobody("POST", "store/check").code, 403);
}

TEST_F(join_shards, the_members_sums_are_told) {
  begin();
  auto found = told(as_master("POST", "store/check"));
  auto& first = found.at("shards").at(0).get_object();
  auto& member = first.at("members").at(0).get_object();
  EXPECT_EQ(api::string_at(member, {"name"}), "host1");
  EXPECT_FALSE(member.contains("problem")) << json::serialize(found);
  put({"", "configmaps"}, "a", "later");
  auto same = told(as_master("POST", "store/check", json::serialize(found)));
  EXPECT_EQ(json::serialize(same), json::serialize(found)) << "asked for the same revision";
  auto newer = told(as_master("POST", "store/check"));
  EXPECT_NE(json::serialize(newer), json::serialize(found));
  auto ahead = told(as_master("POST", "store/check", R"({"shards":[{"id":0,"revision":1000}]})"));
  EXPECT_EQ(json::serialize(ahead.at("shards").at(0).at("members").at(0).at("problem")), "\"behind\"");
}

} // namespace
} // namespace troupe::actors::join
