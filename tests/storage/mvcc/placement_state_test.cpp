#include "tests/storage/mvcc/fixture.hpp"
#include <filesystem>
#include <random>
#include <unistd.h>

namespace troupe::storage::mvcc {
namespace {

/// Two shards: `kv` of the fixture gives, `there` takes.
class placement_state_test : public test::state_test {
protected:
  placement_state_test() : other_engine_(engine::open_memory({.families = state::families()})) {
    there = std::move(*state::open(other_engine_));
  }
  outcome ask(state& s, placement_request r) {
    auto out = s.apply(s.applied_index() + 1, 1, command(std::move(r)));
    EXPECT_TRUE(s.commit().has_value());
    EXPECT_TRUE(out.events.empty()) << "whatever is placed is no event";
    return out;
  }
  revision done(state& s, placement_request r) {
    auto out = ask(s, std::move(r));
    EXPECT_TRUE(out.answer.has_value()) << to_string(out.answer.error().code);
    return out.answer ? std::get<revision>(*out.answer) : -1;
  }
  errc fails(state& s, placement_request r) {
    auto out = ask(s, std::move(r));
    EXPECT_FALSE(out.answer.has_value());
    return out.answer ? errc{} : out.answer.error().code;
  }
  static std::string list(const state& s, const std::string& prefix, revision at = 0) {
    auto r = s.range({.keys = key_range::prefix(prefix), .at = at});
    return r ? show(r->kvs) : std::string(to_string(r.error().code));
  }
  static std::string events(const state& s, const std::string& prefix, revision from) {
    auto page = s.history(key_range::prefix(prefix), from, true);
    return page ? show(page->events) : std::string(to_string(page.error().code));
  }
  static void run_at(state& s, const command& c) {
    auto out = s.apply(s.applied_index() + 1, 1, c);
    EXPECT_TRUE(out.answer.has_value());
    EXPECT_TRUE(s.commit().has_value());
  }
  static void put_at(state& s, const std::string& key, const std::string& value, lease_id lease = 0) {
    run_at(s, txn_request{.success = {put_request{.key = key, .value = make_bytes(value), .lease = lease}}});
  }
  static errc put_fails(state& s, const std::string& key) {
    auto out = s.apply(s.applied_index() + 1, 1, txn_request{.success = {put_request{key, make_bytes("x")}}});
    EXPECT_FALSE(out.answer.has_value());
    return out.answer ? errc{} : out.answer.error().code;
  }
  import_request everything_below(const std::string& prefix) {
    import_request out{prefix, {}};
    auto found = kv->range({.keys = key_range::prefix(prefix)});
    for (auto& entry : found->kvs) {
      auto lease = kv->leases().find(entry->lease);
      out.entries.push_back({entry, lease == kv->leases().end() ? 0 : lease->second.ttl_seconds});
    }
    return out;
  }
  revision move(const std::string& prefix) {
    auto fence = done(*kv, fence_request{prefix});
    done(*there, fence_request{prefix});
    while (done(*there, forget_request{prefix, 2}) != 0) {}
    done(*there, advance_request{fence + 1});
    done(*there, everything_below(prefix));
    done(*there, floor_request{prefix, fence + 1});
    done(*there, fence_request{prefix, false});
    while (done(*kv, forget_request{prefix, 1}) != 0) {}
    return fence;
  }

  std::shared_ptr<engine::engine> other_engine_;
  std::unique_ptr<state> there;
};

TEST_F(placement_state_test, a_closed_fence_refuses_every_change_below_it_and_nothing_else) {
  put("pods/a", "1");
  done(*kv, fence_request{"pods/"});
  auto change = [&](operation op) { return txn_request{.success = {std::move(op)}}; };
  EXPECT_EQ(refused(change(put_request{.key = "pods/b", .value = make_bytes("2")})), errc::moved);
  EXPECT_EQ(refused(change(delete_range_request{{"pods/a", {}}})), errc::moved);
  EXPECT_EQ(refused(change(delete_range_request{key_range::prefix("")})), errc::moved);
  EXPECT_EQ(refused(change(delete_range_request{{"pa", "pods/0"}})), errc::moved);
  auto inner = std::make_shared<txn_request>(change(put_request{.key = "pods/b", .value = make_bytes("2")}));
  EXPECT_EQ(refused(change(std::shared_ptr<const txn_request>(inner))), errc::moved);
  EXPECT_EQ(refused(txn_request{.success = {put_request{.key = "nodes/a", .value = make_bytes("1")},
                                            put_request{.key = "pods/b", .value = make_bytes("2")}}}),
            errc::moved);
  EXPECT_EQ(list(*kv, "nodes/"), "") << "refused whole";
  EXPECT_EQ(list(*kv, "pods/"), "pods/a=1@2/1") << "reads go on";
  EXPECT_EQ(put("podsies", "3"), 3);
  EXPECT_EQ(remove("q", "r"), 3) << "a range beside it";
  done(*kv, fence_request{"pods/", false});
  EXPECT_EQ(put("pods/b", "4"), 4);
}

TEST_F(placement_state_test, a_lease_does_not_end_below_a_closed_fence) {
  ASSERT_TRUE(apply(lease_grant_request{7, 60}).answer.has_value());
  put("events/a", "1", 7);
  done(*kv, fence_request{"events/"});
  EXPECT_EQ(refused(lease_revoke_request{7}), errc::moved);
  EXPECT_EQ(list(*kv, "events/"), "events/a=1@2/1");
  done(*kv, fence_request{"events/", false});
  EXPECT_TRUE(apply(lease_revoke_request{7}).answer.has_value());
  EXPECT_EQ(list(*kv, "events/"), "");
}

TEST_F(placement_state_test, revisions_go_forward_only) {
  EXPECT_EQ(done(*kv, advance_request{41}), 41);
  EXPECT_EQ(done(*kv, advance_request{7}), 41);
  EXPECT_EQ(put("a", "1"), 42);
}

TEST_F(placement_state_test, what_moves_keeps_its_revisions_and_goes_on_above_them) {
  for (int i = 0; i < 10; ++i) put("pods/a", std::to_string(i)); // 2..11
  put("pods/b", "b");                                            // 12
  put("nodes/n", "n");                                           // 13
  remove("pods/b");                                              // 14
  put("pods/c", "c");                                            // 15
  put_at(*there, "leases/x", "x");
  auto before = list(*kv, "pods/");
  EXPECT_EQ(move("pods/"), 15);
  EXPECT_EQ(list(*there, "pods/"), before);
  EXPECT_EQ(list(*there, "pods/"), "pods/a=9@11/10 pods/c=c@15/1");
  EXPECT_EQ(list(*there, "leases/"), "leases/x=x@2/1");
  EXPECT_EQ(list(*kv, "pods/"), "");
  EXPECT_EQ(list(*kv, "nodes/"), "nodes/n=n@13/1");
  put_at(*there, "pods/a", "new");
  EXPECT_EQ(list(*there, "pods/"), "pods/a=new@17/11 pods/c=c@15/1");
  EXPECT_EQ(events(*there, "pods/", 16), "+pods/a=new@17/11<pods/a=9@11/10") << "its past came along";
  EXPECT_EQ(list(*there, "pods/", 16), before) << "a list that is read in pages goes on";
}

TEST_F(placement_state_test, history_that_is_not_here_is_refused_as_compacted) {
  put("pods/a", "1");
  put("nodes/n", "1");
  auto fence = move("pods/");
  EXPECT_EQ(there->history(key_range::prefix("pods/"), fence, false).error().code, errc::compacted);
  EXPECT_EQ(there->history(key_range::prefix("pods/"), fence, false).error().compact_revision, fence + 1);
  EXPECT_EQ(there->history(key_range::prefix(""), fence, false).error().code, errc::compacted);
  EXPECT_TRUE(there->history(key_range::prefix("leases/"), 1, false).has_value());
  EXPECT_EQ(events(*there, "pods/", fence + 1), "");
  EXPECT_EQ(events(*kv, "pods/", 2), to_string(errc::compacted)) << "the events went with the keys";
  EXPECT_EQ(events(*kv, "nodes/", 2), "+nodes/n=1@3/1");
  EXPECT_EQ(list(*kv, "pods/", 2), to_string(errc::compacted));
}

TEST_F(placement_state_test, fences_and_floors_survive_a_restart_until_they_are_lifted) {
  put("pods/a", "1");
  auto fence = done(*kv, fence_request{"pods/"});
  done(*kv, floor_request{"nodes/", fence + 1});
  reopen();
  EXPECT_EQ(kv->fences().size(), 1U);
  EXPECT_EQ(put_fails(*kv, "pods/b"), errc::moved);
  EXPECT_EQ(kv->readable_from(key_range::prefix("nodes/x")), fence + 1);
  EXPECT_EQ(kv->readable_from(key_range::prefix("pods/")), 0);
  done(*kv, fence_request{"pods/", false});
  put("a", "1");
  ASSERT_TRUE(apply(compact_request{fence + 1}).answer.has_value());
  reopen();
  EXPECT_TRUE(kv->fences().empty());
  EXPECT_EQ(kv->readable_from(key_range::prefix("nodes/x")), kv->compacted());
  int rest = 0;
  auto cursor = engine_->scan(3, {});
  for (cursor->seek({}); cursor->valid(); cursor->next()) ++rest;
  EXPECT_EQ(rest, 1) << "the mark alone";
}

TEST_F(placement_state_test, an_older_program_does_not_open_what_it_does_not_know) {
  EXPECT_EQ(engine_->find(3, "mark")->value_or("").substr(0, 1), "") << "nothing written yet";
  put("a", "1");
  EXPECT_EQ(engine_->find(3, "mark")->value().front(), 1);
  done(*kv, fence_request{"pods/"});
  EXPECT_EQ(engine_->find(3, "mark")->value().front(), 2);
  reopen();
  put("a", "2");
  EXPECT_EQ(engine_->find(3, "mark")->value().front(), 2);
}

TEST_F(placement_state_test, an_import_is_refused_whole) {
  done(*there, advance_request{10});
  auto entry = [](const std::string& key, revision create, revision mod, std::int64_t version = 1) {
    return import_request::entry{
      std::make_shared<key_value>(key_value{key, create, mod, version, 0, make_bytes("v")}), 0};
  };
  auto good = entry("pods/a", 5, 9);
  EXPECT_EQ(fails(*there, import_request{"pods/", {good}}), errc::not_fenced);
  EXPECT_EQ(fails(*there, forget_request{"pods/"}), errc::not_fenced);
  done(*there, fence_request{"pods/"});
  auto leased = entry("pods/l", 5, 9);
  auto with_lease = std::make_shared<key_value>(*leased.kv);
  with_lease->lease = 3;
  leased.kv = with_lease;
  for (auto& bad : {entry("nodes/a", 5, 9), entry("pods/b", 5, 11), entry("pods/b", 9, 5), entry("pods/b", 0, 5),
                    entry("pods/b", 5, 9, 0), good, leased, import_request::entry{}})
    EXPECT_EQ(fails(*there, import_request{"pods/", {good, bad}}), errc::bad_import);
  EXPECT_EQ(list(*there, ""), "");
  done(*there, import_request{"pods/", {good}});
  EXPECT_EQ(fails(*there, import_request{"pods/", {good}}), errc::bad_import) << "twice";
  EXPECT_EQ(fails(*there, floor_request{"pods/", 12}), errc::future_revision);
  EXPECT_EQ(fails(*there, fence_request{""}), errc::empty_key);
}

TEST_F(placement_state_test, leases_come_along_and_stay_apart_from_those_that_are_there) {
  ASSERT_TRUE(apply(lease_grant_request{7, 60}).answer.has_value());
  ASSERT_TRUE(apply(lease_grant_request{8, 90}).answer.has_value());
  put("events/a", "1", 7);
  put("events/b", "2", 7);
  put("events/c", "3", 8);
  run_at(*there, lease_grant_request{7, 5});
  put_at(*there, "leases/x", "x", 7);
  move("events/");
  ASSERT_EQ(there->leases().size(), 3U);
  EXPECT_EQ(there->leases().at(7).ttl_seconds, 5);
  EXPECT_EQ(there->leases().at(7).keys, (std::set<std::string, std::less<>>{"leases/x"}));
  EXPECT_EQ(there->leases().at(8).keys, (std::set<std::string, std::less<>>{"events/c"}));
  auto other = there->range({.keys = {"events/a", {}}})->kvs.front()->lease;
  EXPECT_EQ(there->leases().at(other).ttl_seconds, 60);
  EXPECT_EQ(there->leases().at(other).keys.size(), 2U);
  EXPECT_TRUE(kv->leases().at(7).keys.empty());
  auto revoked = there->apply(99, 1, lease_revoke_request{other});
  EXPECT_EQ(revoked.events.size(), 2U);
}

TEST_F(placement_state_test, scrubbing_and_opening_get_along_with_imported_versions) {
  for (int i = 0; i < 5; ++i) put("pods/a", std::to_string(i));
  for (int i = 0; i < 8; ++i) put_at(*there, "leases/x", std::to_string(i));
  move("pods/");
  put_at(*there, "pods/a", "new");
  run_at(*there, compact_request{there->current()});
  while (*there->scrub(100)) {}
  EXPECT_EQ(list(*there, ""), "leases/x=7@9/8 pods/a=new@10/6");
  int versions = 0;
  auto cursor = other_engine_->scan(0, {});
  for (cursor->seek({}); cursor->valid(); cursor->next()) ++versions;
  EXPECT_EQ(versions, 2);
  there.reset();
  EXPECT_TRUE(state::open(other_engine_).has_value());
}

TEST_F(placement_state_test, there_and_back_again_any_number_of_times) {
  std::mt19937 random(11);
  std::string model_value;
  for (int round = 0; round < 20; ++round) {
    for (auto n = random() % 5; n > 0; --n) put("pods/" + std::to_string(random() % 4), std::to_string(random() % 100));
    auto before = list(*kv, "pods/");
    put("nodes/n", std::to_string(round));
    move("pods/");
    ASSERT_EQ(list(*there, "pods/"), before) << round;
    ASSERT_EQ(list(*kv, "pods/"), "");
    std::swap(kv, there);
    std::swap(engine_, other_engine_);
    reopen();
    ASSERT_EQ(list(*kv, "pods/"), before);
  }
}

/// The files' filters hide what is not asked for with whole keys: in memory there are none.
TEST(placement_on_disk_test, what_was_forgotten_can_come_back) {
  auto path = std::filesystem::temp_directory_path() / ("troupe-placement-test-" + std::to_string(::getpid()));
  std::filesystem::remove_all(path);
  {
    auto opened = engine::open_rocksdb({.path = path, .families = state::families(), .write_ahead_log = false});
    ASSERT_TRUE(opened.has_value()) << opened.error().text();
    std::shared_ptr<engine::engine> shared = std::move(*opened);
    auto kv = std::move(*state::open(shared));
    auto run = [&](const command& c) {
      auto out = kv->apply(kv->applied_index() + 1, 1, c);
      EXPECT_TRUE(kv->commit().has_value());
      EXPECT_TRUE(out.answer.has_value()) << out.answer.error().detail;
    };
    for (int i = 0; i < 30; ++i)
      run(txn_request{.success = {put_request{"pods/" + std::to_string(i % 3), make_bytes("v")}}});
    for (bool flushed : {false, true}) {
      import_request back{"pods/", {}};
      auto there = kv->range({.keys = key_range::prefix("pods/")});
      for (auto& entry : there->kvs) back.entries.push_back({entry, 0});
      ASSERT_EQ(back.entries.size(), 3U);
      if (flushed) {
        ASSERT_TRUE(shared->flush(true).has_value());
      }
      run(placement_request(fence_request{"pods/"}));
      run(placement_request(forget_request{"pods/"}));
      EXPECT_TRUE(kv->range({.keys = key_range::prefix("pods/")})->kvs.empty());
      run(placement_request(back));
      EXPECT_EQ(kv->range({.keys = key_range::prefix("pods/")})->kvs.size(), 3U);
      run(placement_request(fence_request{"pods/", false}));
    }
  }
  std::filesystem::remove_all(path);
}

} // namespace
} // namespace troupe::storage::mvcc
