#pragma once
#include "actors/base/environment.hpp"
#include "actors/base/error.hpp"
#include "actors/base/message.hpp"
#include "actors/base/probe.hpp"
#include "actors/directory/directory.hpp"
#include "actors/store/store.hpp"
#include <caf/actor_system_config.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>
#include <gtest/gtest.h>
#include <optional>

namespace troupe::actors {

/// An actor system under CAF's deterministic scheduler, with a directory and a store in memory.
class actor_fixture : public testing::Test {
public:
  ~actor_fixture() override {
    for (auto& a : owned_) caf::anon_send_exit(a, caf::exit_reason::kill);
    owned_.clear();
    shard = nullptr;
    dir = nullptr;
    run();
    sched.clock().cancel_all();
    for (auto& row : probe_table::instance().rows()) ADD_FAILURE() << "still alive: " << row.name << " " << row.id;
  }

  /// Delivers all mail, without moving time.
  void run() {
    while (sched.try_run_once()) {
    }
  }
  void pass(caf::timespan d) {
    constexpr auto step = std::chrono::milliseconds(10);
    for (caf::timespan gone{0}; gone < d; gone += step) {
      sched.advance_time(step);
      run();
    }
  }
  template <class Handle> Handle own(Handle h) {
    owned_.push_back(caf::actor_cast<caf::actor>(h));
    return h;
  }
  void start_store() {
    store::store_config config;
    shard = own(sys.spawn(store::store, store::store_dependencies{env, *store::open_shard(config), {}}, config));
    caf::anon_send(dir, offer_atom::value, std::string("store/0"), caf::actor_cast<caf::strong_actor_ptr>(shard));
    pass(std::chrono::milliseconds(50));
  }
  /// Writes an object as the API server would; the new revision.
  std::int64_t put(const api::group_resource& type, const std::string& ns, const std::string& name,
                   const std::string& more = "{}") {
    auto body =
        api::json::object{{"kind", "Thing"}, {"apiVersion", "v1"}, {"metadata", {{"name", name}, {"namespace", ns}}}};
    auto extra = api::json::parse(more);
    for (auto& m : extra.get_object()) body[m.key()] = m.value();
    store::mvcc::txn_request txn;
    store::mvcc::put_request p;
    p.key = api::storage_key(type, {ns, name});
    p.value = store::mvcc::make_bytes(api::json::serialize(body));
    txn.success.emplace_back(std::move(p));
    return commit(std::move(txn));
  }
  std::int64_t erase(const api::group_resource& type, const std::string& ns, const std::string& name) {
    store::mvcc::txn_request txn;
    store::mvcc::delete_range_request d;
    d.keys = {api::storage_key(type, {ns, name}), {}};
    txn.success.emplace_back(std::move(d));
    return commit(std::move(txn));
  }
  std::int64_t commit(store::mvcc::txn_request txn) {
    std::int64_t revision = 0;
    self->send(caf::actor_cast<caf::actor>(shard), write_atom::value, share(std::move(txn)));
    run();
    self->receive([&](shared<store::mvcc::txn_response>& r) { revision = r->header_revision; },
                  [](caf::error& e) { FAIL() << text_of(e); });
    return revision;
  }
  /// Sends a request and gives its answer of type `Answer`, or nothing if it failed; the error is in `error`.
  template <class Answer, class Target, class... Ts> std::optional<Answer> ask(const Target& target, Ts&&... xs) {
    std::optional<Answer> out;
    error = {};
    self->send(caf::actor_cast<caf::actor>(target), std::forward<Ts>(xs)...);
    run();
    self->receive([&](Answer& a) { out = std::move(a); }, [&](caf::error& e) { error = std::move(e); },
                  caf::after(std::chrono::milliseconds(0)) >> [] {});
    return out;
  }

  struct test_system_config : caf::actor_system_config {
    test_system_config() { set("scheduler.policy", caf::atom("testing")); }
  } cfg;
  caf::actor_system sys{cfg};
  caf::scheduler::test_coordinator& sched = dynamic_cast<caf::scheduler::test_coordinator&>(sys.scheduler());
  std::vector<caf::actor> owned_; // Before the first member that is made by `own`.
  environment_ptr env = environment::simulated(1, sys, *api::parse_time("2026-01-01T00:00:00Z"));
  directory::directory_actor dir = own(sys.spawn(directory::directory));
  store::shard_actor shard;
  caf::scoped_actor self{sys};
  caf::error error;
};

} // namespace troupe::actors
