#include "tests/storage/mvcc/fixture.hpp"
#include <random>

namespace troupe::storage::mvcc {
namespace {

/// What the store must be: every revision as a whole map.
struct model {
  struct value {
    std::string text;
    revision create, mod;
    std::int64_t version;
    auto operator<=>(const value&) const = default;
  };
  using content = std::map<std::string, value>;
  std::map<revision, content> at{{1, {}}};
  std::map<revision, std::vector<std::string>> changes; ///< "+k" or "-k", in order
  revision current = 1, compacted = 0;

  content& next() {
    at[current + 1] = at[current];
    return at[++current];
  }
};

class state_model_test : public test::state_test, public ::testing::WithParamInterface<unsigned> {
protected:
  std::mt19937 random{GetParam()};
  model expected;

  std::size_t below(std::size_t n) { return random() % n; }
  /// Few keys with awkward bytes, so that they collide and sort in odd ways.
  std::string key() {
    static const std::vector<std::string> keys{"a",  "a" + zero, "a" + zero + "\1", "a\1", "ab", "b", "b" + zero + zero,
                                               "b\xff", "b\xff\xff", "c", "ca", "\xff"};
    return keys[below(keys.size())];
  }
  key_range range() {
    switch (below(4)) {
      case 0: return {key(), {}};
      case 1: return {key(), zero};
      case 2: return key_range::prefix(key());
      default: return {key(), key()};
    }
  }
  static std::string show(const model::content& c, const key_range& keys) {
    std::string out;
    for (auto& [k, v] : c)
      if (keys.contains(k))
        out += (out.empty() ? "" : " ") + k + "=" + v.text + "@" + std::to_string(v.mod) + "/" +
               std::to_string(v.version);
    return out;
  }

  void step_put() {
    auto k = key();
    auto text = std::to_string(below(1000));
    auto& c = expected.next();
    auto it = c.find(k);
    c[k] = it == c.end() ? model::value{text, expected.current, expected.current, 1}
                         : model::value{text, it->second.create, expected.current, it->second.version + 1};
    expected.changes[expected.current] = {"+" + k};
    EXPECT_EQ(put(k, text), expected.current);
  }
  void step_delete() {
    auto keys = range();
    std::vector<std::string> gone;
    for (auto& [k, v] : expected.at[expected.current])
      if (keys.contains(k)) gone.push_back(k);
    if (!gone.empty()) {
      auto& c = expected.next();
      for (auto& k : gone) {
        c.erase(k);
        expected.changes[expected.current].push_back("-" + k);
      }
    }
    EXPECT_EQ(remove(keys.key, keys.range_end), expected.current);
  }
  /// Create if absent, else replace only if unchanged since some revision.
  void step_txn() {
    auto k = key(), other = key();
    auto& now = expected.at[expected.current];
    auto mod = now.contains(k) ? now[k].mod : 0;
    auto wanted = below(2) == 0 ? mod : static_cast<revision>(below(static_cast<std::size_t>(expected.current)));
    txn_request txn{.compares = {{.keys = {k, {}}, .target = compare_target::mod_revision, .number = wanted}},
                    .success = {put_request{.key = k, .value = make_bytes("t")}},
                    .failure = {range_request{.keys = {k, {}}}}};
    if (other != k) txn.success.emplace_back(delete_range_request{{other, {}}});
    auto r = run(txn);
    EXPECT_EQ(r.succeeded, wanted == mod);
    if (wanted != mod) return;
    auto before = now;
    auto& c = expected.next();
    c[k] = before.contains(k) ? model::value{"t", before[k].create, expected.current, before[k].version + 1}
                              : model::value{"t", expected.current, expected.current, 1};
    expected.changes[expected.current] = {"+" + k};
    if (other != k && c.erase(other) > 0) expected.changes[expected.current].push_back("-" + other);
    EXPECT_EQ(r.header_revision, expected.current);
  }
  void step_compact() {
    auto to = expected.compacted + 1 + static_cast<revision>(below(8));
    if (to > expected.current) return;
    EXPECT_TRUE(apply(compact_request{to}).answer.has_value());
    expected.compacted = to;
  }
  void step_read() {
    auto keys = range();
    auto at = static_cast<revision>(below(static_cast<std::size_t>(expected.current) + 2));
    auto limit = static_cast<std::int64_t>(below(5));
    auto r = kv->range({.keys = keys, .at = at, .limit = limit});
    if (at > expected.current) {
      EXPECT_EQ(r.error().code, errc::future_revision);
    } else if (at > 0 && at < expected.compacted) {
      EXPECT_EQ(r.error().code, errc::compacted);
      EXPECT_EQ(r.error().compact_revision, expected.compacted);
    } else {
      auto& c = expected.at[at == 0 ? expected.current : at];
      ASSERT_TRUE(r.has_value());
      auto whole = show(c, keys), got = test::state_test::show(r->kvs);
      EXPECT_EQ(whole.substr(0, got.size()), got);
      EXPECT_EQ(r->more, got.size() < whole.size());
      EXPECT_EQ(r->kvs.size(), limit == 0 ? static_cast<std::size_t>(r->count)
                                          : std::min(static_cast<std::size_t>(r->count), std::size_t(limit)));
    }
  }
  void check_history() {
    auto from = std::max<revision>(expected.compacted, 2);
    std::vector<std::string> want, got;
    for (auto it = expected.changes.lower_bound(from); it != expected.changes.end(); ++it)
      for (auto& c : it->second) want.push_back(std::to_string(it->first) + c);
    for (auto next = from; next <= expected.current;) {
      auto page = kv->history({zero, zero}, next, true, {.events_max = 7, .scan_max = 5});
      ASSERT_TRUE(page.has_value());
      ASSERT_GE(page->upto, next);
      for (auto& e : page->events) {
        got.push_back(std::to_string(e.kv->mod_revision) + (e.type == event_type::put ? "+" : "-") + e.kv->key);
        auto& before = expected.at[e.kv->mod_revision - 1];
        bool had = before.contains(e.kv->key) && e.kv->mod_revision > expected.compacted;
        ASSERT_EQ(e.prev_kv != nullptr, had) << got.back();
        if (had) {
          EXPECT_EQ(*e.prev_kv->value, before[e.kv->key].text);
        }
      }
      next = page->upto + 1;
    }
    EXPECT_EQ(got, want);
  }
};

TEST_P(state_model_test, every_read_at_every_revision_agrees_with_a_map_per_revision) {
  for (int step = 0; step < 400 && !HasFailure(); ++step) {
    switch (below(12)) {
      case 0: case 1: case 2: step_put(); break;
      case 3: step_delete(); break;
      case 4: case 5: case 6: step_txn(); break;
      case 7: step_compact(); break;
      case 8: EXPECT_TRUE(kv->scrub(1 + below(6)).has_value()); break;
      case 9: reopen(); break;
      default: step_read();
    }
    if (step % 40 == 39) check_history();
  }
  EXPECT_EQ(kv->current(), expected.current);
}

INSTANTIATE_TEST_SUITE_P(seeds, state_model_test, ::testing::Range(1U, 41U));

} // namespace
} // namespace troupe::storage::mvcc
