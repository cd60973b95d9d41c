#include "actors/dns/dns.hpp"
#include "actors/mirror/apply.hpp"
#include <caf/actor_cast.hpp>
#include <fstream>
#include <iterator>
#include <spdlog/spdlog.h>

namespace troupe::actors::dns {

void dns_state::changed(const mirror::update& u) {
  auto& kind = u.type.resource;
  mirror::apply(kind == "services" ? services : kind == "namespaces" ? namespaces : slices, u);
  synced.insert(kind);
  if (armed || synced.size() < 3) return;
  armed = true;
  self->delayed_send(self, config.settle, tick_atom::value);
}

void dns_state::rebuild() {
  armed = false;
  index = policies::services::make_dns_index(config.domain, services, slices, namespaces);
  if (publish) publish(index);
}

void dns_state::open() {
  auto started = start();
  if (!started) {
    spdlog::error("dns: listen_failed address={} error=\"{}\"", config.address, started.error());
    self->delayed_send(self, config.retry, retry_atom::value);
    return;
  }
  publish = std::move(*started);
  if (index) publish(index);
}

caf::behavior dns(dns_state::self_pointer self, directory::directory_actor directory, dns_config config,
                  starter start) {
  self->state.config = std::move(config);
  self->state.start = std::move(start);
  for (auto* role : {"mirror/services", "mirror/endpointslices.discovery.k8s.io", "mirror/namespaces"})
    self->send(directory, watch_atom::value, std::string(role), caf::actor_cast<caf::actor>(self));
  self->state.open();
  return {
      [self](peer_atom, const std::string&, const caf::strong_actor_ptr& player) {
        if (!player) return; // Names stay as they are until the mirror is back.
        self->send(caf::actor_cast<mirror::mirror_actor>(player), watch_atom::value, caf::actor_cast<caf::actor>(self),
                   std::string{});
      },
      [self](changed_atom, const shared<mirror::update>& u) { self->state.changed(*u); },
      [self](tick_atom) { self->state.rebuild(); },
      [self](retry_atom) { self->state.open(); },
  };
}

caf::actor spawn_dns(caf::local_actor& parent, const environment_ptr& env, const directory::directory_actor& directory,
                     const dns_config& config) {
  auto seed = env->random()();
  return parent.spawn(dns, directory, config, [config, seed]() -> tl::expected<publisher, std::string> {
    auto address = policies::services::parse_ipv4(config.address);
    if (!address) return tl::unexpected("not an address: " + config.address);
    std::ifstream file(config.resolv_conf);
    std::string text{std::istreambuf_iterator<char>(file), {}};
    auto made = service::start({.address = *address, .upstreams = upstreams_of(text, *address)}, seed);
    if (!made) return tl::unexpected(made.error());
    spdlog::info("dns: listening address={}", config.address);
    return [s = std::shared_ptr<service>(std::move(*made))](
               std::shared_ptr<const policies::services::dns_index> index) { s->publish(std::move(index)); };
  });
}

} // namespace troupe::actors::dns
