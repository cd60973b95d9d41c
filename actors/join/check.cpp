#include "actors/base/error.hpp"
#include "actors/join/registrar.hpp"
#include "actors/store/peer.hpp"
#include "actors/store/transport.hpp"
#include <algorithm>
#include <caf/actor_cast.hpp>

// Whether all members of all shards have the same content: each sums up its own at one revision.
namespace troupe::actors::join {

namespace {

namespace json = api::json;
/// A member walks over all that it has.
constexpr std::chrono::seconds sum_timeout{50};

/// What one member has said, or why nothing.
struct sum {
  std::uint64_t member = 0;
  std::string name, problem;
  std::uint32_t hash = 0;
  std::int64_t compacted = 0;
};
struct shard_sums {
  std::uint32_t shard = 0;
  std::int64_t revision = 0;
  std::vector<sum> members;
};
struct check_job {
  std::vector<shard_sums> shards;
  std::size_t open = 1;
  std::function<void(answer)> done;
};

json::object describe(const shard_sums& s) {
  json::array members;
  for (auto& m : s.members) {
    json::object one{{"id", m.member}, {"name", m.name}};
    if (m.problem.empty()) one["hash"] = m.hash, one["compactRevision"] = m.compacted;
    else one["problem"] = m.problem;
    members.push_back(std::move(one));
  }
  return {{"id", s.shard}, {"revision", s.revision}, {"members", std::move(members)}};
}

void finish_one(const std::shared_ptr<check_job>& job) {
  if (--job->open > 0) return;
  json::array shards;
  for (auto& s : job->shards) shards.push_back(describe(s));
  job->done({200, json::serialize(json::object{{"shards", std::move(shards)}})});
}

/// The revisions that the question names, by shard: so members that were behind are asked for the same again.
std::map<std::int64_t, std::int64_t> wanted_revisions(std::string_view body) {
  std::map<std::int64_t, std::int64_t> out;
  boost::system::error_code error;
  auto value = json::parse(body.empty() ? std::string_view("{}") : body, error);
  auto* o = error ? nullptr : value.if_object();
  auto* all = o ? api::array_at(*o, {"shards"}) : nullptr;
  if (!all) return out;
  for (auto& s : *all)
    if (auto* one = s.if_object()) out[api::int_at(*one, {"id"}, -1)] = api::int_at(*one, {"revision"}, 0);
  return out;
}

std::string problem_of(const caf::error& e) {
  auto code = code_of(e);
  if (code == errc::future_revision) return "behind";
  if (code == errc::compacted) return "compacted";
  return text_of(e);
}

} // namespace

void registrar_state::check_store(const job_ptr& j, const registry& all) {
  if (!shards) return j->done(refusal(api::service_unavailable("the map of shards is not known yet")));
  std::map<std::uint64_t, std::string> names;
  for (auto& n : all.nodes) names[n.value.id] = n.value.name;
  self->request(shards, config.timeout, status_atom::value)
      .then(
          [=, this](const shared<shards::shards_status>& found) {
            auto wanted = wanted_revisions(j->what.body);
            auto asking = std::make_shared<check_job>();
            asking->done = j->done;
            for (auto& [shard, status] : found->members) {
              auto at = wanted.find(shard);
              auto& sums = asking->shards.emplace_back();
              sums.shard = shard;
              sums.revision = at != wanted.end() && at->second > 0 ? at->second : status.revision;
              for (auto& m : status.members) {
                auto known = names.find(m.id);
                sums.members.push_back({m.id, known == names.end() ? std::string() : known->second, "asked", 0, 0});
              }
            }
            for (auto& s : asking->shards)
              for (auto& m : s.members) {
                ++asking->open;
                sum_up(s.shard, m.member, s.revision,
                       [asking, to = &m](const caf::expected<shared<store::command_response>>& r) {
                         to->problem = r ? std::string() : problem_of(r.error());
                         if (r) to->hash = (*r)->hash, to->compacted = (*r)->compact_revision;
                         finish_one(asking);
                       });
              }
            finish_one(asking);
          },
          [=](caf::error& e) { j->done(refusal(e)); });
}

void registrar_state::sum_up(std::uint32_t shard, std::uint64_t member, std::int64_t revision, on_sum then) {
  auto failed = [then](caf::error& e) { then(e); };
  self->request(directory, config.timeout, lookup_atom::value, store::member_role(shard, member))
      .then(
          [=, this](const caf::strong_actor_ptr& found) {
            auto who = caf::actor_cast<store::member_actor>(found);
            self->request(who, caf::timespan{sum_timeout}, store::forward_atom::value,
                          share(store::command_request(store::hash_query{revision})))
                .then([=](const shared<store::command_response>& r) { then(r); }, failed);
          },
          failed);
}

} // namespace troupe::actors::join
