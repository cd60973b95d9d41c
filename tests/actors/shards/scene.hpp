#pragma once
#include "actors/shards/mover.hpp"
#include "actors/shards/shards.hpp"
#include "actors/watch_cache/state.hpp"
#include "tests/support/actor_fixture.hpp"

namespace troupe::actors::shards {

/// A store of shards in one process, and what follows it.
template <class Fixture> struct sharded : Fixture {
  /// In order: a member that is only dropped leaves its transport to nobody.
  ~sharded() override {
    caf::anon_send_exit(keeper, caf::exit_reason::user_shutdown);
    keeper = nullptr;
    driver = nullptr;
    other_driver = nullptr;
    this->run();
  }
  void start_shards() {
    keeper = this->own(this->sys.spawn(shards, this->env, this->dir, shards_config{}));
    start_mover();
  }
  void start_mover() { driver = caf::actor(this->own(this->sys.spawn(mover, this->dir, mover_config{}))); }
  /// Another process thinks that it leads, too.
  void second_mover() { other_driver = caf::actor(this->own(this->sys.spawn(mover, this->dir, mover_config{}))); }
  void crash_mover() {
    caf::anon_send_exit(driver, caf::exit_reason::kill);
    start_mover();
  }
  /// As `troupe store move` does.
  void write_map(const shard_map& map) {
    store::mvcc::txn_request txn;
    store::mvcc::put_request p;
    p.key = policies::cluster::shard_map_key;
    p.value = store::mvcc::make_bytes(encode(map));
    txn.success.emplace_back(std::move(p));
    this->commit(std::move(txn));
  }
  void move(const std::string& type, std::uint32_t to) { write_map(*with_move(*map(), type, to)); }
  void add_shard() {
    write_map(with_shard(*map(), 1));
    this->pass(std::chrono::seconds(3));
  }
  shared<shard_map> map() {
    shared<shard_map> out;
    this->self->send(caf::actor_cast<caf::actor>(keeper), read_atom::value);
    this->run();
    this->self->receive([&](shared<shard_map>& m, store::mvcc::revision) { out = m; },
                        [](caf::error& e) { FAIL() << text_of(e); });
    return out;
  }
  caf::actor member(std::uint32_t id) {
    auto found = this->template ask<caf::strong_actor_ptr>(this->dir, lookup_atom::value, store_role(id));
    return found ? caf::actor_cast<caf::actor>(*found) : caf::actor{};
  }
  std::int64_t keys(std::uint32_t id, const api::group_resource& type) {
    store::mvcc::range_request range;
    range.keys = store::mvcc::key_range::prefix(api::storage_prefix(type));
    range.count_only = true;
    auto found = this->template ask<shared<store::mvcc::range_response>>(member(id), list_atom::value,
                                                                        share(std::move(range)));
    return found ? (*found)->count : -1;
  }

  shards_actor keeper;
  caf::actor driver, other_driver;
};

} // namespace troupe::actors::shards
