#include "tests/actors/store/fixture.hpp"

namespace troupe::actors::store {
namespace {

class proposals_test : public test::store_test {
protected:
  static mvcc::txn_request create(const std::string& key) {
    return {.compares = {{.keys = {key, {}}}},
            .success = {mvcc::put_request{.key = key, .value = mvcc::make_bytes("v")}}};
  }
  errc refused(mvcc::txn_request txn) {
    auto r = write(std::move(txn));
    EXPECT_FALSE(r.has_value());
    return r ? errc::none : code_of(r.error());
  }
};

TEST_F(proposals_test, a_transaction_is_answered_with_its_revision_and_result) {
  auto r = write(create("a"));
  ASSERT_TRUE(r.has_value());
  EXPECT_TRUE((*r)->succeeded);
  EXPECT_EQ((*r)->header_revision, 2);
  EXPECT_EQ(std::get<mvcc::put_response>((*r)->responses[0]).kv->mod_revision, 2);
  r = write(create("a"));
  EXPECT_FALSE((*r)->succeeded);
  EXPECT_EQ(list("a"), "a=v");
}

TEST_F(proposals_test, values_are_not_copied_on_the_way_out) {
  put("a", "1");
  auto keys = mvcc::key_range{"a", {}};
  auto first = ask<shared<mvcc::range_response>>(list_atom::value, share(mvcc::range_request{.keys = keys}));
  auto in = std::make_shared<inbox>();
  ASSERT_TRUE(watch(watcher(in), {.id = 1, .keys = keys}).has_value());
  auto r = write({.success = {mvcc::put_request{.key = "a", .value = mvcc::make_bytes("2"), .prev_kv = true}}});
  settle();
  EXPECT_EQ(in->batches[0].events[0].kv, std::get<mvcc::put_response>((*r)->responses[0]).kv);
}

TEST_F(proposals_test, mistakes_are_refused_before_they_reach_the_log) {
  auto before = status().last_index;
  EXPECT_EQ(refused({.success = {mvcc::put_request{}}}), errc::invalid_argument);
  EXPECT_EQ(refused({.success = {mvcc::put_request{.key = "a"}, mvcc::put_request{.key = "a"}}}),
            errc::invalid_argument);
  EXPECT_EQ(status().last_index, before);
}

TEST_F(proposals_test, a_refusal_of_the_state_tells_its_exact_reason) {
  auto r = write({.success = {mvcc::put_request{.key = "a", .lease = 9}}});
  ASSERT_FALSE(r.has_value());
  EXPECT_EQ(code_of(r.error()), errc::not_found);
  EXPECT_EQ(reason_of(r.error()), mvcc::errc::lease_not_found);
  EXPECT_EQ(list("a"), "");
}

TEST_F(proposals_test, a_giant_is_refused) {
  auto value = mvcc::make_bytes(std::string(settings.request_bytes_max + 1, 'x'));
  EXPECT_EQ(refused({.success = {mvcc::put_request{.key = "a", .value = value}}}), errc::invalid_argument);
}

TEST_F(proposals_test, everything_that_waits_is_written_with_one_sync) {
  caf::scoped_actor self(system);
  auto before = status().last_index;
  for (int i = 0; i < 50; ++i)
    self->send(shard, write_atom::value, share(create("k" + std::to_string(i))));
  int turns = 0;
  for (; scheduler.try_run_once(); ++turns) {}
  EXPECT_EQ(status().last_index, before + 50);
  // 50 requests, one turn, one write, one report: not 50 writes.
  EXPECT_LT(turns, 60);
}

TEST_F(proposals_test, too_many_waiting_writes_are_refused_as_overload) {
  stop();
  settings.waiting_max = 3;
  start();
  caf::scoped_actor self(system);
  int accepted = 0, refused_count = 0;
  std::vector<caf::actor> clients;
  for (int i = 0; i < 5; ++i) {
    clients.push_back(system.spawn([&, i](caf::event_based_actor* me) {
      me->request(shard, 5s, write_atom::value, share(create("k" + std::to_string(i))))
        .then([&](const shared<mvcc::txn_response>&) { ++accepted; },
              [&](caf::error& e) { refused_count += code_of(e) == errc::overloaded; });
    }));
  }
  settle();
  EXPECT_EQ(accepted, 3);
  EXPECT_EQ(refused_count, 2);
}

TEST_F(proposals_test, each_request_of_a_group_gets_what_it_alone_would_have_got) {
  auto put_of = [](const std::string& key) {
    return share(mvcc::txn_request{.success = {mvcc::put_request{.key = key, .value = mvcc::make_bytes("v")}}});
  };
  auto ask = [&](auto tag, auto group) {
    std::vector<caf::message> got;
    auto asking = system.spawn([&](caf::event_based_actor* self) {
      self->request(local_store_actor(shard), caf::infinite, tag, group)
        .then([&](const group_answers& a) { got = a.answers; }, [](caf::error&) {});
    });
    settle();
    return got;
  };
  auto written = ask(write_atom::value, write_group{{put_of("a"), put_of(""), {}, put_of("b")}});
  ASSERT_EQ(written.size(), 4u);
  EXPECT_EQ(written[0].get_as<shared<mvcc::txn_response>>(0)->header_revision, 2);
  EXPECT_EQ(code_of(written[1].get_as<caf::error>(0)), errc::invalid_argument);
  EXPECT_EQ(code_of(written[2].get_as<caf::error>(0)), errc::invalid_argument);
  EXPECT_EQ(written[3].get_as<shared<mvcc::txn_response>>(0)->header_revision, 3);
  auto range_of = [](const std::string& key, mvcc::revision at) {
    return share(mvcc::range_request{.keys = {key, {}}, .at = at});
  };
  auto read = ask(list_atom::value, read_group{{range_of("b", 0), range_of("a", 99)}});
  ASSERT_EQ(read.size(), 2u);
  EXPECT_EQ(read[0].get_as<shared<mvcc::range_response>>(0)->kvs.size(), 1u);
  EXPECT_EQ(code_of(read[1].get_as<caf::error>(0)), errc::future_revision);
}

TEST_F(proposals_test, leases_are_granted_kept_alive_queried_and_revoked) {
  auto granted = call(mvcc::lease_grant_request{7, 10});
  ASSERT_TRUE(granted.has_value());
  EXPECT_EQ((*granted)->lease, 7);
  put("a", "1", 7);
  pass(4s);
  auto q = call(lease_query{7, true});
  EXPECT_EQ((*q)->ttl_seconds, 6);
  EXPECT_EQ((*q)->granted_seconds, 10);
  EXPECT_EQ((*q)->keys, std::vector<std::string>{"a"});
  EXPECT_EQ((*call(lease_keepalive{7}))->ttl_seconds, 10);
  EXPECT_EQ((*call(lease_query{7}))->ttl_seconds, 10);
  EXPECT_TRUE(call(lease_revoke{7}).has_value());
  EXPECT_EQ(list("a"), "");
  for (const command_request& r : std::vector<command_request>{lease_revoke{7}, lease_keepalive{7}, lease_query{7}})
    EXPECT_EQ(code_of(call(r).error()), errc::not_found);
}

TEST_F(proposals_test, compaction_on_demand) {
  for (int i = 0; i < 5; ++i) put("a", std::to_string(i));
  ASSERT_TRUE(call(compact_request{4}).has_value());
  EXPECT_EQ(status().compact_revision, 4);
  auto e = call(compact_request{3}).error();
  EXPECT_EQ(code_of(e), errc::compacted);
  EXPECT_EQ(compact_revision_of(e), 4);
  EXPECT_EQ(code_of(call(compact_request{99}).error()), errc::future_revision);
}

TEST_F(proposals_test, leases_are_listed_with_the_time_they_were_granted) {
  ASSERT_TRUE(call(mvcc::lease_grant_request{7, 10}).has_value());
  ASSERT_TRUE(call(mvcc::lease_grant_request{3, 20}).has_value());
  auto list = call(lease_list{});
  ASSERT_TRUE(list.has_value());
  EXPECT_EQ((*list)->leases, (std::vector<std::pair<mvcc::lease_id, std::int64_t>>{{3, 20}, {7, 10}}));
}

TEST_F(proposals_test, the_hash_of_a_revision_is_that_of_what_can_be_read_there) {
  auto at = put("a", "1");
  auto before = call(hash_query{at});
  ASSERT_TRUE(before.has_value());
  put("a", "2");
  EXPECT_EQ((*call(hash_query{at}))->hash, (*before)->hash);
  EXPECT_NE((*call(hash_query{}))->hash, (*before)->hash);
  EXPECT_EQ(code_of(call(hash_query{99}).error()), errc::future_revision);
  ASSERT_TRUE(call(compact_request{3}).has_value());
  EXPECT_EQ(code_of(call(hash_query{2}).error()), errc::compacted);
  EXPECT_EQ((*call(hash_query{}))->compact_revision, 3);
}

} // namespace
} // namespace troupe::actors::store
