#include "actors/base/error.hpp"
#include "actors/join/registrar.hpp"
#include <caf/actor_cast.hpp>

// The store as its people see it: who belongs to it, who leads, and handing that over.
namespace troupe::actors::join {

namespace {

namespace json = api::json;

std::string name_of(const registry& all, std::uint64_t id) {
  for (auto& n : all.nodes)
    if (n.value.id == id) return n.value.name;
  return {};
}

json::object describe(const store::store_status& s, const registry& all) {
  json::array members;
  for (auto& m : s.members)
    members.push_back(json::object{{"id", m.id},
                                   {"name", name_of(all, m.id)},
                                   {"voter", m.voter},
                                   {"leader", m.id == s.leader},
                                   {"match", m.match},
                                   {"alive", m.alive}});
  return {{"self", s.self},         {"leader", s.leader},           {"leading", s.leading},
          {"term", s.term},         {"revision", s.revision},       {"appliedIndex", s.applied_index},
          {"lastIndex", s.last_index}, {"databaseBytes", s.database_bytes}, {"members", std::move(members)}};
}

} // namespace

void registrar_state::show_store(const job_ptr& j, const registry& all) {
  self->request(store, config.timeout, status_atom::value)
      .then([=](const store::store_status& s) { j->done({200, json::serialize(describe(s, all))}); },
            [=](caf::error& e) { j->done(refusal(e)); });
}

/// The body may name the member by `{"name": …}`; without it the one that is furthest takes over.
void registrar_state::transfer_leadership(const job_ptr& j, const registry& all) {
  store::leadership_transfer wanted;
  if (!j->what.body.empty()) {
    boost::system::error_code error;
    auto value = json::parse(j->what.body, error);
    auto* o = error ? nullptr : value.if_object();
    auto chosen = o ? std::string(api::string_at(*o, {"name"})) : std::string();
    for (auto& n : all.nodes)
      if (!n.value.removed && n.value.name == chosen) wanted.to = n.value.id;
    if (wanted.to == 0)
      return j->done(refusal(api::bad_request("there is no node \"" + chosen + "\" to lead the store")));
  }
  self->request(store, config.timeout, call_atom::value, share(store::command_request(wanted)))
      .then([=, this](const shared<store::command_response>&) { show_store(j, all); },
            [=](caf::error& e) { j->done(refusal(e)); });
}

} // namespace troupe::actors::join
