#include "actors/apiserver/client.hpp"
#include "actors/base/error.hpp"
#include "actors/kubelet/pod.hpp"
#include "policies/node/container_config.hpp"
#include "policies/node/references.hpp"
#include <algorithm>
#include <fmt/format.h>

namespace troupe::actors::kubelet {

namespace node = policies::node;

namespace {
constexpr api::duration first_mount_pause = std::chrono::milliseconds(500);
constexpr api::duration mount_pause_max = std::chrono::seconds(122);
} // namespace

std::string pod_state::directory() const { return node::pod_directory(ctx->config.pods_dir, *pod); }

node::pod_facts pod_state::facts() const { return {record.ips, record.host_ips, &ctx->allocatable}; }

node::object_source pod_state::source_of(const shared<found_objects>& found) const {
  node::object_source out;
  if (!found) return out;
  auto pick = [](const std::map<std::string, object_handle>& from, std::string_view wanted) -> api::object_ptr {
    auto it = from.find(std::string(wanted));
    return it == from.end() ? nullptr : it->second.pointer();
  };
  out.config_map = [found, pick](std::string_view n) { return pick(found->config_maps, n); };
  out.secret = [found, pick](std::string_view n) { return pick(found->secrets, n); };
  for (auto& s : found->services) out.services.push_back(s.pointer());
  return out;
}

void pod_state::read_sources(std::function<void(const shared<found_objects>&)> done,
                             std::function<void(caf::error&)> failed) {
  if (!ctx->config.sources) return done({});
  auto refs = node::references_of(*pod);
  wanted_objects wanted{std::string(pod->ns()), {refs.config_maps.begin(), refs.config_maps.end()},
                        {refs.secrets.begin(), refs.secrets.end()}};
  self->request(ctx->config.sources, ctx->config.call_timeout, read_atom::value, share(std::move(wanted)))
    .then([done = std::move(done)](const shared<found_objects>& found) { done(found); },
          [failed = std::move(failed)](caf::error& e) { failed(e); });
}

void pod_state::mount_failed(std::string message) {
  event(true, "FailedMount", std::move(message));
  mount_pause = mount_pause == api::duration{} ? first_mount_pause : std::min(mount_pause * 2, mount_pause_max);
  record.sandbox_busy = false;
  refreshing = false;
  record.sandbox_hold_until = now() + mount_pause;
  if (record.sandbox_ready) // A refresh: the containers run on with what they have.
    self->delayed_send(self, caf::timespan(mount_pause), retry_atom::value);
  sync();
}

void pod_state::fetch_tokens(std::vector<node::token_need> needs, std::function<void()> done) {
  while (!needs.empty()) {
    auto have = tokens.find(needs.back());
    if (have == tokens.end() || have->second.second <= now()) break;
    needs.pop_back();
  }
  if (needs.empty()) return done();
  auto need = needs.back();
  std::string account(api::string_at(pod->spec(), {"serviceAccountName"}, "default"));
  auto call =
      apiserver::create_subresource(apiserver::node(ctx->config.facts.name), {"", "v1", "serviceaccounts"},
                                    {std::string(pod->ns()), account}, "token", node::token_request(*pod, need));
  auto asked = now();
  auto fail = [this](const std::string& why) {
    std::string volume;
    if (auto* all = api::array_at(pod->spec(), {"volumes"}))
      for (auto& v : *all)
        if (volume.empty() && api::find(v, {"projected"})) volume = api::string_at(v, {"name"});
    mount_failed(fmt::format("MountVolume.SetUp failed for volume \"{}\" : failed to fetch token: {}", volume, why));
  };
  self->request(kubelet, ctx->config.call_timeout, call_atom::value, call)
    .then(
      [this, need, needs, done, fail, asked](const shared<apiserver::reply>& reply) mutable {
        if (!reply->ok()) return fail(std::string(reply->message()));
        auto& body = reply->object->body();
        auto expires = api::parse_time(api::string_at(body, {"status", "expirationTimestamp"}));
        tokens[need] = {
            std::string(api::string_at(body, {"status", "token"})),
            node::token_refresh_time(asked, expires.value_or(asked + std::chrono::seconds(need.expiration_seconds)))};
        needs.pop_back();
        fetch_tokens(std::move(needs), std::move(done));
      },
      [fail](caf::error& e) { fail(user_text(e)); });
}

void pod_state::write_volumes(const found_objects& found, std::function<void()> done) {
  auto places = node::volume_places(*pod, directory());
  if (!places) return mount_failed(places.error());
  node::token_table table;
  for (auto& [need, token] : tokens) table.emplace(need, token.first);
  auto source = source_of(share(found));
  pod_order order{directory(), {}, node::volume_group(*pod).value_or(-1), now()};
  auto* volumes = api::array_at(pod->spec(), {"volumes"});
  for (std::size_t i = 0; i < places->size(); ++i) {
    volume_order v{(*places)[i], {}};
    if (v.place.kind == node::volume_kind::content) {
      auto content = node::volume_content(*pod, (*volumes)[i].get_object(), source, facts(), table);
      if (!content)
        return mount_failed(
            fmt::format("MountVolume.SetUp failed for volume \"{}\" : {}", v.place.name, content.error()));
      v.files = std::move(*content);
    }
    order.volumes.push_back(std::move(v));
  }
  self->request(ctx->config.disk, ctx->config.runtime_timeout, write_atom::value, share(std::move(order)))
    .then(
      [this, done = std::move(done)] {
        mount_pause = {};
        if (!tokens.empty()) {
          auto next = api::time_point::max();
          for (auto& [need, token] : tokens) next = std::min(next, token.second);
          auto pause = std::max<api::duration>(next - now(), std::chrono::seconds(1));
          self->delayed_send(self, caf::timespan(pause), retry_atom::value);
        }
        done();
      },
      [this](caf::error& e) { mount_failed(user_text(e)); });
}

void pod_state::mount_volumes(std::function<void()> done) {
  auto* volumes = api::array_at(pod->spec(), {"volumes"});
  if (!ctx->config.disk || !volumes || volumes->empty()) return done();
  read_sources(
    [this, done](const shared<found_objects>& found) {
      fetch_tokens(node::tokens_needed(*pod),
                   [this, done, found] { write_volumes(found ? *found : found_objects{}, done); });
    },
    [this](caf::error& e) { mount_failed(user_text(e)); });
}

void pod_state::refresh_volumes() {
  if (!mounted || record.ending || !ctx->config.disk) return;
  refresh_again = refreshing;
  if (refreshing) return;
  refreshing = true;
  mount_volumes([this] {
    refreshing = false;
    // Something changed while the files were being written.
    if (std::exchange(refresh_again, false)) refresh_volumes();
  });
}

} // namespace troupe::actors::kubelet
