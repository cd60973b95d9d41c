// Private part of class state, cut out for the length of the file.

/// A version that a walk came by. `ready` is set when it is not on disk yet.
struct live {
  std::string_view prefix; ///< `version_prefix` of its key; empty with `ready`
  version_at at;
  version_record record;
  key_value_ptr ready;
};
using visitor = std::function<bool(const live&)>; ///< false stops the walk
/// Which branch each transaction takes, in the order of a walk over the tree of transactions.
using path = std::deque<bool>;
struct txn_context {
  bool want_previous;
  std::uint32_t sub = 0;
  std::vector<event>& events;
};

state(std::shared_ptr<engine::engine> store, state_config config)
    : store_(std::move(store)), config_(config), recent_(config.recent_bytes) {}
engine::result<void> load();
engine::result<void> load_leases();

/// The newest version with uncommitted changes; null if there is none.
result<key_value_ptr> find_newest(const std::string& key) const;
result<void> walk(const key_range& keys, revision at, const visitor& visit) const;
result<void> walk_newest(const key_range& keys, const visitor& visit) const;
result<range_response> range_at(const range_request& r, revision at) const;
static key_value_ptr materialize(const live& v, bool with_value);

result<void> choose(const txn_request& txn, path& out) const;
result<bool> holds(const compare& c) const;
result<void> check_branch(const txn_request& txn, path& taken) const;
result<txn_response> run(const txn_request& txn, path& taken, txn_context& in);
result<put_response> run(const put_request& r, txn_context& in);
result<delete_range_response> run(const delete_range_request& r, txn_context& in);
result<void> remove(const std::string& key, const key_value_ptr& old, txn_context& in);
void store_version(const key_value_ptr& kv, bool removal, txn_context& in);

result<reply> apply(const txn_request& txn, txn_context& in);
result<reply> apply(const lease_grant_request& r, std::uint64_t index);
result<reply> apply(const lease_revoke_request& r, txn_context& in);
result<reply> apply(const compact_request& r);

result<reply> apply(const placement_request& r);
result<reply> apply(const fence_request& r);
result<reply> apply(const advance_request& r);
result<reply> apply(const import_request& r);
result<reply> apply(const floor_request& r);
result<reply> apply(const forget_request& r);
result<void> check_import(const import_request& r) const;
void import_entry(const import_request::entry& e, lease_id here);
lease_id lease_for(const key_range& below, lease_id wanted, std::int64_t seconds);
result<void> forget_key(std::string_view prefix);
void raise_floor(const std::string& prefix, revision at);
[[nodiscard]] bool fenced(const key_range& keys) const;
engine::result<void> load_placement();
void attach(lease_id id, const std::string& key);
void detach(lease_id id, const std::string& key);
void write_mark(engine::batch& out) const;
result<event> read_event(const std::string& key, version_at at, bool prev_kv) const;

std::shared_ptr<engine::engine> store_;
state_config config_;
mvcc::mark mark_;
std::map<lease_id, lease> leases_;
std::set<std::string, std::less<>> fences_;
std::map<std::string, revision, std::less<>> floors_; ///< by prefix, those above the compaction

engine::batch changes_;                                    ///< applied, not yet written
std::map<std::string, key_value_ptr, std::less<>> pending_; ///< newest versions in changes_; null = removed
bool dirty_ = false;                                       ///< mark_ or changes_ differ from the engine
mutable recent_versions recent_;

struct checkpoint {
  std::uint64_t sequence, index;
};
std::deque<checkpoint> checkpoints_; ///< of commits that may not be durable yet, oldest first
std::uint64_t durable_ = 0;
