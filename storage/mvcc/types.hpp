#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <tl/expected.hpp>
#include <variant>
#include <vector>

/// The values of the multi-version key-value model. Names and rules are those of etcd's v3 API
/// (`etcdserverpb`, `mvccpb`), so that the gRPC front is a mere translation.
namespace troupe::storage::mvcc {

/// Number of a committed transaction of one shard; 1 is the empty store, each change adds one.
/// Kubernetes shows it as `resourceVersion`. In requests 0 means "the newest".
using revision = std::int64_t;
/// Lease id, chosen by the requester; 0 = none.
using lease_id = std::int64_t;
/// An immutable value buffer, shared by the store, its watchers and all answers of one process.
using bytes = std::shared_ptr<const std::string>;

[[nodiscard]] inline bytes make_bytes(std::string text) { return std::make_shared<const std::string>(std::move(text)); }

/// One version of one key. Never modified once built; travels as `key_value_ptr`.
struct key_value {
  std::string key;
  revision create_revision = 0; ///< of the last creation; 0 in the record of a deletion
  revision mod_revision = 0;    ///< of this version
  std::int64_t version = 0;     ///< 1 at creation, then counted up; 0 in the record of a deletion
  lease_id lease = 0;
  bytes value; ///< null where the request asked for keys only and in the record of a deletion
};
using key_value_ptr = std::shared_ptr<const key_value>;

/// Half-open key interval as etcd spells it: `range_end` empty = the one key; "\0" = all keys from `key` on;
/// otherwise [key, range_end).
struct key_range {
  std::string key, range_end;
  [[nodiscard]] bool contains(std::string_view candidate) const noexcept;
  /// All keys that start with `prefix`; the empty prefix means all keys.
  [[nodiscard]] static key_range prefix(std::string_view prefix);
  /// Some key could lie in both.
  [[nodiscard]] bool overlaps(const key_range& other) const noexcept;
};

struct range_request {
  key_range keys;
  revision at = 0;         ///< revision to read at; 0 = newest
  std::int64_t limit = 0;  ///< most entries wanted; 0 = all
  bool count_only = false; ///< `kvs` stays empty
  bool keys_only = false;  ///< `key_value::value` stays null
  /// `count` is then only known up to the limit. Counting walks the whole range; pages of a long list save that.
  bool skip_count = false;
  /// False: answered from what this member has applied, which may be stale (etcd's `serializable`). Ignored in a txn.
  bool linearizable = true;
};

struct range_response {
  revision header_revision = 0;   ///< newest revision of the store when it was read
  std::vector<key_value_ptr> kvs; ///< in key order
  bool more = false;              ///< entries beyond the limit exist
  std::int64_t count = 0;         ///< keys in the range, whatever the limit
};

struct put_request {
  std::string key;
  bytes value;
  lease_id lease = 0;
  bool prev_kv = false;      ///< answer carries the version before
  bool ignore_value = false; ///< keep the value, change the lease; the key must exist
  bool ignore_lease = false; ///< keep the lease; the key must exist
};
struct put_response {
  key_value_ptr kv;      ///< what is now stored
  key_value_ptr prev_kv; ///< null unless asked for and there was one
};

struct delete_range_request {
  key_range keys;
  bool prev_kv = false;
};
struct delete_range_response {
  std::int64_t deleted = 0;
  std::vector<key_value_ptr> prev_kvs; ///< in key order, when asked for
};

enum class compare_target : std::uint8_t { version, create_revision, mod_revision, value, lease };
enum class compare_operator : std::uint8_t { equal, not_equal, less, greater };

/// A precondition. A missing key compares as all zero, except that any comparison of its value is false.
/// With a `range_end` every key of the range must satisfy it.
struct compare {
  key_range keys;
  compare_target target = compare_target::mod_revision;
  compare_operator op = compare_operator::equal;
  std::int64_t number = 0; ///< operand of all targets but `value`
  std::string value;       ///< operand of `value`
};

struct txn_request;
struct txn_response;
/// One operation of a transaction; a nested transaction is etcd's `request_txn`.
using operation =
  std::variant<range_request, put_request, delete_range_request, std::shared_ptr<const txn_request>>;
using operation_response =
  std::variant<range_response, put_response, delete_range_response, std::shared_ptr<const txn_response>>;

/// If all compares hold do `success`, else `failure`. All changes get one revision; no key may be changed twice.
struct txn_request {
  std::vector<compare> compares;
  std::vector<operation> success, failure;
};
struct txn_response {
  revision header_revision = 0; ///< revision of the store after the transaction
  bool succeeded = false;       ///< the compares held
  std::vector<operation_response> responses;
};

enum class event_type : std::uint8_t { put, removal };

/// One change of one key. Of a removal `kv` has only key and mod_revision.
struct event {
  event_type type = event_type::put;
  key_value_ptr kv;
  key_value_ptr prev_kv; ///< the version before; null for a creation, when compacted, or when not asked for
};

struct lease_grant_request {
  lease_id id = 0;              ///< 0 = the store chooses
  std::int64_t ttl_seconds = 0; ///< >= 1
};
struct lease_grant_response {
  lease_id id = 0;
  std::int64_t ttl_seconds = 0;
  revision header_revision = 0;
};

/// Why a command or read was refused. None of these has changed anything. Numbers are stable (they go on wires).
enum class errc : std::uint8_t {
  compacted = 1,        ///< the revision asked for lies before the compaction; `error::compact_revision` says where
  future_revision = 2,  ///< the revision asked for is not reached yet
  empty_key = 3,        ///< keys have at least one byte
  duplicate_key = 4,    ///< a transaction would change a key twice
  too_many_operations = 5,
  key_not_found = 6,    ///< ignore_value or ignore_lease on a key that does not exist
  lease_not_found = 7,
  lease_exists = 8,
  invalid_lease = 9,    ///< TTL out of [1, 9'000'000'000] seconds
  value_provided = 10,  ///< ignore_value together with a value
  lease_provided = 11,  ///< ignore_lease together with a lease
  bad_encoding = 12,    ///< a command that does not decode: from a newer version or damaged
  storage = 13,         ///< the engine failed; the store must stop
  moved = 14,           ///< a key lies below a closed fence: it moves, or has moved, to another shard
  not_fenced = 15,      ///< keys are imported and forgotten only below a closed fence
  bad_import = 16,      ///< an entry that lies elsewhere, exists, or is newer than the store
};
[[nodiscard]] std::string_view to_string(errc code) noexcept;

struct error {
  errc code = errc::storage;
  std::string detail;
  revision compact_revision = 0; ///< set with `compacted`
};
template <class T> using result = tl::expected<T, error>;
using failure = tl::unexpected<error>;

} // namespace troupe::storage::mvcc
