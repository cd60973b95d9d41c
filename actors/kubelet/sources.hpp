#pragma once
#include "actors/base/spawn.hpp"
#include "actors/directory/interface.hpp"
#include "actors/mirror/interface.hpp"
#include "policies/api/object_table.hpp"
#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>
#include <map>
#include <string>
#include <vector>

namespace troupe::actors::kubelet {

/// What a pod needs to know of other objects, all in its namespace.
struct wanted_objects {
  std::string ns;
  std::vector<std::string> config_maps, secrets;
};
/// Those of them that exist, and the services that its containers see in their environment.
struct found_objects {
  std::map<std::string, object_handle> config_maps, secrets;
  std::vector<object_handle> services; ///< of the namespace, and default/kubernetes
};

/// The config maps, secrets and services that pods of this process ask for. One per process: all kubelets share it.
using sources_actor = caf::typed_actor<
  /// What exists now of the wanted; waits until the mirrors are there.
  caf::replies_to<read_atom, shared<wanted_objects>>::with<shared<found_objects>>,
  /// Sends the subscriber (changed_atom) at each change of one of its config maps or secrets, until it dies.
  caf::reacts_to<watch_atom, shared<wanted_objects>, caf::actor>,
  /// From the mirrors and the directory.
  caf::reacts_to<changed_atom, shared<mirror::update>>, caf::reacts_to<peer_atom, std::string, caf::strong_actor_ptr>>;

struct sources_state {
  static inline const char* name = "kubelet_sources";
  using self_pointer = stateful<sources_state, sources_actor::base>*;
  explicit sources_state(self_pointer s) : self(s) {}

  enum kind { config_maps, secrets, services, kinds };
  struct question {
    shared<wanted_objects> wanted;
    caf::typed_response_promise<shared<found_objects>> answer;
  };

  [[nodiscard]] bool complete() const { return synced[config_maps] && synced[secrets] && synced[services]; }
  [[nodiscard]] shared<found_objects> find(const wanted_objects& wanted) const;
  caf::result<shared<found_objects>> read(const shared<wanted_objects>& wanted);
  void watch(const wanted_objects& wanted, const caf::actor& subscriber);
  void changed(const mirror::update& u);
  void down(const caf::actor_addr& source);

  self_pointer self;
  api::object_table tables[kinds];
  bool synced[kinds] = {};
  std::vector<question> waiting;                              ///< empty once complete
  std::map<api::object_key, std::vector<caf::actor>> watchers[2]; ///< by config map, by secret
};

/// `system.spawn(sources, directory)`.
sources_actor::behavior_type sources(sources_state::self_pointer self, directory::directory_actor dir);

template <class Inspector> typename Inspector::result_type inspect(Inspector& f, wanted_objects& x) {
  return f(caf::meta::type_name("wanted"), x.ns, x.config_maps, x.secrets);
}
template <class Inspector> typename Inspector::result_type inspect(Inspector& f, found_objects& x) {
  return f(caf::meta::type_name("found"), x.config_maps, x.secrets, x.services);
}

} // namespace troupe::actors::kubelet
