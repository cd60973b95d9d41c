#pragma once
#include "actors/base/atoms.hpp"
#include "actors/store/messages.hpp"
#include <caf/replies_to.hpp>
#include <caf/typed_actor.hpp>

namespace troupe::actors::store {

/// Receives the events of its watches and grants credit back with (credit_atom, watch id, batches).
using subscriber_actor = caf::typed_actor<caf::reacts_to<event_atom, shared<event_batch>>>;

/// One shard of the store. Errors are `errc` of actors/base with details by `actors/store/error.hpp`: `not_leader`,
/// `did_not_happen`, `overloaded`, `invalid_argument`, `not_found`, `compacted` and `future_revision` mean that nothing
/// was written; `may_have_happened` and a timeout mean that nobody knows.
using store_actor = caf::typed_actor<
  /// Transaction. Answered when durable and applied; its events are in all subscribers' mailboxes before the answer.
  caf::replies_to<write_atom, shared<mvcc::txn_request>>::with<shared<mvcc::txn_response>>,
  /// Range read at the newest or an older revision; linearizable unless the request says otherwise.
  caf::replies_to<list_atom, shared<mvcc::range_request>>::with<shared<mvcc::range_response>>,
  /// A revision that is committed and applied and not older than any answer given before the question. No disk.
  caf::replies_to<read_atom>::with<mvcc::revision>,
  /// Opens a watch; the answer is the revision after which events follow. The error `compacted` carries the revision.
  caf::replies_to<watch_atom, shared<watch_request>, subscriber_actor>::with<mvcc::revision>,
  /// Ends a watch of the sender. Batches already under way still arrive.
  caf::reacts_to<cancel_atom, std::uint64_t>,
  /// Lets that many more batches of one watch of the sender go out; 0 asks for a progress batch.
  caf::reacts_to<credit_atom, std::uint64_t, std::uint32_t>,
  /// Lease grant, revoke, keep-alive, query; compaction. Durable like a transaction where it changes something.
  caf::replies_to<call_atom, shared<command_request>>::with<shared<command_response>>,
  /// State of this member, for people and metrics. Never waits.
  caf::replies_to<status_atom>::with<store_status>>;

} // namespace troupe::actors::store
