#pragma once
#include "actors/base/environment.hpp"
#include "actors/base/spawn.hpp"
#include "actors/runtime/image_store.hpp"
#include "actors/runtime/interface.hpp"
#include "actors/runtime/worker.hpp"
#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>
#include <memory>
#include <optional>

namespace troupe::actors::runtime {

using images_actor = image_actor::extend<caf::reacts_to<done_atom, std::uint32_t, std::string, continuation>>;

/// The image service of the embedded runtime. Pulls of one image wait for each other and share the result; those of
/// different images run at the same time, as many as there are workers. Look-ups read one small file and overtake.
struct images_state {
  static inline const char* name = "images";
  using self_pointer = stateful<images_state, images_actor::base>*;
  explicit images_state(self_pointer s) : self(s) {}

  template <class T> using promise = caf::typed_response_promise<T>;
  caf::result<shared<image_info>> pull(const shared<pull_request>& request);

  self_pointer self;
  std::shared_ptr<image_store> store;
  std::optional<worker_pool> pool;
};

images_actor::behavior_type images(images_state::self_pointer self, std::shared_ptr<image_store> store,
                                   environment_ptr env);

} // namespace troupe::actors::runtime
