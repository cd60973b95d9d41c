#pragma once
#include <compare>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Raft's nouns as distinct types, so that a term can't be passed for an index. "Thesis" below is Diego Ongaro,
/// "Consensus: Bridging Theory and Practice" (2014).
namespace troupe::storage::raft {

/// A position or period that only grows. Zero means "none": real terms and indexes start at one.
template <class Tag> struct ordinal {
  std::uint64_t value = 0;
  constexpr auto operator<=>(const ordinal&) const = default;
  constexpr explicit operator bool() const noexcept { return value != 0; }
  friend constexpr ordinal operator+(ordinal a, std::uint64_t n) noexcept { return {a.value + n}; }
  /// `a - n` where n <= a.
  friend constexpr ordinal operator-(ordinal a, std::uint64_t n) noexcept { return {a.value - n}; }
  /// The distance; the left side is not the smaller.
  friend constexpr std::uint64_t operator-(ordinal a, ordinal b) noexcept { return a.value - b.value; }
  constexpr ordinal& operator++() noexcept { return ++value, *this; }
};
using term_number = ordinal<struct term_tag>;
using log_index = ordinal<struct index_tag>;
/// Numbers the batches of one run of one fsm; starts anew at each restart.
using batch_number = ordinal<struct batch_tag>;

/// A member of the group. Zero is no server. An id is never reused for another disk: a server that lost its disk
/// joins again under a new id, else it could vote twice in a term.
struct server_id {
  std::uint64_t value = 0;
  constexpr auto operator<=>(const server_id&) const = default;
  constexpr explicit operator bool() const noexcept { return value != 0; }
};

/// Names one entry for good: by the Log Matching Property two entries with equal id are equal (thesis 3.5).
struct entry_id {
  term_number term;
  log_index index;
  constexpr bool operator==(const entry_id&) const = default;
};

enum class entry_kind : std::uint8_t {
  command = 0,       ///< data is the driver's
  configuration = 1, ///< data is an encoded `configuration`, complete, not a difference
  noop = 2,          ///< what a new leader appends first (thesis 6.4)
};

/// Immutable and shared: an entry is copied into messages, the log and the disk queue for the price of a count.
using payload = std::shared_ptr<const std::string>;

/// One log entry.
struct entry {
  term_number term;
  log_index index;
  entry_kind kind = entry_kind::command;
  payload data; ///< null is the same as empty

  [[nodiscard]] std::string_view view() const noexcept { return data ? std::string_view(*data) : std::string_view(); }
  /// What the entry counts against byte limits: its data and a fixed share for the rest.
  [[nodiscard]] std::size_t bytes() const noexcept { return view().size() + 32; }
  [[nodiscard]] entry_id id() const noexcept { return {term, index}; }
  bool operator==(const entry& other) const noexcept {
    return term == other.term && index == other.index && kind == other.kind && view() == other.view();
  }
};
using entries = std::vector<entry>;

/// The sum of `bytes()`.
[[nodiscard]] std::size_t total_bytes(const entries& list) noexcept;

/// What must survive a crash besides the log (thesis figure 3.1). `commit` is a hint that makes restarts cheaper.
struct hard_state {
  term_number term;
  server_id vote; ///< whom this server voted for in `term`; zero if nobody
  log_index commit;
  constexpr bool operator==(const hard_state&) const = default;
};

/// Who belongs to the group; all lists are sorted and without duplicates. It takes effect as soon as it is in the
/// log, committed or not (thesis 4.1).
struct configuration {
  std::vector<server_id> voters;        ///< of a joint configuration: the incoming half
  std::vector<server_id> outgoing;      ///< not empty: joint; decisions need a majority of both halves (thesis 4.3)
  std::vector<server_id> learners;      ///< get the log, have no say
  std::vector<server_id> learners_next; ///< voters of `outgoing` that become learners when the joint part ends
  bool auto_leave = false;              ///< joint: the leader ends it by itself once it is committed
  bool operator==(const configuration&) const = default;
  [[nodiscard]] bool joint() const noexcept { return !outgoing.empty(); }
};

/// What a snapshot stands for. With index zero it is the bootstrap record of a new group: only the configuration
/// counts, and all founders have the same. A server that is to join starts with an empty one.
struct snapshot_meta {
  log_index index; ///< the last entry whose effect is in the snapshot
  term_number term;
  configuration members; ///< as of `index`
  bool operator==(const snapshot_meta&) const = default;
};

/// Why a request was refused, or how it ended later. The numbers are stable.
enum class errc : std::uint8_t {
  // did not happen
  not_leader = 1,            ///< ask `error::leader`, if known
  transferring = 2,          ///< leadership is being handed over
  too_large = 3,             ///< larger than `fsm_config::max_entry_bytes`
  busy = 4,                  ///< too many uncommitted bytes or waiting reads; try later
  configuration_pending = 5, ///< the last membership change, or this leader's first entry, is not yet committed
  bad_configuration = 6,     ///< the change makes no sense for the members of now
  leader_alive = 7,          ///< no election: a leader was heard within the election timeout
  not_voter = 8,             ///< the server concerned is no voter
  superseded = 9,            ///< another entry was committed at this index
  unavailable = 10,          ///< the log below the wanted index is compacted or can't be read
  // may have happened
  leadership_lost = 64, ///< the entry is in the log, and a later leader decides on it
  stopped = 65,         ///< the group stopped, for instance after a storage error, before the answer
};
enum class outcome : std::uint8_t { did_not_happen, may_have_happened };
/// Only what did not happen may be retried blindly.
[[nodiscard]] outcome outcome_of(errc code) noexcept;
/// One sentence per code.
[[nodiscard]] std::string_view sentence(errc code) noexcept;

struct error {
  errc code;
  std::optional<server_id> leader; ///< who leads, if known; with `transferring`, who is to
  bool operator==(const error&) const = default;
};

/// What a server is at the moment.
enum class role_kind : std::uint8_t { follower, pre_candidate, candidate, leader };

} // namespace troupe::storage::raft
