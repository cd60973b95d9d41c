#pragma once
#include "actors/base/atoms.hpp"
#include "actors/base/spawn.hpp"
#include "storage/log/log.hpp"
#include <caf/replies_to.hpp>
#include <caf/typed_actor.hpp>

namespace troupe::actors::store {

struct shard_files;

/// Batches that wait for the disk: all are made durable with one sync.
struct write_job {
  std::vector<storage::log::record> records;
  storage::raft::batch_number upto; ///< number of the last one
};
/// Drops the log up to a state that is durable.
struct trim_job {
  storage::raft::snapshot_meta upto;
  storage::raft::log_index keep_from;
};
/// What became of it; an empty `error` means that it is durable.
struct write_done {
  storage::raft::batch_number upto;
  std::string error;
};
struct trim_done {
  storage::raft::snapshot_meta upto;
  std::string error;
};

/// What became of a snapshot that was sent, and of one that has arrived and lies beside the state.
struct snapshot_sent {
  storage::raft::server_id to;
  std::string error;
};
struct snapshot_received {
  storage::raft::server_id from;
  storage::raft::term_number term;
  storage::raft::snapshot_meta meta;
  std::uint64_t stream = 0;
  std::string error;
};

using written_atom = caf::atom_constant<caf::atom("written")>;

/// Told by the writer to the shard.
using log_listener_actor =
  caf::typed_actor<caf::reacts_to<written_atom, write_done>, caf::reacts_to<written_atom, trim_done>>;
/// Told to the shard by those who carry snapshots.
using snapshot_listener_actor =
  caf::typed_actor<caf::reacts_to<written_atom, snapshot_sent>, caf::reacts_to<written_atom, snapshot_received>>;
/// Blocks on the disk, so that the shard does not. Jobs are done in order, each answered by one message.
using log_writer_actor = caf::typed_actor<caf::reacts_to<write_atom, write_job>, caf::reacts_to<write_atom, trim_job>>;

struct log_writer_state {
  static inline const char* name = "log_writer";
};

/// `id` is from `shard_files::take_over`.
log_writer_actor::behavior_type log_writer(stateful<log_writer_state, log_writer_actor::base>* self,
                                           std::shared_ptr<shard_files> files, std::uint64_t id,
                                           log_listener_actor shard);

} // namespace troupe::actors::store

// These never leave the process.
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::actors::store::write_job)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::actors::store::trim_job)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::actors::store::write_done)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::actors::store::trim_done)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::actors::store::snapshot_sent)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::actors::store::snapshot_received)
