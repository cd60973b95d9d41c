#include "policies/cluster/shard_map.hpp"
#include <algorithm>
#include <fmt/format.h>

namespace troupe::policies::cluster {

namespace {

constexpr std::string_view pods = "pods", leases = "leases.coordination.k8s.io", events = "events";

shard_move* find_move(shard_map& map, std::string_view type) {
  auto found = std::find_if(map.moves.begin(), map.moves.end(), [&](auto& m) { return m.type == type; });
  return found == map.moves.end() ? nullptr : &*found;
}

/// The shard that a type is in or on its way to.
std::uint32_t goal_of(const shard_map& map, std::string_view type) {
  auto* move = map.move_of(type);
  return move ? move->to : shard_of(map, type);
}

/// A shard other than 0 that has nothing, or has one of `welcome` only; 0 if there is none.
std::uint32_t free_shard(const shard_map& map, const std::set<std::string_view>& welcome) {
  for (auto& s : map.shards) {
    if (s.id == 0) continue;
    auto foreign = [&](const std::string& type) { return !welcome.contains(type) && goal_of(map, type) == s.id; };
    bool taken = std::any_of(map.types.begin(), map.types.end(), [&](auto& t) { return foreign(t.first); }) ||
                 std::any_of(map.moves.begin(), map.moves.end(), [&](auto& m) { return foreign(m.type); });
    if (!taken) return s.id;
  }
  return 0;
}

} // namespace

const shard* shard_map::find(std::uint32_t id) const {
  auto found = std::find_if(shards.begin(), shards.end(), [&](auto& s) { return s.id == id; });
  return found == shards.end() ? nullptr : &*found;
}

const shard_move* shard_map::move_of(std::string_view type) const {
  return find_move(const_cast<shard_map&>(*this), type); // Looks only.
}

whereabouts where_of(const shard_map& map, std::string_view type) {
  whereabouts out;
  if (auto at = map.types.find(std::string(type)); at != map.types.end())
    out = {at->second.shard, at->second.since, at->second.until, at->second.moves, {}};
  if (auto* move = map.move_of(type); move && move->phase == move_phase::copying) out.fence = move->fence;
  return out;
}

shard_map with_shard(shard_map map, std::uint64_t founder) {
  map.shards.push_back({map.shards.back().id + 1, founder});
  ++map.changes;
  return map;
}

tl::expected<shard_map, std::string> with_move(shard_map map, const std::string& type, std::uint32_t to) {
  auto bad = [](std::string why) { return tl::make_unexpected(std::move(why)); };
  if (!map.find(to)) return bad(fmt::format("there is no shard {}; 'troupe store shards add' makes one", to));
  if (type == "services")
    return bad("services stay in shard 0: their addresses are handed out by transactions with another key there");
  if (auto* move = map.move_of(type)) {
    if (move->to == to) return map;
    return bad(fmt::format("{} is on its way to shard {}; try again when it is there", type, move->to));
  }
  auto from = shard_of(map, type);
  if (from == to) return map;
  map.moves.push_back({type, from, to, move_phase::begun, 0});
  ++map.changes;
  return map;
}

tl::expected<shard_map, std::string> with_large_layout(shard_map map, std::uint64_t founder) {
  const std::vector<std::vector<std::string_view>> groups{{pods}, {leases, events}};
  for (auto& group : groups) {
    auto to = goal_of(map, group.front());
    if (to == 0) to = free_shard(map, {group.begin(), group.end()});
    if (to == 0) {
      map = with_shard(std::move(map), founder);
      to = map.shards.back().id;
    }
    for (auto& type : group) {
      auto next = with_move(std::move(map), std::string(type), to);
      if (!next) return next;
      map = std::move(*next);
    }
  }
  return map;
}

shard_map with_running(shard_map map, std::uint32_t id) {
  for (auto& s : map.shards)
    if (s.id == id && s.founder != 0) s.founder = 0, ++map.changes;
  return map;
}

shard_map with_attempt(shard_map map, std::string_view type) {
  if (auto* move = find_move(map, type); move && move->phase == move_phase::copying) ++map.changes;
  return map;
}

shard_map with_fence(shard_map map, std::string_view type, std::int64_t fence) {
  if (auto* move = find_move(map, type); move && move->phase == move_phase::begun) {
    move->phase = move_phase::copying;
    move->fence = fence;
    ++map.changes;
  }
  return map;
}

shard_map with_placed(shard_map map, std::string_view type, std::int64_t since) {
  if (auto* move = find_move(map, type); move && move->phase == move_phase::copying) {
    move->phase = move_phase::placed;
    map.types[move->type] = {move->to, since, move->fence, where_of(map, type).moves + 1};
    ++map.changes;
  }
  return map;
}

shard_map with_moved(shard_map map, std::string_view type) {
  if (auto* move = find_move(map, type); move && move->phase == move_phase::placed) {
    std::erase_if(map.moves, [&](auto& m) { return m.type == type; });
    ++map.changes;
  }
  return map;
}

shard_step next_step(const shard_map& map, const shard_facts& facts) {
  using kind = shard_step::kind;
  for (auto& s : map.shards)
    if (s.founder != 0 && facts.answering.contains(s.id)) return {kind::note_running, s.id, 0, {}};
  if (map.moves.empty()) return {};
  auto& m = map.moves.front();
  // Both must answer: a type between two shards can't be written.
  bool ready = facts.answering.contains(m.from) && facts.answering.contains(m.to);
  auto* target = map.find(m.to);
  if (!ready || !target || target->founder != 0) return {};
  switch (m.phase) {
    case move_phase::begun: return {kind::close_source, m.from, m.to, m.type};
    case move_phase::copying: return {kind::copy, m.from, m.to, m.type};
    case move_phase::placed: break;
  }
  if (!facts.settled) return {};
  return {kind::forget_source, m.from, m.to, m.type};
}

bool unfinished(const shard_map& map) {
  return !map.moves.empty() ||
         std::any_of(map.shards.begin(), map.shards.end(), [](auto& s) { return s.founder != 0; });
}

std::optional<shard_handover> spread(const std::vector<shard_leadership>& all, std::uint64_t self) {
  constexpr int difference_min = 2;
  std::map<std::uint64_t, int> led;
  for (auto& s : all) ++led[s.leader];
  for (auto s = all.rbegin(); s != all.rend(); ++s) {
    if (s->shard == 0 || s->leader != self) continue;
    std::uint64_t to = 0;
    for (auto id : s->ready)
      if (id != self && (to == 0 || led[id] < led[to] || (led[id] == led[to] && id < to))) to = id;
    if (to != 0 && led[self] - led[to] >= difference_min) return shard_handover{s->shard, to};
  }
  return std::nullopt;
}

} // namespace troupe::policies::cluster
