#include "actors/store/shard_files.hpp"
#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <future>
#include <unistd.h>
#include <utility>

namespace troupe::actors::store {

namespace engine = storage::engine;
namespace raft = storage::raft;

namespace {

engine::options log_options(const store_config& c) {
  return {.path = c.path + "/log", .families = storage::log::families(), .write_buffer_bytes = c.write_buffer_bytes,
          .cache_bytes = 1 << 20, .write_ahead_log = true};
}

/// Without a write-ahead log: the raft log is one.
engine::options state_options(const store_config& c) {
  return {.path = c.path + "/state", .families = storage::mvcc::state::families(),
          .write_buffer_bytes = c.write_buffer_bytes, .cache_bytes = c.cache_bytes, .write_ahead_log = false,
          .compress = true};
}

engine::result<std::shared_ptr<engine::engine>> open_engine(const engine::options& o, bool memory) {
  if (memory) return std::shared_ptr<engine::engine>(engine::open_memory(o));
  auto opened = engine::open_rocksdb(o);
  if (!opened) return tl::unexpected(opened.error());
  return std::shared_ptr<engine::engine>(std::move(*opened));
}

engine::result<void> found_group(storage::log::raft_log& log, const store_config& c) {
  storage::log::record record;
  record.snapshot = raft::snapshot_meta{};
  if (!c.join) record.snapshot->members.voters = {{c.self}};
  record.must_sync = true;
  return log.write({&record, 1});
}

/// The two databases are written apart; these must hold whatever instant a crash hits.
engine::result<void> check_fit(const shard_files& files) {
  auto applied = files.state->applied_index(), last = files.log->last_index().value;
  auto first = files.log->first_index().value;
  auto damaged = [](std::string detail) {
    return engine::failure(engine::error{engine::errc::damaged, std::move(detail)});
  };
  if (applied > last)
    return damaged(fmt::format("the log ends at entry {}, but entry {} was applied: the log has lost entries", last,
                               applied));
  if (applied + 1 < first)
    return damaged(fmt::format("the log starts at entry {}, but only entry {} was applied: entries are missing between",
                               first, applied));
  return {};
}

} // namespace

namespace {

namespace fs = std::filesystem;

std::string incoming_path(const store_config& c) { return c.path + "/state.incoming"; }
/// Names the log entry up to which the incoming state is complete.
std::string incoming_mark(const store_config& c) { return c.path + "/state.incoming.complete"; }

engine::result<void> io_error(std::string_view doing, const std::error_code& e) {
  return engine::failure(engine::error{engine::errc::io, fmt::format("{}: {}", doing, e.message())});
}

void drop_incoming(const store_config& c) {
  std::error_code ignored;
  fs::remove(incoming_mark(c), ignored);
  fs::remove_all(incoming_path(c), ignored);
  fs::remove_all(c.path + "/state.old", ignored);
}

/// Renames so that at every instant a restart finds either state.
engine::result<void> swap_directories(const store_config& c) {
  std::error_code error;
  auto state = c.path + "/state", old = c.path + "/state.old";
  if (fs::exists(incoming_path(c))) {
    fs::remove_all(old, error);
    if (!error && fs::exists(state)) fs::rename(state, old, error);
    if (!error) fs::rename(incoming_path(c), state, error);
    if (error) return io_error("install the received state", error);
  }
  drop_incoming(c);
  return {};
}

/// A crash may have come between the end of a transfer and its installation. The log tells whether it was to be
/// installed: then it begins behind it.
engine::result<void> settle_incoming(const store_config& c, const raft::log_reader& log) {
  std::ifstream mark(incoming_mark(c));
  std::uint64_t index = 0;
  if (mark >> index && index > 0 && log.snapshot().index.value == index) return swap_directories(c);
  drop_incoming(c);
  return {};
}

} // namespace

engine::result<std::shared_ptr<engine::engine>> shard_files::make_incoming(const store_config& c) {
  incoming.reset();
  auto options = state_options(c);
  if (!c.path.empty()) {
    drop_incoming(c);
    options.path = incoming_path(c);
  }
  auto opened = open_engine(options, c.path.empty());
  if (opened) incoming = *opened;
  return opened;
}

engine::result<void> shard_files::complete_incoming(const store_config& c, std::uint64_t index) {
  if (c.path.empty()) return {};
  if (auto ok = incoming->flush(true); !ok) return ok;
  incoming.reset();
  std::ofstream out(incoming_mark(c), std::ios::trunc);
  out << index << "\n";
  out.close();
  int fd = ::open(incoming_mark(c).c_str(), O_RDONLY | O_CLOEXEC), dir = ::open(c.path.c_str(), O_RDONLY | O_CLOEXEC);
  bool ok = out && fd >= 0 && dir >= 0 && ::fsync(fd) == 0 && ::fsync(dir) == 0;
  auto why = errno;
  if (fd >= 0) ::close(fd);
  if (dir >= 0) ::close(dir);
  if (!ok) return io_error("mark the received state", std::error_code(why, std::generic_category()));
  return {};
}

engine::result<void> shard_files::install_incoming(const store_config& c) {
  state.reset();
  auto from = std::exchange(incoming, nullptr);
  if (!c.path.empty()) {
    if (auto ok = swap_directories(c); !ok) return ok;
    auto opened = open_engine(state_options(c), false);
    if (!opened) return tl::unexpected(opened.error());
    from = std::move(*opened);
  }
  auto fresh = storage::mvcc::state::open(std::move(from),
                                          {.operations_max = c.operations_max, .recent_bytes = c.recent_bytes});
  if (!fresh) return tl::unexpected(fresh.error());
  state = std::move(*fresh);
  return {};
}

std::uint64_t shard_files::take_over() {
  std::lock_guard guard(mutex_);
  return ++writer_;
}

engine::result<std::shared_ptr<shard_files>> open_shard(const store_config& c) {
  auto files = std::make_shared<shard_files>();
  bool memory = c.path.empty();
  if (!memory) {
    auto directory = engine::directory::open(c.path);
    if (!directory) return tl::unexpected(directory.error());
    files->directory = std::make_unique<engine::directory>(std::move(*directory));
  }
  if (!memory && (fs::exists(incoming_path(c)) || fs::exists(incoming_mark(c)) || fs::exists(c.path + "/state.old"))) {
    auto log_first = open_engine(log_options(c), false);
    if (!log_first) return tl::unexpected(log_first.error());
    auto log = storage::log::open(std::move(*log_first));
    if (!log) return tl::unexpected(log.error());
    if (auto ok = settle_incoming(c, **log); !ok) return tl::unexpected(ok.error());
  }
  // Opening is mostly waiting for syncs: the two may wait at the same time.
  auto log_engine = std::async(memory ? std::launch::deferred : std::launch::async,
                               [&] { return open_engine(log_options(c), memory); });
  auto state_engine = open_engine(state_options(c), memory);
  auto log_opened = log_engine.get();
  if (!log_opened) return tl::unexpected(log_opened.error());
  if (!state_engine) return tl::unexpected(state_engine.error());
  auto log = storage::log::open(std::move(*log_opened));
  if (!log) return tl::unexpected(log.error());
  files->log = std::move(*log);
  auto state = storage::mvcc::state::open(std::move(*state_engine),
                                          {.operations_max = c.operations_max, .recent_bytes = c.recent_bytes});
  if (!state) return tl::unexpected(state.error());
  files->state = std::move(*state);
  if (files->log->fresh()) {
    if (files->directory && !files->directory->fresh())
      return engine::failure(engine::error{engine::errc::damaged, c.path + "/log is empty"});
    if (auto ok = found_group(*files->log, c); !ok) return tl::unexpected(ok.error());
  }
  if (auto ok = check_fit(*files); !ok) return tl::unexpected(ok.error());
  if (files->directory)
    if (auto ok = files->directory->complete(); !ok) return tl::unexpected(ok.error());
  return files;
}

} // namespace troupe::actors::store
