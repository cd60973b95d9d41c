#include "actors/join/beacon.hpp"
#include "actors/base/error.hpp"
#include <caf/actor_cast.hpp>
#include <caf/send.hpp>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

namespace troupe::actors::join {

void beacon_state::peer(const std::string& role, const caf::strong_actor_ptr& player) {
  if (role == "roster") {
    if (player)
      caf::anon_send(caf::actor_cast<caf::actor>(player), watch_atom::value, caf::actor_cast<caf::actor>(self));
    return;
  }
  store = caf::actor_cast<store::store_actor>(player);
  ++attempt;
  go_on();
}

void beacon_state::roster_changed(const roster& nodes) {
  addresses.clear();
  for (auto& a : api_addresses(nodes, config.node_id)) addresses.push_back(policies::joining::to_text(a));
  tell();
}

void beacon_state::tell() {
  if (!publish) return;
  publish(addresses);
  if (!addresses.empty()) spdlog::info("beacon: answering addresses={}", fmt::join(addresses, ","));
}

void beacon_state::retry() { self->delayed_send(self, config.retry_delay, retry_atom::value, ++attempt); }

void beacon_state::go_on() {
  if (publish) return;
  if (!token_there) {
    if (!store) return;
    auto of = ++attempt;
    self->request(store, config.timeout, list_atom::value, share(registry_range()))
      .then(
        [=, this](const shared<store::mvcc::range_response>& found) {
          if (of == attempt) make_token(read_registry(*found));
        },
        [=, this](caf::error&) {
          if (of == attempt) retry();
        });
    return;
  }
  auto started = start();
  if (!started) {
    spdlog::error("beacon: listen_failed error=\"{}\"", started.error());
    return retry();
  }
  publish = std::move(*started);
  tell();
}

void beacon_state::make_token(const registry& all) {
  if (all.tokens.contains(config.token_id)) {
    token_there = true;
    return go_on();
  }
  auto token = new_token(config.token_id, config.token_secret, random);
  token.created = std::chrono::floor<std::chrono::seconds>(env->now()).time_since_epoch().count();
  token.description = "made for 'troupe node --discover'";
  store::mvcc::txn_request txn;
  replace(txn, policies::joining::token_record_key(token.id), 0, policies::joining::encode(token));
  auto of = ++attempt;
  self->request(store, config.timeout, write_atom::value, share(std::move(txn)))
    .then(
      [=, this, id = token.id](const shared<store::mvcc::txn_response>& r) {
        if (r->succeeded) spdlog::info("beacon: token_created id={}", id);
        // If not, another beacon was faster: look again.
        if (of == attempt) token_made(r->succeeded);
      },
      [=, this](caf::error& e) {
        spdlog::warn("beacon: token_not_created error=\"{}\"", text_of(e));
        if (of == attempt) retry();
      });
}

void beacon_state::token_made(bool made) {
  token_there = made;
  go_on();
}

caf::behavior beacon(beacon_state::self_pointer self, environment_ptr env, directory::directory_actor directory,
                     beacon_config config, net::certificates::random_source random, beacon_starter start) {
  self->state.config = std::move(config);
  self->state.env = std::move(env);
  self->state.random = std::move(random);
  self->state.start = std::move(start);
  for (auto* role : {"store/0", "roster"})
    self->send(directory, watch_atom::value, std::string(role), caf::actor_cast<caf::actor>(self));
  return {
    [=](peer_atom, const std::string& role, const caf::strong_actor_ptr& player) { self->state.peer(role, player); },
    [=](roster_atom, const shared<roster>& nodes) { self->state.roster_changed(*nodes); },
    [=](retry_atom, std::uint64_t of) {
      if (of == self->state.attempt) self->state.go_on();
    },
  };
}

} // namespace troupe::actors::join
