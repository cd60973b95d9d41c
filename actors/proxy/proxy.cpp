#include "actors/proxy/proxy.hpp"
#include "actors/proxy/kernel.hpp"
#include <caf/actor_cast.hpp>

namespace troupe::actors::proxy {

caf::behavior proxy(proxy_state::self_pointer self, environment_ptr env, directory::directory_actor directory,
                    proxy_config config, kernel_actor kernel) {
  auto& s = self->state;
  s.env = std::move(env);
  s.config = std::move(config);
  s.kernel = std::move(kernel);
  // They end together: without its kernel actor a proxy does not know what the table holds, and the kernel actor has a
  // thread that nobody else would end.
  self->link_to(s.kernel);
  for (auto* role : {"mirror/services", "mirror/endpointslices.discovery.k8s.io"})
    self->send(directory, watch_atom::value, std::string(role), caf::actor_cast<caf::actor>(self));
  return {
      [self](peer_atom, const std::string&, const caf::strong_actor_ptr& player) {
        if (!player) return; // Rules stay as they are until the mirror is back.
        self->send(caf::actor_cast<mirror::mirror_actor>(player), watch_atom::value, caf::actor_cast<caf::actor>(self),
                   std::string{});
      },
      [self](changed_atom, const shared<mirror::update>& u) { self->state.changed(*u); },
      [self](tick_atom) { self->state.flush(); },
  };
}

caf::actor spawn_proxy(caf::local_actor& parent, const environment_ptr& env,
                       const directory::directory_actor& directory, const proxy_config& config) {
  auto k = spawn_kernel(parent, *env, config);
  return parent.spawn(proxy, env, directory, config, k);
}

} // namespace troupe::actors::proxy
