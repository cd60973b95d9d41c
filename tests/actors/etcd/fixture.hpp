#pragma once
#include "actors/base/environment.hpp"
#include "actors/etcd/front.hpp"
#include "actors/store/shard_files.hpp"
#include "actors/store/store.hpp"
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <caf/send.hpp>
#include <deque>
#include <gtest/gtest.h>

namespace troupe::actors::etcd::test {

using namespace std::chrono_literals;
using net::etcd::status;

/// A call whose client is the test.
template <class Request, class Response> struct storage {
  Request asked;
  Response answer;
};
template <class Request, class Response>
class fake_call final : private storage<Request, Response>, public net::etcd::call<Request, Response> {
public:
  explicit fake_call(Request q)
      : storage<Request, Response>{std::move(q), {}},
        net::etcd::call<Request, Response>(storage<Request, Response>::asked, storage<Request, Response>::answer) {}
  bool cancelled() const override { return gone; }
  std::chrono::milliseconds left() const override { return time_left; }
  void finish(status s) override { ended.push_back(std::move(s)); }

  bool gone = false;
  std::chrono::milliseconds time_left = std::chrono::milliseconds::max();
  std::vector<status> ended;
};

/// A stream whose client is the test. Nothing is written through until `go_on`.
template <class Request, class Response> class fake_stream final : public net::etcd::stream<Request, Response> {
public:
  void listen(typename net::etcd::stream<Request, Response>::listener l) override { listener = std::move(l); }
  void read() override { ++reads; }
  void write(Response message) override { written.push_back(std::move(message)); }
  void finish(status s) override { ended.push_back(std::move(s)); }

  typename net::etcd::stream<Request, Response>::listener listener;
  int reads = 0;
  std::vector<Response> written;
  std::vector<status> ended;
};

/// A front of a store in memory, in one thread under virtual time.
class etcd_test : public ::testing::Test {
protected:
  struct config : caf::actor_system_config {
    config() { set("scheduler.policy", caf::atom("testing")); }
  };
  void SetUp() override {
    auto opened = store::open_shard(settings);
    ASSERT_TRUE(opened.has_value());
    auto environment = environment::simulated(1, system, api::time_point{});
    shard = system.spawn(store::store, store::store_dependencies{environment, *opened, {}}, settings);
    settle();
    front = system.spawn(etcd_front, store::local_store_actor(shard), environment,
                         front_config{.cluster_id = 7, .member_id = clustered ? 1u : 8u, .clustered = clustered,
                                      .keys = keys, .operations_max = 4, .request_bytes_max = 2000,
                                      .quota = std::make_shared<net::etcd::space_quota>(quota_bytes)});
    settle();
  }
  ~etcd_test() override {
    caf::anon_send_exit(front, caf::exit_reason::user_shutdown);
    settle();
    caf::anon_send_exit(shard, caf::exit_reason::user_shutdown);
    settle();
    scheduler.clock().cancel_all();
  }
  void settle() {
    while (scheduler.try_run_once()) {}
  }
  void pass(std::chrono::milliseconds time) {
    for (; time > 0ms; time -= 100ms) {
      scheduler.advance_time(100ms);
      settle();
    }
  }
  template <class Response, class Request> std::shared_ptr<fake_call<Request, Response>> ask(Request q) {
    auto c = std::make_shared<fake_call<Request, Response>>(std::move(q));
    caf::anon_send(front, call_atom::value, incoming{net::etcd::call_ptr<Request, Response>(c)});
    settle();
    return c;
  }
  std::int64_t put(const std::string& key, const std::string& value) {
    pb::PutRequest q;
    q.set_key(key);
    q.set_value(value);
    auto c = ask<pb::PutResponse>(q);
    EXPECT_EQ(c->ended, std::vector<status>{status{}});
    return c->response.header().revision();
  }

  config cfg;
  caf::actor_system system{cfg};
  caf::scheduler::test_coordinator& scheduler = dynamic_cast<caf::scheduler::test_coordinator&>(system.scheduler());
  store::store_config settings;
  std::uint64_t quota_bytes = 0;
  bool clustered = false;
  keyspace keys;
  store::shard_actor shard;
  front_actor front;
};

} // namespace troupe::actors::etcd::test
