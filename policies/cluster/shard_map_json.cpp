#include "policies/api/json.hpp"
#include "policies/cluster/shard_map.hpp"
#include <array>
#include <fmt/format.h>
#include <limits>

namespace troupe::policies::cluster {

namespace {

namespace json = api::json;

constexpr std::int64_t format_version = 1;
constexpr std::array<std::string_view, 3> phase_names{"begun", "copying", "placed"};

/// Reads one object and remembers the first thing that is wrong with it.
class strict {
public:
  strict(const json::value& v, std::string_view what) : object_(v.if_object()), what_(what) {
    if (!object_) fail("is not an object");
  }
  std::int64_t number(std::string_view name, std::int64_t least,
                      std::int64_t most = std::numeric_limits<std::int64_t>::max()) {
    auto* v = member(name);
    if (!v) return least;
    auto* n = v->if_int64();
    if (n && *n >= least && *n <= most) return *n;
    fail(fmt::format("has no number {}", name));
    return least;
  }
  std::uint32_t id(std::string_view name) {
    return static_cast<std::uint32_t>(number(name, 0, std::numeric_limits<std::uint32_t>::max()));
  }
  std::string text(std::string_view name) {
    auto* v = member(name);
    if (!v) return {};
    if (!v->is_string() || v->get_string().empty()) fail(fmt::format("has no text {}", name));
    return v->is_string() ? std::string(v->get_string()) : std::string();
  }
  const json::value* member(std::string_view name) {
    auto* v = object_ ? object_->if_contains(name) : nullptr;
    if (!v) fail(fmt::format("has no {}", name));
    ++seen_;
    return v;
  }
  void fail(std::string why) {
    if (error_.empty()) error_ = fmt::format("shard map: {} {}", what_, why);
  }
  /// To be called when everything has been read.
  std::string error() {
    if (object_ && object_->size() != seen_) fail("has members that this program does not know");
    return error_;
  }

private:
  const json::object* object_;
  std::string what_, error_;
  std::size_t seen_ = 0;
};

std::string read_shards(const json::value& from, shard_map& to) {
  auto* all = from.if_array();
  if (!all || all->empty()) return "shard map: no shards";
  to.shards.clear();
  for (auto& v : *all) {
    strict in(v, "a shard");
    shard s{in.id("id"), static_cast<std::uint64_t>(in.number("founder", 0))};
    if (to.shards.empty() ? s.id != 0 : s.id <= to.shards.back().id) in.fail("is out of order");
    if (auto error = in.error(); !error.empty()) return error;
    to.shards.push_back(s);
  }
  return {};
}

std::string read_types(const json::value& from, shard_map& to) {
  auto* all = from.if_object();
  if (!all) return "shard map: no types";
  for (auto& [type, v] : *all) {
    strict in(v, "a type");
    placement p{in.id("shard"), in.number("since", 1), in.number("until", 1), in.number("moves", 1)};
    if (type.empty() || !to.find(p.shard)) in.fail("is in a shard that is not there");
    if (auto error = in.error(); !error.empty()) return error;
    to.types.emplace(std::string(type), p);
  }
  return {};
}

std::string read_moves(const json::value& from, shard_map& to) {
  auto* all = from.if_array();
  if (!all) return "shard map: no moves";
  for (auto& v : *all) {
    strict in(v, "a move");
    shard_move m{in.text("type"), in.id("from"), in.id("to"), move_phase::begun, in.number("fence", 0)};
    auto phase = in.text("phase");
    auto known = std::find(phase_names.begin(), phase_names.end(), phase);
    if (known == phase_names.end()) in.fail("is in a phase that this program does not know");
    else m.phase = static_cast<move_phase>(known - phase_names.begin());
    if (!to.find(m.from) || !to.find(m.to) || m.from == m.to) in.fail("is between shards that are not there");
    if (to.move_of(m.type)) in.fail("of this type is there already");
    if (shard_of(to, m.type) != (m.phase == move_phase::placed ? m.to : m.from)) in.fail("contradicts the place");
    if ((m.fence > 0) != (m.phase != move_phase::begun)) in.fail("has a fence too many or too few");
    if (auto error = in.error(); !error.empty()) return error;
    to.moves.push_back(std::move(m));
  }
  return {};
}

} // namespace

std::string encode(const shard_map& map) {
  json::array shards, moves;
  json::object types;
  for (auto& s : map.shards)
    shards.push_back(json::object{{"id", s.id}, {"founder", s.founder}});
  for (auto& [type, p] : map.types)
    types[type] = json::object{{"shard", p.shard}, {"since", p.since}, {"until", p.until}, {"moves", p.moves}};
  for (auto& m : map.moves)
    moves.push_back(json::object{{"type", m.type}, {"from", m.from}, {"to", m.to},
                                 {"phase", phase_names[static_cast<std::size_t>(m.phase)]}, {"fence", m.fence}});
  return json::serialize(json::object{{"format", format_version}, {"changes", map.changes},
                                      {"shards", std::move(shards)}, {"types", std::move(types)},
                                      {"moves", std::move(moves)}});
}

tl::expected<shard_map, std::string> decode_shard_map(std::string_view text) {
  boost::system::error_code error;
  json::parse_options options;
  options.max_depth = 4;
  auto value = json::parse(text, error, {}, options);
  if (error) return tl::make_unexpected("shard map: no JSON: " + error.message());
  if (!value.is_object()) return tl::make_unexpected(std::string("shard map: it is not an object"));
  strict in(value, "it");
  if (auto format = in.number("format", 0); format != format_version)
    return tl::make_unexpected(fmt::format("shard map: format {} is not known to this program", format));
  shard_map map;
  map.changes = in.number("changes", 0);
  auto *shards = in.member("shards"), *types = in.member("types"), *moves = in.member("moves");
  if (auto why = in.error(); !why.empty()) return tl::make_unexpected(why);
  for (auto& why : {read_shards(*shards, map), read_types(*types, map), read_moves(*moves, map)})
    if (!why.empty()) return tl::make_unexpected(why);
  return map;
}

} // namespace troupe::policies::cluster
