#include "actors/base/error.hpp"
#include "actors/join/registrar.hpp"
#include "policies/schema/registry.hpp"
#include <algorithm>
#include <array>

// The shards of the store as people see and change them: all of it is the map, which others carry out.
namespace troupe::actors::join {

namespace {

namespace cluster = policies::cluster;
namespace json = api::json;

std::string name_of(const registry& all, std::uint64_t id) {
  auto* found = all.node(id);
  return found ? found->value.name : std::string();
}

/// The stored type that a user means by "pods", "leases" or "leases.coordination.k8s.io"; empty if there is none.
std::string stored_type(std::string_view wanted) {
  for (auto& type : policies::schema::registry::builtin().all())
    if (type.stored() && (type.storage.text() == wanted || type.resource.text() == wanted)) return type.storage.text();
  for (auto& type : policies::schema::registry::builtin().all())
    if (type.stored() && type.resource.resource == wanted) return type.storage.text();
  return {};
}

json::object describe_shard(const cluster::shard_map& map, const cluster::shard& s) {
  json::array types;
  if (s.id == 0) types.push_back("(everything else)");
  for (auto& [type, at] : map.types)
    if (at.shard == s.id && s.id != 0) types.push_back(json::value(type));
  return {{"id", s.id}, {"types", std::move(types)}};
}

void add_status(json::object& to, const store::store_status& s, const registry& all) {
  json::array voters;
  for (auto& m : s.members)
    if (m.voter) voters.push_back(json::value(name_of(all, m.id)));
  to["leader"] = s.leader == 0 ? json::value() : json::value(name_of(all, s.leader));
  to["voters"] = std::move(voters);
  to["revision"] = s.revision;
  to["databaseBytes"] = s.database_bytes;
}

json::object describe(const shards::shards_status& found, const registry& all) {
  constexpr std::array<std::string_view, 3> phases{"begun", "copying", "placed"};
  json::array out, moves;
  for (auto& s : found.map.shards) {
    auto one = describe_shard(found.map, s);
    for (auto& [id, status] : found.members)
      if (id == s.id) add_status(one, status, all);
    out.push_back(std::move(one));
  }
  for (auto& m : found.map.moves)
    moves.push_back(json::object{
        {"type", m.type}, {"from", m.from}, {"to", m.to}, {"phase", phases[static_cast<std::size_t>(m.phase)]}});
  return {{"changes", found.map.changes}, {"shards", std::move(out)}, {"moves", std::move(moves)}};
}

} // namespace

void registrar_state::ask_shards(const job_ptr& j) {
  auto& q = j->what;
  if (q.method == "GET" && q.path == "store/shards") return show_shards(j);
  boost::system::error_code error;
  auto body = json::parse(q.body.empty() ? "{}" : q.body, error);
  auto* o = error ? nullptr : body.if_object();
  if (q.method != "POST" || !o) return j->done(refusal(api::bad_request("this takes POST with a JSON object")));
  auto founder = config.node_id;
  if (q.path == "store/shards")
    return change_shards(j, [=](cluster::shard_map map) { return cluster::with_shard(std::move(map), founder); });
  if (q.path == "store/shards/moves") {
    auto wanted = std::string(api::string_at(*o, {"type"}));
    auto type = stored_type(wanted);
    auto to = api::int_at(*o, {"to"}, -1);
    if (type.empty()) return j->done(refusal(api::bad_request("there is no stored resource type \"" + wanted + "\"")));
    if (to < 0 || to > 0xffff) return j->done(refusal(api::bad_request("\"to\" names no shard")));
    return change_shards(j, [=](cluster::shard_map map) {
      return cluster::with_move(std::move(map), type, static_cast<std::uint32_t>(to));
    });
  }
  if (q.path == "store/shards/layout" && api::string_at(*o, {"name"}) == "large")
    return change_shards(
        j, [=](cluster::shard_map map) { return cluster::with_large_layout(std::move(map), founder); });
  j->done(refusal(api::unknown_resource()));
}

void registrar_state::show_shards(const job_ptr& j) {
  start(j, [this](const job_ptr& same, const registry& all) {
    if (!shards) return same->done(refusal(api::service_unavailable("the map of shards is not known yet")));
    self->request(shards, config.timeout, status_atom::value)
        .then([=](const shared<shards::shards_status>& s) { same->done({200, json::serialize(describe(*s, all))}); },
              [=](caf::error& e) { same->done(refusal(e)); });
  });
}

void registrar_state::change_shards(const job_ptr& j, map_change change) {
  start(j, [this, change = std::move(change)](const job_ptr& same, const registry&) {
    store::mvcc::range_request range;
    range.keys = {std::string(cluster::shard_map_key), {}};
    self->request(store, config.timeout, list_atom::value, share(std::move(range)))
        .then(
            [=, this](const shared<store::mvcc::range_response>& found) {
              bool there = !found->kvs.empty();
              auto map = there ? cluster::decode_shard_map(*found->kvs.front()->value) : cluster::shard_map{};
              if (!map) return same->done(refusal(api::internal_error(map.error())));
              auto next = change(*map);
              if (!next) return same->done(refusal(api::bad_request(next.error())));
              if (*next == *map) return show_shards(same);
              store::mvcc::txn_request txn;
              replace(txn, std::string(cluster::shard_map_key), there ? found->kvs.front()->mod_revision : 0,
                      cluster::encode(*next));
              commit(same, std::move(txn), [=, this] { show_shards(same); });
            },
            [=](caf::error& e) { same->done(refusal(e)); });
  });
}

} // namespace troupe::actors::join
