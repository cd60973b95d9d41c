#include "actors/store/shard.hpp"

namespace troupe::actors::store {

store_state::store_state() = default;
store_state::~store_state() = default;

shard_actor::behavior_type store(stateful<store_state, shard_actor::base>* self, store_dependencies with,
                                 store_config config) {
  self->state.core = std::make_unique<shard>(self, std::move(with), config);
  auto* core = self->state.core.get();
  if (!core->start()) return shard_actor::behavior_type::make_empty_behavior();
  self->set_down_handler([core](caf::down_msg& m) { core->down(m); });
  self->set_exit_handler([core](caf::exit_msg& m) { core->stop(std::move(m.reason)); });
  return {
    [core](write_atom, const shared<mvcc::txn_request>& r) { return core->write(r); },
    [core](list_atom, const shared<mvcc::range_request>& r) { return core->list(r); },
    [core](write_atom, const write_group& g) { return core->write(g); },
    [core](list_atom, const read_group& g) { return core->list(g); },
    [core](read_atom) { return core->read(); },
    [core](watch_atom, const shared<watch_request>& r, const subscriber_actor& s) { return core->watch(r, s); },
    [core](cancel_atom, std::uint64_t id) { core->cancel(id); },
    [core](credit_atom, std::uint64_t id, std::uint32_t batches) { core->credit(id, batches); },
    [core](call_atom, const shared<command_request>& r) { return core->call(r); },
    [core](status_atom) { return core->status(); },
    [core](peer_atom, const shared<raft::envelope>& m) { core->step(m); },
    [core](forward_atom, const shared<mvcc::txn_request>& r) { return core->write_here(r); },
    [core](forward_atom, const shared<command_request>& r) { return core->call_here(r); },
    [core](peer_atom, std::uint64_t id, const member_actor& where) { core->peer(id, where); },
    [core](written_atom, const write_done& d) { core->written(d); },
    [core](written_atom, const trim_done& d) { core->trimmed(d); },
    [core](written_atom, const snapshot_sent& d) { core->sent(d); },
    [core](written_atom, const snapshot_received& d) { core->received(d); },
    [core](data_atom, const shared<snapshot_piece>& p) { return core->piece(p); },
    [core](run_atom) { core->run(); },
    [core](tick_atom) { core->tick(); },
    [core](retry_atom) { core->catch_up(); }};
}

} // namespace troupe::actors::store
