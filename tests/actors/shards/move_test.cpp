#include "tests/actors/shards/scene.hpp"

namespace troupe::actors::shards {
namespace {

using namespace std::chrono_literals;
const api::group_resource things{"", "configmaps"}, others{"", "secrets"};

struct move_scene : sharded<actor_fixture> {
  void TestBody() override {}
  ~move_scene() override { cache = nullptr; }
  void start() {
    start_shards();
    start_store();
    watch_cache::watch_cache_config config;
    config.type = things;
    config.sharded = true;
    cache = own(sys.spawn(watch_cache::watch_cache, config, dir));
    run();
    for (int i = 0; i < 5; ++i) put(things, "a", "old-" + std::to_string(i));
    add_shard();
  }
  void watch() {
    watch_cache::watch_query q{1, {}, 0, 100'000};
    q.after = list()->revision;
    auto r = ask<std::int64_t>(cache, watch_atom::value, share(std::move(q)), caf::actor_cast<caf::actor>(self));
    ASSERT_TRUE(r) << text_of(error);
  }
  shared<watch_cache::list_result> list() {
    auto found = ask<shared<watch_cache::list_result>>(cache, list_atom::value, share(watch_cache::list_query{}));
    return found ? *found : share(watch_cache::list_result{});
  }
  /// Writes as a client does that knows the map; the revision, or 0 if the type is moving.
  std::int64_t try_write(const std::string& name) {
    auto where = shard_of(*map(), things.text());
    store::mvcc::txn_request txn;
    store::mvcc::put_request p;
    p.key = api::storage_key(things, {"a", name});
    p.value = store::mvcc::make_bytes(R"({"kind":"Thing","apiVersion":"v1","metadata":{"name":")" + name + "\"}}");
    txn.success.emplace_back(std::move(p));
    auto done = ask<shared<store::mvcc::txn_response>>(member(where), write_atom::value, share(std::move(txn)));
    return done ? (*done)->header_revision : 0;
  }
  std::vector<std::string> seen;
  std::int64_t newest = 0;
  void receive_all() {
    run();
    for (bool more = true; more;)
      self->receive(
        [&](event_atom, shared<watch_cache::event_batch>& b) {
          EXPECT_EQ(b->ended, watch_cache::event_batch::end::open) << "the watch broke";
          for (auto& e : b->events) {
            EXPECT_GT(e->revision, newest) << "out of order";
            newest = e->revision;
            seen.emplace_back(e->after->name());
          }
        },
        caf::after(0ms) >> [&] { more = false; });
  }
  bool done(std::uint32_t at) {
    auto m = map();
    return m->moves.empty() && shard_of(*m, things.text()) == at;
  }
  void finish(std::uint32_t at) {
    for (int i = 0; i < 300 && !done(at); ++i) pass(100ms);
    ASSERT_TRUE(done(at)) << encode(*map());
  }
  watch_cache::watch_cache_actor cache;
};

TEST(move, a_type_goes_over_with_all_it_has_and_leaves_nothing_behind) {
  move_scene s;
  s.start();
  auto before = s.list();
  s.move("configmaps", 1);
  s.finish(1);
  EXPECT_EQ(s.keys(0, things), 0);
  EXPECT_EQ(s.keys(1, things), 5);
  auto after = s.list();
  ASSERT_EQ(after->items.size(), before->items.size());
  for (std::size_t i = 0; i < after->items.size(); ++i)
    EXPECT_EQ(after->items[i]->revision(), before->items[i]->revision()) << "objects keep their versions";
  EXPECT_GE(after->revision, before->revision);
}

TEST(move, watchers_see_every_change_once_and_in_order) {
  move_scene s;
  s.start();
  s.watch();
  std::vector<std::string> written;
  s.move("configmaps", 1);
  for (int i = 0, tries = 0; i < 200 && tries < 3000; ++tries) {
    auto name = "new-" + std::to_string(i);
    if (s.try_write(name) > 0) written.push_back(name), ++i;
    s.put(others, "a", "x"); // The old shard goes on.
    s.pass(10ms);
    s.receive_all();
  }
  s.finish(1);
  s.receive_all();
  EXPECT_EQ(written.size(), 200U);
  EXPECT_EQ(s.seen, written);
  auto all = s.list();
  EXPECT_EQ(all->items.size(), 205U);
  s.move("configmaps", 0);
  s.finish(0);
  EXPECT_GT(s.try_write("back"), 0);
  s.receive_all();
  EXPECT_EQ(s.seen.back(), "back");
  EXPECT_EQ(s.keys(1, things), 0);
}

TEST(move, nobody_is_told_of_an_old_state_after_a_write_in_the_new_shard) {
  move_scene s;
  s.start();
  s.move("configmaps", 1);
  for (int i = 0; i < 400; ++i) {
    auto name = "w-" + std::to_string(i);
    if (s.try_write(name) > 0) {
      auto found = s.ask<object_handle>(s.cache, read_atom::value, std::string("a"), name, std::int64_t{-1});
      ASSERT_TRUE(found) << text_of(s.error);
      EXPECT_TRUE(*found) << name << " was written, but a consistent read does not show it";
    }
    s.pass(10ms);
  }
  s.finish(1);
}

TEST(move, a_crash_of_the_mover_at_any_message_loses_and_doubles_nothing) {
  constexpr int messages_max = 400, stride = 9;
  for (int crash = 0; crash < messages_max; crash += stride) {
    move_scene s;
    s.start();
    s.watch();
    s.move("configmaps", 1);
    int handled = 0;
    for (int i = 0; i < 40 && handled < crash; ++i) {
      while (handled < crash && s.sched.try_run_once()) ++handled;
      if (handled < crash) s.sched.advance_time(10ms);
    }
    s.crash_mover();
    s.finish(1);
    ASSERT_FALSE(testing::Test::HasFailure()) << "crashed at message " << crash;
    EXPECT_EQ(s.keys(0, things), 0) << crash;
    EXPECT_EQ(s.keys(1, things), 5) << crash;
    EXPECT_GT(s.try_write("after"), 0) << crash;
    s.receive_all();
    EXPECT_EQ(s.seen, std::vector<std::string>{"after"}) << crash;
  }
}

TEST(move, two_movers_at_work_at_once_do_no_harm) {
  constexpr int messages_max = 300, stride = 23;
  for (int late = 0; late < messages_max; late += stride) {
    move_scene s;
    s.start();
    s.watch();
    s.move("configmaps", 1);
    for (int i = 0, handled = 0; i < 40 && handled < late; ++i) {
      while (handled < late && s.sched.try_run_once()) ++handled;
      if (handled < late) s.sched.advance_time(10ms);
    }
    s.second_mover();
    std::vector<std::string> written;
    for (int i = 0; i < 100; ++i) {
      auto name = "w-" + std::to_string(i);
      if (s.try_write(name) > 0) written.push_back(name);
      s.pass(20ms);
      s.receive_all();
    }
    s.finish(1);
    s.receive_all();
    EXPECT_GT(written.size(), 50U) << late;
    EXPECT_EQ(s.seen, written) << late;
    EXPECT_EQ(s.list()->items.size(), 5 + written.size()) << late;
    EXPECT_EQ(s.keys(0, things), 0) << late;
    ASSERT_FALSE(testing::Test::HasFailure()) << "the second began at message " << late;
  }
}

} // namespace
} // namespace troupe::actors::shards
