#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

/// Which Raft group ("shard") keeps which resource types. A type lives wholly in one shard, so that its list and its
/// watch have one order. The map is a value stored in shard 0; without it there is shard 0 alone, which has everything.
namespace troupe::policies::cluster {

/// Where the map lies in shard 0.
inline constexpr std::string_view shard_map_key = "/troupe/shards";

struct shard {
  std::uint32_t id = 0;
  /// The node that starts the group with itself as the only voter. 0: the group runs, and nobody may start it again.
  std::uint64_t founder = 0;
  bool operator==(const shard&) const = default;
};

/// How far the move of a type is. Each is entered by a change of the map.
enum class move_phase : std::uint8_t {
  begun,   ///< wanted; the type is written where it was
  copying, ///< nothing is written any more; what there is goes over
  placed,  ///< written in its new shard; the old one still has its history
};

struct shard_move {
  std::string type;          ///< `group_resource::text()`
  std::uint32_t from = 0, to = 0;
  move_phase phase = move_phase::begun;
  std::int64_t fence = 0;    ///< from `copying` on: revision of `from` after which it has no change of the type
  bool operator==(const shard_move&) const = default;
};

/// Where a type is that has moved at least once.
struct placement {
  std::uint32_t shard = 0;
  std::int64_t since = 0; ///< revision of `shard` after which its changes of the type count
  std::int64_t until = 0; ///< revision of the shard before, up to which that one's changes count
  std::int64_t moves = 0; ///< so often it has moved
  bool operator==(const placement&) const = default;
};

struct shard_map {
  std::int64_t changes = 0; ///< counts every change of the map
  std::vector<shard> shards{shard{}}; ///< by id; the first is shard 0
  std::map<std::string, placement> types; ///< all others are in shard 0
  std::vector<shard_move> moves;          ///< one a type, carried out one after another
  bool operator==(const shard_map&) const = default;

  [[nodiscard]] const shard* find(std::uint32_t id) const;
  [[nodiscard]] const shard_move* move_of(std::string_view type) const;
};

/// What readers and writers of a type need to know.
struct whereabouts {
  std::uint32_t shard = 0;
  std::int64_t since = 0, until = 0, moves = 0; ///< as in `placement`
  std::optional<std::int64_t> fence; ///< the type is leaving: `shard` has no change of it after this revision
  bool operator==(const whereabouts&) const = default;
};
[[nodiscard]] whereabouts where_of(const shard_map& map, std::string_view type);
[[nodiscard]] inline std::uint32_t shard_of(const shard_map& map, std::string_view type) {
  return where_of(map, type).shard;
}

/// JSON with a format number. Reading refuses unknown formats, unknown members and maps that contradict themselves.
[[nodiscard]] std::string encode(const shard_map& map);
[[nodiscard]] tl::expected<shard_map, std::string> decode_shard_map(std::string_view text);

// What people ask for. The error is a sentence.
/// One more shard, with the next free number.
[[nodiscard]] shard_map with_shard(shard_map map, std::uint64_t founder);
/// Begins a move. Services are refused: their addresses are handed out by transactions with a key of shard 0.
[[nodiscard]] tl::expected<shard_map, std::string> with_move(shard_map map, const std::string& type, std::uint32_t to);
/// The layout for large clusters: pods in one shard, leases and events in another, shard 0 has the rest. Shards that
/// are missing are made; the map stays as it was if everything is in its place already.
[[nodiscard]] tl::expected<shard_map, std::string> with_large_layout(shard_map map, std::uint64_t founder);

// What has been done. Each changes nothing that does not fit; all but `with_attempt` are idempotent.
[[nodiscard]] shard_map with_running(shard_map map, std::uint32_t id);
/// Somebody begins to copy: who has begun before finds the map changed, and stops.
[[nodiscard]] shard_map with_attempt(shard_map map, std::string_view type);
[[nodiscard]] shard_map with_fence(shard_map map, std::string_view type, std::int64_t fence);
[[nodiscard]] shard_map with_placed(shard_map map, std::string_view type, std::int64_t since);
[[nodiscard]] shard_map with_moved(shard_map map, std::string_view type);

/// What whoever drives the moves does next.
struct shard_step {
  enum class kind : std::uint8_t {
    none,          ///< wait
    note_running,  ///< the founded group of `shard` answers: nobody needs to found it again
    close_source,  ///< fence the type off in `shard`, then enter `copying`
    copy,          ///< bring the type from `shard` to `to`, then enter `placed`
    forget_source, ///< remove the type from `shard`, then end the move
  };
  kind what = kind::none;
  std::uint32_t shard = 0, to = 0;
  std::string type;
  bool operator==(const shard_step&) const = default;
};
struct shard_facts {
  std::set<std::uint32_t> answering; ///< shards that have a leader
  bool settled = false;              ///< a move has been in `placed` so long that whoever follows the map has seen it
};
[[nodiscard]] shard_step next_step(const shard_map& map, const shard_facts& facts);
/// True while `next_step` may want something.
[[nodiscard]] bool unfinished(const shard_map& map);

/// Who leads a shard and who else could: voters that are alive and up to date.
struct shard_leadership {
  std::uint32_t shard = 0;
  std::uint64_t leader = 0;
  std::vector<std::uint64_t> ready;
};
struct shard_handover {
  std::uint32_t shard = 0;
  std::uint64_t to = 0;
  bool operator==(const shard_handover&) const = default;
};
/// Leaders spread over voters: node `self` gives a shard away to a voter that leads at least two fewer. Shard 0 stays.
[[nodiscard]] std::optional<shard_handover> spread(const std::vector<shard_leadership>& all, std::uint64_t self);

} // namespace troupe::policies::cluster
