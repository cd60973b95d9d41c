#pragma once
#include "actors/base/spawn.hpp"
#include "actors/store/config.hpp"
#include "actors/store/log_writer.hpp"
#include "actors/store/peer.hpp"
#include "storage/engine/engine.hpp"
#include "storage/snapshot/exporter.hpp"
#include "storage/snapshot/importer.hpp"
#include <deque>
#include <memory>

/// The two ends of a snapshot on its way. Both read or write a disk, so they run beside their shards.
namespace troupe::actors::store {

struct snapshot_job {
  storage::raft::server_id from, to;
  storage::raft::term_number term;
  storage::raft::snapshot_meta meta;                  ///< of `view`
  std::shared_ptr<const storage::engine::view> view;
  std::shared_ptr<int> under_way;                     ///< held as long as the view is
  std::uint64_t stream = 0;
};

/// Sends a state to one member, a few pieces ahead of the answers. An answer names the piece that is wanted next, so a
/// link that was lost in between costs what was on it. Takes (peer_atom, member) when the member can be reached again.
struct snapshot_sender_state {
  static inline const char* name = "snapshot_sender";
  using self_pointer = stateful<snapshot_sender_state>*;
  explicit snapshot_sender_state(self_pointer s) : self(s) {}
  void fill();
  void send(const shared<snapshot_piece>& p);
  void answered(std::uint32_t wanted);
  void failed(caf::error why);
  void finish(std::string error);

  self_pointer self;
  snapshot_job job;
  member_actor peer;
  snapshot_listener_actor shard;
  std::unique_ptr<storage::snapshot::exporter> source;
  std::deque<shared<snapshot_piece>> unanswered;
  std::uint32_t next = 0;
  bool complete = false; ///< the exporter has no more
  std::size_t in_flight = 0;
  std::uint32_t failures = 0;
};
caf::behavior snapshot_sender(snapshot_sender_state::self_pointer self, snapshot_job job, member_actor peer,
                              snapshot_listener_actor shard);

struct shard_files;

/// Puts the pieces into an empty engine beside the shard's own, and tells the shard when all is on disk.
using snapshot_receiver_actor =
  caf::typed_actor<caf::replies_to<data_atom, shared<snapshot_piece>>::with<std::uint32_t>>;
struct snapshot_receiver_state {
  static inline const char* name = "snapshot_receiver";
  using self_pointer = stateful<snapshot_receiver_state, snapshot_receiver_actor::base>*;
  explicit snapshot_receiver_state(self_pointer s) : self(s) {}
  caf::result<std::uint32_t> take(const snapshot_piece& p);
  [[nodiscard]] caf::error begin(const snapshot_piece& p);
  void end(const snapshot_piece& p);

  self_pointer self;
  std::shared_ptr<shard_files> files;
  store_config config;
  snapshot_listener_actor shard;
  std::uint64_t stream = 0;
  std::uint32_t next = 0;
  storage::raft::snapshot_meta meta;
  std::shared_ptr<storage::engine::engine> engine;
  std::unique_ptr<storage::snapshot::importer> importer;
};
snapshot_receiver_actor::behavior_type snapshot_receiver(snapshot_receiver_state::self_pointer self,
                                                         std::shared_ptr<shard_files> files, store_config config,
                                                         snapshot_listener_actor shard);

} // namespace troupe::actors::store
