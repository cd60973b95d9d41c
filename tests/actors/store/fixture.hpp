#pragma once
#include "actors/base/environment.hpp"
#include "actors/store/error.hpp"
#include "actors/store/shard_files.hpp"
#include "actors/store/store.hpp"
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <caf/scoped_actor.hpp>
#include <gtest/gtest.h>

namespace troupe::actors::store {
using namespace std::chrono_literals;
}

namespace troupe::actors::store::test {

/// A shard in memory under CAF's test coordinator: one thread, virtual time, one message at a time.
class store_test : public ::testing::Test {
protected:
  struct config : caf::actor_system_config {
    config() { set("scheduler.policy", caf::atom("testing")); }
  };
  /// Remembers the batches that it is sent.
  struct watcher_state {
    static inline const char* name = "watcher";
  };
  struct inbox {
    std::vector<event_batch> batches;
    std::vector<std::string> order; ///< shared with the clients: what came when
  };

  store_test() {
    settings.history_window = 300s;
    environment_ = environment::simulated(1, system, api::time_point{});
  }
  void SetUp() override { start(); }
  ~store_test() override {
    stop();
    scheduler.clock().cancel_all();
  }

  void start() {
    auto opened = open_shard(settings);
    ASSERT_TRUE(opened.has_value()) << opened.error().text();
    files = *opened;
    shard = system.spawn(store, store_dependencies{environment_, files, {}}, settings);
    settle();
  }
  void stop() {
    if (shard) caf::anon_send_exit(shard, caf::exit_reason::user_shutdown);
    for (auto& w : watchers) caf::anon_send_exit(w, caf::exit_reason::kill);
    watchers.clear();
    settle();
    shard = nullptr;
  }
  /// Everything but timers.
  void settle() {
    while (scheduler.try_run_once()) {}
  }
  void pass(std::chrono::milliseconds time) {
    for (; time > 0ms; time -= 50ms) {
      scheduler.advance_time(50ms);
      settle();
    }
  }

  template <class T, class... Ts> tl::expected<T, caf::error> ask(Ts&&... xs) {
    caf::scoped_actor self(system);
    auto pending = self->request(shard, 5s, std::forward<Ts>(xs)...);
    settle();
    tl::expected<T, caf::error> out = tl::unexpected(caf::error{});
    pending.receive([&](T& x) { out = std::move(x); }, [&](caf::error& e) { out = tl::unexpected(std::move(e)); });
    return out;
  }
  tl::expected<shared<mvcc::txn_response>, caf::error> write(mvcc::txn_request txn) {
    return ask<shared<mvcc::txn_response>>(write_atom::value, share(std::move(txn)));
  }
  mvcc::revision put(const std::string& key, const std::string& value, mvcc::lease_id lease = 0) {
    auto r = write({.success = {mvcc::put_request{.key = key, .value = mvcc::make_bytes(value), .lease = lease}}});
    EXPECT_TRUE(r.has_value()) << text_of(r.error());
    return r ? (*r)->header_revision : 0;
  }
  tl::expected<shared<command_response>, caf::error> call(command_request r) {
    return ask<shared<command_response>>(call_atom::value, share(std::move(r)));
  }
  std::string list(const std::string& prefix, mvcc::revision at = 0) {
    auto r = ask<shared<mvcc::range_response>>(
      list_atom::value, share(mvcc::range_request{.keys = mvcc::key_range::prefix(prefix), .at = at}));
    if (!r) return text_of(r.error());
    std::string out;
    for (auto& kv : (*r)->kvs) out += (out.empty() ? "" : " ") + kv->key + "=" + *kv->value;
    return out;
  }
  store_status status() { return ask<store_status>(status_atom::value).value(); }

  subscriber_actor watcher(std::shared_ptr<inbox> in) {
    subscriber_actor w = system.spawn([in](stateful<watcher_state, subscriber_actor::base>*) {
      return subscriber_actor::behavior_type{[in](event_atom, const shared<event_batch>& b) {
        in->batches.push_back(*b);
        in->order.push_back("event " + std::to_string(b->revision));
      }};
    });
    watchers.push_back(w);
    return w;
  }
  tl::expected<mvcc::revision, caf::error> watch(const subscriber_actor& w, watch_request r) {
    return ask<mvcc::revision>(watch_atom::value, share(std::move(r)), w);
  }
  /// "+a=1@2 -a@3 | ..." with a bar between batches.
  static std::string show(const inbox& in) {
    std::string out;
    for (auto& b : in.batches) {
      if (!out.empty()) out += " | ";
      std::string line;
      for (auto& e : b.events) {
        line += (line.empty() ? "" : " ");
        line += (e.type == mvcc::event_type::put ? "+" + e.kv->key + "=" + *e.kv->value : "-" + e.kv->key);
        line += "@" + std::to_string(e.kv->mod_revision);
      }
      if (b.progress) line = "progress " + std::to_string(b.revision);
      if (b.ended != event_batch::end::open) line = "end " + std::to_string(static_cast<int>(b.ended));
      out += line;
    }
    return out;
  }

  config cfg;
  caf::actor_system system{cfg};
  caf::scheduler::test_coordinator& scheduler = dynamic_cast<caf::scheduler::test_coordinator&>(system.scheduler());
  store_config settings;
  environment_ptr environment_;
  std::shared_ptr<shard_files> files;
  shard_actor shard;
  std::vector<subscriber_actor> watchers;
};

} // namespace troupe::actors::store::test
