#include "actors/cluster/api_endpoints.hpp"
#include "actors/apiserver/client.hpp"
#include "actors/base/error.hpp"
#include "actors/election/election.hpp"
#include "policies/cluster/api_servers.hpp"
#include <caf/actor_cast.hpp>
#include <caf/actor_clock.hpp>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

namespace troupe::actors::cluster {

namespace {

namespace json = api::json;

const apiserver::resource_path endpoint_type{"", "v1", "endpoints"},
  slice_type{"discovery.k8s.io", "v1", "endpointslices"};
constexpr std::string_view node_role = "node/";

/// Whether two documents say the same of these members.
bool same(const json::object& a, const json::object& b, std::initializer_list<std::string_view> members) {
  for (auto m : members) {
    auto *x = api::find(a, {m}), *y = api::find(b, {m});
    if (!api::semantically_equal(x ? *x : json::value{}, y ? *y : json::value{})) return false;
  }
  return true;
}

} // namespace

void api_endpoints_state::peer(const std::string& role, const caf::strong_actor_ptr& player) {
  if (role == "apiserver") {
    api = caf::actor_cast<apiserver::apiserver_actor>(player);
    return reconcile();
  }
  if (role == "roster") {
    if (player) self->send(caf::actor_cast<caf::actor>(player), watch_atom::value, caf::actor_cast<caf::actor>(self));
    return;
  }
  auto id = std::strtoull(role.c_str() + node_role.size(), nullptr, 10);
  if (player) missing.erase(id);
  else missing.insert_or_assign(id, self->clock().now() + config.missing_limit);
  player ? reconcile() : later(config.missing_limit);
}

void api_endpoints_state::roster(const std::vector<policies::cluster::node_record>& all) {
  nodes.clear();
  for (auto& n : all) {
    if (!n.control_plane || n.removed) continue;
    nodes.emplace(n.id, n);
    if (n.id == config.node_id || !watched.insert(n.id).second) continue;
    missing.emplace(n.id, self->clock().now() + config.unseen_limit);
    self->send(directory, watch_atom::value, fmt::format("{}{}", node_role, n.id), caf::actor_cast<caf::actor>(self));
    later(config.unseen_limit);
  }
  reconcile();
}

/// One timer: the one that is due first.
void api_endpoints_state::later(caf::timespan after) {
  auto due = self->clock().now() + after;
  if (armed && *armed <= due) return;
  armed = due;
  self->delayed_send(self, after + std::chrono::milliseconds(1), tick_atom::value, ++timer);
}

/// The time of the next node that may have to be left out.
void api_endpoints_state::arm_missing() {
  auto now = self->clock().now();
  for (auto& [id, until] : missing)
    if (until > now) later(until - now);
}

void api_endpoints_state::reconcile() {
  if (!api || nodes.empty()) return;
  if (busy) {
    again = true;
    return;
  }
  busy = true;
  again = false;
  read();
}

void api_endpoints_state::read() {
  auto who = apiserver::admin();
  auto failed = [this](caf::error&) { ended(false); };
  auto endpoints_call = apiserver::get(who, endpoint_type, {"default", "kubernetes"});
  self->request(api, config.call_timeout, call_atom::value, endpoints_call)
    .then(
      [=, this](const shared<apiserver::reply>& endpoints) {
        if (!api) return ended(false);
        self->request(api, config.call_timeout, call_atom::value, apiserver::list(who, slice_type, "default"))
          .then([=, this](const shared<apiserver::reply>& slices) { plan(*endpoints, *slices); }, failed);
      },
      failed);
}

void api_endpoints_state::plan(const apiserver::reply& endpoints, const apiserver::reply& slices) {
  if ((!endpoints.ok() && endpoints.code != 404) || !slices.ok()) return ended(false);
  auto now = self->clock().now();
  std::vector<policies::cluster::api_server> servers;
  for (auto& [id, n] : nodes) {
    auto gone = missing.find(id);
    if (gone == missing.end() || now < gone->second) servers.push_back({n.address, n.api_port});
  }
  auto who = apiserver::admin();
  calls.clear();
  auto wanted = policies::cluster::api_endpoints(servers);
  if (!endpoints.ok() || !same(endpoints.object->body(), wanted, {"subsets"}))
    calls.push_back(apiserver::update(who, endpoint_type, std::move(wanted)));
  std::map<std::string, object_handle> present;
  for (auto& s : slices.items)
    if (policies::cluster::is_api_endpoint_slice(s->name())) present.emplace(s->name(), s);
  for (auto& slice : policies::cluster::api_endpoint_slices(servers)) {
    auto found = present.extract(std::string(api::string_at(slice, {"metadata", "name"})));
    if (!found) calls.push_back(apiserver::create(who, slice_type, std::move(slice)));
    else if (!same(found.mapped()->body(), slice, {"endpoints", "ports"}))
      calls.push_back(apiserver::update(who, slice_type, std::move(slice)));
  }
  for (auto& [stale, slice] : present) calls.push_back(apiserver::remove(who, slice_type, slice->key()));
  write_next();
}

void api_endpoints_state::write_next() {
  if (calls.empty()) return ended(true);
  if (!api) return ended(false);
  auto call = calls.front();
  calls.pop_front();
  self->request(api, config.call_timeout, call_atom::value, call)
    .then(
      [this](const shared<apiserver::reply>& r) {
        if (!r->ok()) spdlog::warn("api_endpoints: refused code={} message=\"{}\"", r->code, r->message());
        r->ok() ? write_next() : ended(false);
      },
      [this](caf::error&) { ended(false); });
}

void api_endpoints_state::ended(bool good) {
  busy = false;
  // What is refused now may be refused for long.
  retry_delay = good ? caf::timespan{0} : std::clamp(retry_delay * 2, config.retry_delay, config.retry_delay_max);
  if (!good) later(retry_delay);
  else if (again) reconcile();
  arm_missing();
}

caf::behavior api_endpoints(api_endpoints_state::self_pointer self, directory::directory_actor directory,
                            api_endpoints_config config) {
  self->state.directory = directory;
  self->state.config = std::move(config);
  for (auto* role : {"apiserver", "roster"})
    self->send(directory, watch_atom::value, std::string(role), caf::actor_cast<caf::actor>(self));
  return {
    [=](peer_atom, const std::string& role, const caf::strong_actor_ptr& player) { self->state.peer(role, player); },
    [=](roster_atom, const shared<std::vector<policies::cluster::node_record>>& nodes) { self->state.roster(*nodes); },
    [=](tick_atom, std::uint64_t of) {
      if (of != self->state.timer) return;
      self->state.armed.reset();
      self->state.reconcile();
      self->state.arm_missing();
    },
  };
}

} // namespace troupe::actors::cluster
