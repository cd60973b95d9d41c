#include "tests/actors/shards/scene.hpp"
#include "tests/support/api_fixture.hpp"

namespace troupe::actors::shards {
namespace {

using namespace std::chrono_literals;
const api::group_resource things{"", "configmaps"};

struct load_test : sharded<api_fixture> {
  void start() {
    start_shards();
    cache_defaults.sharded = true;
    start_api();
    add_shard();
  }
  void send_create(int i) {
    auto body = object(R"({"kind":"ConfigMap","apiVersion":"v1","metadata":{"namespace":"a","name":"m)" +
                       std::to_string(i) + "\"}}");
    self->send(caf::actor_cast<caf::actor>(api), call_atom::value,
               apiserver::create(apiserver::admin(), config_maps, body));
  }
  int created = 0, refused = 0;
  void receive_replies() {
    for (bool more = true; more;)
      self->receive([&](shared<apiserver::reply>& r) { r->code == 201 ? ++created : ++refused; },
                    [&](caf::error&) { ++refused; }, caf::after(0ms) >> [&] { more = false; });
  }
};

TEST_F(load_test, writers_notice_nothing_of_a_move) {
  start();
  move("configmaps", 1);
  constexpr int writes = 300;
  for (int i = 0; i < writes; ++i) {
    send_create(i);
    pass(10ms);
    receive_replies();
  }
  pass(8s);
  receive_replies();
  EXPECT_EQ(created, writes);
  EXPECT_EQ(refused, 0);
  auto all = call(apiserver::list(apiserver::admin(), config_maps, "a"));
  EXPECT_GE(all.items.size(), std::size_t{writes});
  EXPECT_EQ(keys(0, things), 0);
  EXPECT_GE(keys(1, things), writes);
}

TEST_F(load_test, a_write_that_is_charged_to_a_quota_in_another_shard_succeeds) {
  start();
  const apiserver::resource_path quotas{"", "v1", "resourcequotas"};
  auto quota = call(apiserver::create(
    apiserver::admin(), quotas,
    object(R"({"metadata":{"namespace":"a","name":"q"},"spec":{"hard":{"count/configmaps":"2"}}})")));
  ASSERT_EQ(quota.code, 201) << quota.message();
  call(apiserver::merge_patch(
    apiserver::admin(), quotas, {"a", "q"},
    object(R"({"status":{"hard":{"count/configmaps":"2"},"used":{"count/configmaps":"0"}}})"), "status"));
  move("configmaps", 1);
  pass(8s);
  ASSERT_EQ(shard_of(*map(), "configmaps"), 1U);
  auto make = [&](const std::string& name) {
    return call(apiserver::create(apiserver::admin(), config_maps,
                                  object(R"({"metadata":{"namespace":"a","name":")" + name + "\"}}")));
  };
  EXPECT_EQ(make("one").code, 201);
  EXPECT_EQ(make("two").code, 201);
  EXPECT_EQ(make("three").code, 403);
}

} // namespace
} // namespace troupe::actors::shards
