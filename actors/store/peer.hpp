#pragma once
#include "actors/base/atoms.hpp"
#include "actors/store/messages.hpp"
#include "storage/raft/messages.hpp"
#include <caf/replies_to.hpp>
#include <caf/typed_actor.hpp>
#include <cstdint>
#include <string>

namespace troupe::actors::store {

/// How members of a shard talk. A shard sends everything to its transport, which delivers it to the shard of the
/// member in `envelope::to`, or not; loss, doubles and disorder are harmless.
using peer_actor = caf::typed_actor<caf::reacts_to<peer_atom, shared<storage::raft::envelope>>>;

using forward_atom = caf::atom_constant<caf::atom("forward")>;

/// A part of a leader's state for a member that its log can't bring up to date (docs/formats/storage.md).
struct snapshot_piece {
  std::uint64_t stream = 0;  ///< the leader's choice; a new one starts over
  std::uint64_t from = 0, term = 0;
  std::uint32_t number = 0;  ///< counted from 0
  bool last = false;
  std::string meta;          ///< of the first: the encoded raft::snapshot_meta
  std::string chunk;         ///< one chunk of storage/snapshot, with its checksum
};
template <class Inspector> typename Inspector::result_type inspect(Inspector& f, snapshot_piece& x) {
  return f(caf::meta::type_name("snapshot_piece"), x.stream, x.from, x.term, x.number, x.last, x.meta, x.chunk);
}

/// What a member is for the other members. Directory role: `member_role(id)`.
using member_actor = peer_actor::extend<
  /// From a follower: as `write_atom` and `call_atom` of the store, but never passed on again.
  caf::replies_to<forward_atom, shared<mvcc::txn_request>>::with<shared<mvcc::txn_response>>,
  caf::replies_to<forward_atom, shared<command_request>>::with<shared<command_response>>,
  /// From the leader. Answers the number of the piece that is wanted next, which may be one that was sent before.
  caf::replies_to<data_atom, shared<snapshot_piece>>::with<std::uint32_t>>;

/// Told to a shard by its transport: where that member can be reached; null when it is gone.
using peer_listener_actor = caf::typed_actor<caf::reacts_to<peer_atom, std::uint64_t, member_actor>>;

/// "store/0/member/<id>".
[[nodiscard]] std::string member_role(std::uint64_t id);

} // namespace troupe::actors::store
