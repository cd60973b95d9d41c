#include "tools/store/stopped_store.hpp"
#include "actors/store/shard_files.hpp"
#include "policies/cluster/shard_map.hpp"
#include "storage/backup/writer.hpp"
#include "storage/raft/encoding.hpp"
#include <filesystem>
#include <fmt/format.h>

namespace troupe::tools::store {

namespace {

namespace fs = std::filesystem;
namespace mvcc = storage::mvcc;
namespace raft = storage::raft;
using failure = tl::unexpected<std::string>;

constexpr std::size_t read_bytes = 4 << 20;
constexpr std::int64_t page_keys = 256;

/// Calls `visit` for the entries from `low` on, to the end of the log; its error ends the walk.
template <class Visit>
tl::expected<void, std::string> walk(const storage::log::raft_log& log, raft::log_index low, raft::log_index end,
                                     Visit visit) {
  while (low < end) {
    auto some = log.read(low, end, read_bytes);
    if (!some) return failure(fmt::format("entry {} of the log can't be read", low.value));
    for (auto& e : *some)
      if (tl::expected<void, std::string> ok = visit(e); !ok) return ok;
    low = some->back().index + 1;
  }
  return {};
}

/// The last entry that is known to be committed. A member that decides alone commits by writing; one of several knows
/// what its hard state says.
tl::expected<raft::log_index, std::string> committed(const storage::log::raft_log& log) {
  auto members = log.snapshot().members;
  auto ok = walk(log, std::max(log.first_index(), log.snapshot().index + 1), log.last_index() + 1,
                 [&](const raft::entry& e) -> tl::expected<void, std::string> {
                   if (e.kind != raft::entry_kind::configuration) return {};
                   auto decoded = raft::decode_configuration(e.view());
                   if (!decoded) return failure(fmt::format("entry {} does not decode", e.index.value));
                   members = *decoded;
                   return {};
                 });
  if (!ok) return tl::unexpected(ok.error());
  bool alone = members.voters.size() == 1 && !members.joint();
  return alone ? log.last_index() : std::max(log.hard().commit, log.snapshot().index);
}

tl::expected<void, std::string> apply_rest(actors::store::shard_files& files) {
  auto upto = committed(*files.log);
  if (!upto) return tl::unexpected(upto.error());
  auto& state = *files.state;
  auto ok = walk(*files.log, raft::log_index{state.applied_index()} + 1, *upto + 1,
                 [&](const raft::entry& e) -> tl::expected<void, std::string> {
                   if (e.kind != raft::entry_kind::command) {
                     state.skip(e.index.value, e.term.value);
                     return {};
                   }
                   auto command = mvcc::decode_command(e.view());
                   if (!command) return failure(fmt::format("entry {} does not decode", e.index.value));
                   auto out = state.apply(e.index.value, e.term.value, *command);
                   if (!out.answer && out.answer.error().code == mvcc::errc::storage)
                     return failure(out.answer.error().detail);
                   return {};
                 });
  if (!ok) return ok;
  if (auto done = state.commit(); !done) return failure(done.error().text());
  return {};
}

/// A backup of shard 0 alone would lack what is in the others, and no backup could hold all of them at one moment.
tl::expected<void, std::string> refuse_other_shards(const mvcc::state& state) {
  namespace cluster = policies::cluster;
  auto found = state.range({.keys = {std::string(cluster::shard_map_key), {}}});
  if (!found) return failure(found.error().detail);
  if (found->kvs.empty()) return {};
  auto map = cluster::decode_shard_map(*found->kvs.front()->value);
  if (!map) return failure(map.error());
  std::string elsewhere;
  for (auto& [type, at] : map->types)
    if (at.shard != 0) elsewhere += fmt::format("{}{} (shard {})", elsewhere.empty() ? "" : ", ", type, at.shard);
  for (auto& move : map->moves)
    if (shard_of(*map, move.type) == 0)
      elsewhere += fmt::format("{}{} (moves)", elsewhere.empty() ? "" : ", ", move.type);
  if (elsewhere.empty()) return {};
  return failure(fmt::format("a backup holds one shard, and this store has several shards: {}. Start the cluster and "
                             "bring all types to shard 0 with 'troupe store move TYPE --to 0'",
                             elsewhere));
}

} // namespace

tl::expected<std::string, std::string> find_store(const std::string& data_dir) {
  for (auto& candidate : {data_dir, data_dir + "/store"}) {
    std::error_code error;
    if (fs::exists(candidate + "/FORMAT", error)) return candidate;
  }
  return failure(fmt::format("there is no store in {} nor in {}/store", data_dir, data_dir));
}

tl::expected<void, std::string> back_up_stopped(const std::string& store_dir, std::int64_t now_seconds,
                                                const net::etcd::piece_sink& sink) {
  actors::store::store_config config;
  config.path = store_dir;
  auto files = actors::store::open_shard(config);
  if (!files) {
    bool running = files.error().code == storage::engine::errc::locked;
    return failure(fmt::format("open {}: {}{}", store_dir, files.error().text(),
                               running ? "; save from the running store with --endpoint" : ""));
  }
  if (auto ok = apply_rest(**files); !ok) return failure(fmt::format("read {}: {}", store_dir, ok.error()));
  auto& state = *(*files)->state;
  if (auto ok = refuse_other_shards(state); !ok) return failure(fmt::format("read {}: {}", store_dir, ok.error()));
  storage::backup::writer out({state.current(), now_seconds});
  for (auto& [id, lease] : state.leases()) out.add(storage::backup::lease{id, lease.ttl_seconds});
  mvcc::range_request page{.keys = mvcc::key_range::prefix(""), .limit = page_keys, .skip_count = true};
  for (bool more = true; more;) {
    auto r = state.range(page);
    if (!r) return failure(fmt::format("read {}: {}", store_dir, r.error().detail));
    for (auto& kv : r->kvs) out.add(*kv);
    more = r->more;
    if (more) page.keys.key = r->kvs.back()->key + std::string(1, '\0');
    else out.end();
    if (auto ok = sink(out.take()); !ok) return ok;
  }
  return {};
}

} // namespace troupe::tools::store
