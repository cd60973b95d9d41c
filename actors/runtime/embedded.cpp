#include "actors/runtime/embedded.hpp"
#include "actors/runtime/images.hpp"
#include "actors/runtime/machine.hpp"
#include "actors/runtime/pods.hpp"
#include "actors/runtime/sessions.hpp"
#include <caf/actor_system.hpp>

namespace troupe::actors::runtime {

handles spawn_embedded(caf::actor_system& system, environment_ptr env, embedded_config config) {
  auto io = std::make_shared<io_thread>();
  auto workers = config.workers;
  auto m = std::make_shared<machine>(std::move(config), env, io);
  auto found = m->recover();
  auto context = std::make_shared<session_context>(
    session_context{m, io, std::make_shared<change_notifier>(io->context()), env});
  auto store = std::make_shared<image_store>(m->where().images());
  store->clean();
  return {.pods = system.spawn(pods, std::shared_ptr<backend>(m), env, workers, std::move(found)),
          .images = system.spawn(images, store, env),
          .sessions = system.spawn(sessions, context)};
}

} // namespace troupe::actors::runtime
