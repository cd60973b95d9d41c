#pragma once
#include "actors/store/config.hpp"
#include "storage/engine/directory.hpp"
#include "storage/log/log.hpp"
#include "storage/mvcc/state.hpp"
#include <memory>
#include <mutex>

namespace troupe::actors::store {

/// What a shard has on disk. The log is read by the shard and written by its writer; the state is the shard's alone.
struct shard_files {
  std::unique_ptr<storage::engine::directory> directory; ///< null in memory; outlives the rest
  std::unique_ptr<storage::log::raft_log> log;
  std::unique_ptr<storage::mvcc::state> state;

  /// A state that has arrived from a leader and waits beside ours; null if there is none. In memory: the state itself.
  std::shared_ptr<storage::engine::engine> incoming;

  /// An empty place for the state of a leader; drops what was there.
  [[nodiscard]] storage::engine::result<std::shared_ptr<storage::engine::engine>> make_incoming(const store_config& c);
  /// All of it is on disk, as of that log entry: from now on a restart finds it.
  [[nodiscard]] storage::engine::result<void> complete_incoming(const store_config& c, std::uint64_t index);
  /// Puts it in the place of `state`, which nobody may be reading. Call it when the log begins behind it.
  [[nodiscard]] storage::engine::result<void> install_incoming(const store_config& c);

  /// A shard that is restarted gets a new writer while the old one may still be at work: `take_over` waits for that
  /// and makes the old one's later jobs void.
  [[nodiscard]] std::uint64_t take_over();
  /// Does a writer's job, unless another writer has taken over.
  template <class Job> bool write_as(std::uint64_t writer, Job job) {
    std::lock_guard guard(mutex_);
    if (writer == writer_) job();
    return writer == writer_;
  }

private:
  std::mutex mutex_;
  std::uint64_t writer_ = 0;
};

/// Opens or creates a shard's directory; blocks. Refuses whatever is damaged, foreign, locked or too new, and a log
/// and state that do not fit together.
[[nodiscard]] storage::engine::result<std::shared_ptr<shard_files>> open_shard(const store_config& config);

} // namespace troupe::actors::store
