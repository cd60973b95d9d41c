#pragma once
#include "actors/apiserver/interface.hpp"
#include "actors/base/spawn.hpp"
#include "actors/directory/interface.hpp"
#include "actors/gate/front.hpp"
#include "actors/watch_cache/interface.hpp"
#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

namespace troupe::actors::gate {

/// What a worker node sees as a watch cache. Looks at what comes from the node before a front gets it: arguments that
/// are missing, subscribers that live elsewhere (a node must not make others receive its events), and messages that
/// are none of a reader's are refused.
struct door_state {
  static inline const char* name = "gate_door";
  using self_pointer = stateful<door_state, watch_cache::watch_cache_actor::base>*;
  explicit door_state(self_pointer s) : self(s) {}
  /// Whether the subscriber lives where the message comes from.
  [[nodiscard]] bool belongs_to_sender(const caf::actor& subscriber) const;

  self_pointer self;
  front_actor behind;
  caf::timespan timeout{0};
};

/// `door(self, config, directory)`. Makes its front; both end together.
watch_cache::watch_cache_actor::behavior_type door(door_state::self_pointer self, front_config config,
                                                   directory::directory_actor directory);

/// What a worker node sees as the API server.
struct api_door_state {
  static inline const char* name = "gate_api";
  using self_pointer = stateful<api_door_state, apiserver::apiserver_actor::base>*;
  using answer = caf::typed_response_promise<shared<apiserver::reply>>;
  explicit api_door_state(self_pointer s) : self(s) {}
  caf::result<shared<apiserver::reply>> pass(const shared<apiserver::call>& given);
  void find_api(const shared<apiserver::call>& c, answer promise);
  void forward(const shared<apiserver::call>& c, answer promise);
  void finish(answer& promise, shared<apiserver::reply> r);

  self_pointer self;
  std::string node;
  gate_config limits;
  directory::directory_actor directory;
  apiserver::apiserver_actor api; ///< null until the first call, and after the end of the one before
  std::size_t under_way = 0;
};

/// `api_door(self, node, limits, directory)`. Gives each call the node's identity and bounds those under way.
apiserver::apiserver_actor::behavior_type api_door(api_door_state::self_pointer self, std::string node,
                                                   gate_config limits, directory::directory_actor directory);

} // namespace troupe::actors::gate
