#include "actors/inspector/states.hpp"
#include "actors/base/error.hpp"
#include "actors/base/inspect.hpp"
#include "actors/base/probe.hpp"
#include "actors/link/interface.hpp"
#include "actors/shards/interface.hpp"
#include "actors/store/interface.hpp"
#include "policies/inspection/redact.hpp"
#include <caf/actor_cast.hpp>
#include <caf/sec.hpp>

namespace troupe::actors::inspector {

namespace {

namespace json = api::json;
using on_answer = inspector_state::on_answer;

json::object describe(std::uint32_t shard, const store::store_status& s) {
  json::array members;
  for (auto& m : s.members)
    members.push_back(json::object{{"id", m.id}, {"voter", m.voter}, {"match", m.match}, {"alive", m.alive}});
  return {{"shard", shard},
          {"self", s.self},
          {"leader", s.leader},
          {"leading", s.leading},
          {"term", s.term},
          {"revision", s.revision},
          {"compactRevision", s.compact_revision},
          {"commitIndex", s.commit_index},
          {"appliedIndex", s.applied_index},
          {"lastIndex", s.last_index},
          {"databaseBytes", s.database_bytes},
          {"watches", s.watches},
          {"leases", s.leases},
          {"waiting", s.waiting},
          {"failed", s.failed},
          {"changing", s.changing},
          {"members", std::move(members)}};
}

json::array describe(const std::vector<link::link_view>& all) {
  json::array out;
  for (auto& l : all)
    out.push_back(
      json::object{{"node", l.node}, {"name", l.name}, {"address", l.address}, {"up", l.up}, {"error", l.error}});
  return out;
}

json::object failed(const caf::error& e) {
  if (e == caf::sec::unexpected_message) return {{"stateError", "actors of this kind do not tell their state"}};
  return {{"stateError", e == caf::sec::request_timeout ? "it does not answer" : text_of(e)}};
}

on_answer redacted(on_answer then) {
  return [then = std::move(then)](json::object o) {
    json::value whole = std::move(o);
    policies::inspection::redact(whole);
    then(std::move(whole.get_object()));
  };
}

} // namespace

caf::actor living_actor(inspector_state::self_pointer self, std::uint64_t id) {
  for (auto& a : probe_table::instance().actors_of(self->system()))
    if (a->id() == id) return caf::actor_cast<caf::actor>(a);
  return {};
}

void ask_state(inspector_state::self_pointer self, const caf::actor& target, const std::string& kind,
               caf::timespan timeout, on_answer next) {
  auto then = redacted(std::move(next));
  auto refused = [=](caf::error& e) { then(failed(e)); };
  if (target == self) return then({{"stateError", "this is who answers"}});
  if (kind == "store") {
    self->request(target, timeout, status_atom::value)
      .then(
        [=](const store::store_status& s) {
          auto state = describe(0, s);
          state.erase("shard"); // It does not say which one it is of.
          then({{"state", std::move(state)}});
        },
        refused);
  } else if (kind == "links") {
    self->request(target, timeout, status_atom::value)
      .then([=](const std::vector<link::link_view>& all) { then({{"state", describe(all)}}); }, refused);
  } else {
    self->request(target, timeout, inspect_atom::value)
      .then(
        [=](const std::string& text) {
          boost::system::error_code error;
          auto state = json::parse(text, error);
          if (error) return then({{"stateError", "what it tells is not JSON"}});
          then({{"state", std::move(state)}});
        },
        refused);
  }
}

void ask_store(inspector_state::self_pointer self, const caf::actor& store, const caf::actor& shards,
               caf::timespan timeout, on_answer then) {
  auto refused = [=](caf::error& e) { then({{"error", "the store does not answer: " + text_of(e)}}); };
  auto first = [=] {
    self->request(store, timeout, status_atom::value)
      .then([=](const store::store_status& s) { then({{"shards", json::array{describe(0, s)}}}); }, refused);
  };
  if (!shards) return first();
  self->request(shards, timeout, status_atom::value)
    .then(
      [=](const shared<shards::shards_status>& all) {
        json::array out;
        for (auto& [id, status] : all->members) {
          auto one = describe(id, status);
          json::array types;
          for (auto& [type, at] : all->map.types)
            if (at.shard == id && id != 0) types.push_back(json::value(type));
          one["types"] = std::move(types);
          out.push_back(std::move(one));
        }
        then({{"shards", std::move(out)}});
      },
      [=](caf::error&) { first(); }); // Before the map is known there is shard 0.
}

} // namespace troupe::actors::inspector
