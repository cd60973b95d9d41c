#include "tools/store/restore_directory.hpp"
#include "storage/engine/directory.hpp"
#include "storage/engine/rocksdb_engine.hpp"
#include "storage/mvcc/state.hpp"
#include <filesystem>
#include <fmt/format.h>

namespace troupe::tools::store {

namespace {

namespace engine = storage::engine;
namespace fs = std::filesystem;
using failure = tl::unexpected<std::string>;

engine::result<storage::backup::summary> fill(storage::backup::reader& from, const std::string& target,
                                              const storage::backup::restore_config& config) {
  auto directory = engine::directory::open(target);
  if (!directory) return tl::unexpected(directory.error());
  if (!directory->fresh()) return engine::failure(engine::error{engine::errc::invalid, target + " holds a store"});
  auto state = engine::open_rocksdb({.path = target + "/state", .families = storage::mvcc::state::families(),
                                     .write_ahead_log = false, .compress = true});
  if (!state) return tl::unexpected(state.error());
  auto log_engine = engine::open_rocksdb({.path = target + "/log", .families = storage::log::families()});
  if (!log_engine) return tl::unexpected(log_engine.error());
  auto log = storage::log::open(std::move(*log_engine));
  if (!log) return tl::unexpected(log.error());
  auto done = storage::backup::restore(from, **state, **log, config);
  if (!done) return engine::failure(engine::error{engine::errc::io, done.error().text()});
  if (auto ok = directory->complete(); !ok) return tl::unexpected(ok.error());
  return *done;
}

} // namespace

tl::expected<storage::backup::summary, std::string>
restore_directory(storage::backup::reader& from, const std::string& target,
                  const storage::backup::restore_config& config) {
  std::error_code error;
  bool existed = fs::exists(target, error);
  if (existed && !fs::is_empty(target, error))
    return failure(fmt::format("{} is not empty: a snapshot is restored into a new directory", target));
  auto done = fill(from, target, config);
  if (done) return *done;
  for (auto& entry : fs::directory_iterator(target, error)) fs::remove_all(entry.path(), error);
  if (!existed) fs::remove(target, error);
  return failure(fmt::format("restore into {}: {}", target, done.error().text()));
}

} // namespace troupe::tools::store
