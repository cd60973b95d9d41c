#pragma once
#include "storage/mvcc/state.hpp"
#include <gtest/gtest.h>

namespace troupe::storage::mvcc::test {

/// A state in memory, and the words in which the tests talk to it. Every command is committed at once.
class state_test : public ::testing::Test {
protected:
  state_test() : engine_(engine::open_memory({.families = state::families()})) { reopen(); }

  void reopen() {
    auto opened = state::open(engine_);
    ASSERT_TRUE(opened.has_value()) << opened.error().text();
    kv = std::move(*opened);
  }
  outcome apply(const command& c, bool want_previous = false) {
    auto out = kv->apply(kv->applied_index() + 1, 1, c, want_previous);
    EXPECT_TRUE(kv->commit().has_value());
    return out;
  }
  txn_response run(const txn_request& txn) {
    auto out = apply(txn);
    EXPECT_TRUE(out.answer.has_value()) << to_string(out.answer.error().code);
    return out.answer ? std::get<txn_response>(*out.answer) : txn_response{};
  }
  errc refused(const command& c) {
    auto out = apply(c);
    EXPECT_FALSE(out.answer.has_value());
    EXPECT_TRUE(out.events.empty());
    return out.answer ? errc{} : out.answer.error().code;
  }
  revision put(const std::string& key, const std::string& value, lease_id lease = 0) {
    return run({.success = {put_request{.key = key, .value = make_bytes(value), .lease = lease}}}).header_revision;
  }
  revision remove(const std::string& key, const std::string& end = {}) {
    return run({.success = {delete_range_request{{key, end}}}}).header_revision;
  }
  /// "a=1@5/2" for key a with value 1, modified at 5, version 2.
  static std::string show(const key_value_ptr& kv) {
    if (!kv) return "none";
    return kv->key + "=" + (kv->value ? *kv->value : "-") + "@" + std::to_string(kv->mod_revision) + "/" +
           std::to_string(kv->version);
  }
  static std::string show(const std::vector<key_value_ptr>& list) {
    std::string out;
    for (auto& kv : list) out += (out.empty() ? "" : " ") + show(kv);
    return out;
  }
  static std::string show(const std::vector<event>& list) {
    std::string out;
    for (auto& e : list) {
      out += (out.empty() ? "" : " ");
      out += e.type == event_type::put ? "+" + show(e.kv) : "-" + e.kv->key + "@" + std::to_string(e.kv->mod_revision);
      if (e.prev_kv) out += "<" + show(e.prev_kv);
    }
    return out;
  }
  std::string list(const std::string& key, const std::string& end = {}, revision at = 0) const {
    auto r = kv->range({.keys = {key, end}, .at = at});
    return r ? show(r->kvs) : std::string(to_string(r.error().code));
  }
  std::string all(revision at = 0) const { return list(zero, zero, at); }

  static inline const std::string zero = std::string(1, '\0');
  std::shared_ptr<engine::engine> engine_;
  std::unique_ptr<state> kv;
};

} // namespace troupe::storage::mvcc::test
