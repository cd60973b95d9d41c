#include "actors/base/error.hpp"
#include "actors/shards/shards.hpp"
#include <algorithm>
#include <spdlog/spdlog.h>

// Leaders spread over voters.
namespace troupe::actors::shards {

void shards_state::gather(std::function<void(shards_status)> then) {
  struct round {
    shards_status found;
    std::size_t open = 1;
  };
  auto r = std::make_shared<round>();
  r->found.map = *map;
  auto next = [=] {
    if (--r->open > 0) return;
    std::sort(r->found.members.begin(), r->found.members.end(), [](auto& a, auto& b) { return a.first < b.first; });
    then(std::move(r->found));
  };
  for (auto& s : map->shards) {
    auto member = members.find(s.id);
    if (!member) continue;
    ++r->open;
    self->request(member, config.timeout, status_atom::value)
      .then(
        [=, id = s.id](const store::store_status& status) {
          r->found.members.emplace_back(id, status);
          next();
        },
        [=](caf::error&) { next(); });
  }
  next();
}

caf::result<shared<shards_status>> shards_state::status() {
  if (!map) return make_error(errc::unavailable, "the map of shards is not known yet");
  auto promise = self->make_response_promise<shared<shards_status>>();
  gather([=](shards_status found) mutable { promise.deliver(share(std::move(found))); });
  return promise;
}

void shards_state::look_after_leaders() {
  ticking = map && map->shards.size() > 1;
  if (!ticking) return;
  self->delayed_send(self, config.spread_interval, tick_atom::value);
  gather([this](const shards_status& found) { spread(found); });
}

void shards_state::spread(const shards_status& all) {
  constexpr std::uint64_t behind_max = 64; // Entries; that far a follower may be under load.
  std::vector<policies::cluster::shard_leadership> led;
  for (auto& [id, status] : all.members) {
    auto& one = led.emplace_back();
    one.shard = id;
    one.leader = status.leader;
    for (auto& m : status.members)
      if (m.voter && m.alive && m.match + behind_max >= status.last_index && !status.changing)
        one.ready.push_back(m.id);
  }
  auto wanted = policies::cluster::spread(led, config.store.self);
  if (!wanted) return;
  auto member = members.find(wanted->shard);
  if (!member) return;
  spdlog::info("shards: leader_moves shard={} to={}", wanted->shard, wanted->to);
  self->request(member, config.timeout, call_atom::value,
                share(store::command_request(store::leadership_transfer{wanted->to})))
    .then([](const shared<store::command_response>&) {},
          [](caf::error& e) { spdlog::info("shards: leader_stays why=\"{}\"", text_of(e)); });
}

} // namespace troupe::actors::shards
