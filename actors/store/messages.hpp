#pragma once
#include "actors/base/message.hpp"
#include "storage/mvcc/placement.hpp"
#include <caf/meta/type_name.hpp>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace troupe::storage::raft {
struct envelope;
} // namespace troupe::storage::raft

/// Payloads of the store's messages. On a wire each travels as its own versioned encoding (docs/formats/storage.md).
namespace troupe::actors::store {

namespace mvcc = storage::mvcc;

/// Asks for all changes of a key range, in revision order, each once, without a gap.
struct watch_request {
  std::uint64_t id = 0; ///< chosen by the subscriber, unique among its watches of this store
  mvcc::key_range keys;
  mvcc::revision from = 0; ///< first revision wanted; 0 = what comes after the newest
  bool prev_kv = false;    ///< events carry the version before
  bool no_put = false, no_removal = false;
  /// True: every committed turn sends a batch, an empty one if nothing matched. False: an empty one only on request
  /// (a credit of 0).
  bool progress = false;
  std::uint32_t credit = 16; ///< batches that may be under way before the subscriber grants more; each costs one
};

/// Events of one watch. A revision is never split over two batches.
struct event_batch {
  enum class end : std::uint8_t {
    open = 0,      ///< more will follow
    compacted = 1, ///< the next revision is compacted; list again, at least at `compact_revision`
    lagging = 2,   ///< the subscriber was too slow; list again
    closed = 3,    ///< the store stops or lost its role; watch again elsewhere, from `revision` + 1
  };
  std::uint64_t watch = 0;
  mvcc::revision revision = 0; ///< everything of this watch up to here has now been sent
  std::vector<mvcc::event> events;
  bool progress = false; ///< no events: only tells the revision
  end ended = end::open; ///< anything but `open`: the last batch of this watch
  mvcc::revision compact_revision = 0;
};

struct lease_revoke { mvcc::lease_id id = 0; };
struct lease_keepalive { mvcc::lease_id id = 0; };
struct lease_query {
  mvcc::lease_id id = 0;
  bool keys = false; ///< list the attached keys too
};
/// All leases with the time they were granted, as this member knows them.
struct lease_list {};
/// Checksum of all that can be read at revision `at` (0 = the newest), as this member has it. Takes a while.
struct hash_query { mvcc::revision at = 0; };
/// Hands the leadership to a voter; 0: to the one that is furthest.
struct leadership_transfer { std::uint64_t to = 0; };
/// A change of the membership, all at once; answered when it is committed.
struct member_change {
  enum class kind : std::uint8_t { add_voter = 0, add_learner = 1, remove = 2 };
  struct step {
    kind what = kind::add_learner;
    std::uint64_t id = 0;
  };
  std::vector<step> steps;
};
/// Forgets history before `at`.
struct compact_request { mvcc::revision at = 0; };

/// The rarer commands, in one message.
using command_request =
  std::variant<mvcc::lease_grant_request, lease_revoke, lease_keepalive, lease_query, compact_request, lease_list,
               hash_query, leadership_transfer, member_change, mvcc::placement_request>;
struct command_response {
  mvcc::revision header_revision = 0;
  mvcc::lease_id lease = 0;        ///< of the lease commands
  std::int64_t ttl_seconds = 0;    ///< granted, or left after a keep-alive or query
  std::int64_t granted_seconds = 0;
  std::vector<std::string> keys;   ///< of a lease query
  std::vector<std::pair<mvcc::lease_id, std::int64_t>> leases; ///< of a lease list: id and seconds granted
  std::uint32_t hash = 0;          ///< of a hash query
  mvcc::revision compact_revision = 0; ///< of a hash query: history before it is not in the hash
};

struct store_member {
  std::uint64_t id = 0;
  bool voter = false;
  std::uint64_t match = 0; ///< its log is known to agree up to this entry; known at the leader only
  bool alive = false;      ///< heard within an election timeout; known at the leader only
};

struct store_status {
  mvcc::revision revision = 0, compact_revision = 0;
  std::uint64_t term = 0, leader = 0, self = 0; ///< leader 0 = unknown
  std::uint64_t applied_index = 0, commit_index = 0, last_index = 0;
  std::uint64_t database_bytes = 0; ///< on disk, about
  std::uint64_t watches = 0, leases = 0, waiting = 0;
  bool leading = false, failed = false;
  bool changing = false; ///< a change of the membership is under way
  std::vector<store_member> members;
};

/// The versioned encodings. Reading never throws: damaged bytes give the empty value, which every receiver refuses.
template <class T> inline constexpr bool is_wire = false;
#define TROUPE_STORE_WIRE(type)                                                                                        \
  [[nodiscard]] std::string to_wire(const type& x);                                                                    \
  void from_wire(std::string_view bytes, type& x);                                                                     \
  template <> inline constexpr bool is_wire<type> = true;
TROUPE_STORE_WIRE(mvcc::txn_request)
TROUPE_STORE_WIRE(mvcc::txn_response)
TROUPE_STORE_WIRE(mvcc::range_request)
TROUPE_STORE_WIRE(mvcc::range_response)
TROUPE_STORE_WIRE(watch_request)
TROUPE_STORE_WIRE(event_batch)
TROUPE_STORE_WIRE(command_request)
TROUPE_STORE_WIRE(command_response)
TROUPE_STORE_WIRE(store_status)
TROUPE_STORE_WIRE(storage::raft::envelope) // peer.hpp
#undef TROUPE_STORE_WIRE

template <class Inspector> typename Inspector::result_type inspect(Inspector& f, store_status& x) {
  if constexpr (Inspector::reads_state) {
    auto bytes = to_wire(x);
    return f(caf::meta::type_name("store_status"), bytes);
  } else {
    std::string bytes;
    if (auto err = f(bytes)) return err;
    from_wire(bytes, x);
    return {};
  }
}
[[nodiscard]] std::string to_string(const store_status& x);

} // namespace troupe::actors::store

namespace troupe::actors {

/// More special than the one of actors/base: the values of storage/ know no CAF.
template <class Inspector, class T>
  requires store::is_wire<T>
typename Inspector::result_type inspect(Inspector& f, shared<T>& x) {
  if constexpr (Inspector::reads_state) {
    auto bytes = x ? store::to_wire(*x) : std::string();
    return f(caf::meta::type_name("shared"), bytes);
  } else {
    std::string bytes;
    if (auto err = f(bytes)) return err;
    auto fresh = std::make_shared<T>();
    store::from_wire(bytes, *fresh);
    x = shared<T>{std::move(fresh)};
    return {};
  }
}

} // namespace troupe::actors
