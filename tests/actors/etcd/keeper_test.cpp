#include "actors/etcd/keeper.hpp"
#include "actors/directory/directory.hpp"
#include "tests/actors/etcd/fixture.hpp"

namespace troupe::actors::etcd {
namespace {

using namespace std::chrono_literals;

class keeper_test : public test::etcd_test {
protected:
  void SetUp() override {
    etcd_test::SetUp();
    directory = system.spawn(directory::directory);
    keeper = system.spawn(etcd_keeper, environment::simulated(2, system, api::time_point{}), directory, door,
                          keeper_config{.front = {.keys = keyspace("/etcd/")}, .fronts = 2});
    settle();
  }
  ~keeper_test() override {
    caf::anon_send_exit(keeper, caf::exit_reason::user_shutdown);
    settle();
    caf::anon_send_exit(directory, caf::exit_reason::user_shutdown);
    settle();
  }
  void offer(const store::shard_actor& player) {
    caf::anon_send(directory, offer_atom::value, std::string("store/0"),
                   caf::actor_cast<caf::strong_actor_ptr>(player));
    settle();
  }
  /// The answer's revision; 0: nobody took it.
  std::int64_t put_at_the_door() {
    pb::PutRequest q;
    q.set_key("a");
    auto c = std::make_shared<test::fake_call<pb::PutRequest, pb::PutResponse>>(q);
    door->take(net::etcd::put_call(c));
    settle();
    return c->ended == std::vector<test::status>{test::status{}} ? c->response.header().revision() : 0;
  }
  std::shared_ptr<entrance> door = std::make_shared<entrance>();
  directory::directory_actor directory;
  caf::actor keeper;
};

TEST_F(keeper_test, clients_are_answered_as_long_as_there_is_a_member_of_the_store) {
  EXPECT_EQ(put_at_the_door(), 0);
  offer(shard);
  EXPECT_EQ(put_at_the_door(), 2);
  EXPECT_EQ(put_at_the_door(), 3) << "the second front";
  caf::anon_send_exit(shard, caf::exit_reason::kill);
  settle();
  EXPECT_EQ(put_at_the_door(), 0);
  pass(1s);
  auto opened = store::open_shard(settings);
  ASSERT_TRUE(opened.has_value());
  auto env = environment::simulated(3, system, api::time_point{});
  auto next = system.spawn(store::store, store::store_dependencies{env, *opened, {}}, settings);
  pass(1s);
  offer(next);
  EXPECT_EQ(put_at_the_door(), 2) << "of the new store, which is empty";
  caf::anon_send_exit(next, caf::exit_reason::user_shutdown);
  settle();
}

TEST_F(keeper_test, nothing_is_answered_after_its_end) {
  offer(shard);
  caf::anon_send_exit(keeper, caf::exit_reason::user_shutdown);
  settle();
  EXPECT_EQ(put_at_the_door(), 0);
}

} // namespace
} // namespace troupe::actors::etcd
