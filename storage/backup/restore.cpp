#include "storage/backup/restore.hpp"
#include "storage/mvcc/codec.hpp"
#include "storage/mvcc/families.hpp"
#include "storage/mvcc/mark.hpp"
#include <set>

namespace troupe::storage::backup {

namespace {

constexpr std::uint64_t first_index = 1, first_term = 1; // Of the entry that the state stands for.
constexpr std::size_t batch_entries = 256;

failure fail(const engine::error& e) { return failure(error{errc::io, e.text()}); }

/// Puts entries into the state, some at a time.
class filler {
public:
  filler(engine::engine& state, const restore_config& config) : state_(state), config_(config) {}

  result<void> add(entry& e) {
    if (auto* l = std::get_if<lease>(&e)) add_lease(*l);
    else add_key(std::get<mvcc::key_value>(e));
    return ++waiting_ < batch_entries ? result<void>() : write();
  }
  result<void> finish(const mvcc::mark& m) {
    changes_.put(mvcc::meta_family, mvcc::mark_key, encode(m));
    if (auto ok = write(); !ok) return ok;
    if (auto ok = state_.flush(true); !ok) return fail(ok.error());
    return {};
  }

private:
  void add_lease(const lease& l) {
    std::string value;
    mvcc::writer(value).signed_number(l.ttl_seconds);
    changes_.put(mvcc::lease_family, mvcc::lease_key(l.id), value);
    leases_.insert(l.id);
  }
  void add_key(mvcc::key_value& kv) {
    // Leases are listed after the revision was chosen: one that is missing ended in between, and its keys with it.
    if (kv.lease != 0 && !leases_.contains(kv.lease)) add_lease({kv.lease, 1});
    if (config_.edit) config_.edit(kv);
    auto at = mvcc::version_key(mvcc::version_prefix(kv.key), {kv.mod_revision, 0});
    changes_.put(mvcc::kv_family, at, mvcc::encode_record(kv, false));
    if (kv.lease != 0) changes_.put(mvcc::lease_family, mvcc::lease_key(kv.lease, kv.key), {});
  }
  result<void> write() {
    waiting_ = 0;
    auto ok = state_.write(changes_, engine::durability::deferred);
    changes_.clear();
    if (!ok) return fail(ok.error());
    return {};
  }

  engine::engine& state_;
  const restore_config& config_;
  engine::batch changes_;
  std::size_t waiting_ = 0;
  std::set<mvcc::lease_id> leases_;
};

bool is_empty(const engine::engine& e) {
  auto mark = e.find(mvcc::meta_family, mvcc::mark_key);
  auto cursor = e.scan(mvcc::kv_family, {});
  cursor->seek({});
  return mark && !*mark && !cursor->valid();
}

result<void> found_group(log::raft_log& log, std::uint64_t member) {
  log::record r;
  r.snapshot = raft::snapshot_meta{{first_index}, {first_term}, {}};
  r.snapshot->members.voters = {{member}};
  r.hard = raft::hard_state{{first_term}, {}, {first_index}};
  r.must_sync = true;
  if (auto ok = log.write({&r, 1}); !ok) return fail(ok.error());
  return {};
}

} // namespace

result<summary> restore(reader& from, engine::engine& state, log::raft_log& log, const restore_config& config) {
  if (!log.fresh() || !is_empty(state)) return failure(error{errc::not_empty, {}});
  auto head = from.open();
  if (!head) return tl::unexpected(head.error());
  filler to(state, config);
  for (;;) {
    auto e = from.next();
    if (!e) return tl::unexpected(e.error());
    if (!*e) break;
    if (auto ok = to.add(**e); !ok) return tl::unexpected(ok.error());
  }
  auto newest = head->revision + std::max<mvcc::revision>(1, config.revisions_ahead);
  mvcc::mark m{first_index, first_term, newest, newest, {newest, 0}};
  if (auto ok = to.finish(m); !ok) return tl::unexpected(ok.error());
  // Last: a log without its state would be refused as damaged, a state without its log as well.
  if (auto ok = found_group(log, config.member); !ok) return tl::unexpected(ok.error());
  return from.found();
}

} // namespace troupe::storage::backup
