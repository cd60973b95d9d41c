#pragma once
#include "actors/apiserver/interface.hpp"
#include "actors/base/atoms.hpp"
#include "actors/base/message.hpp"
#include "policies/node/event.hpp"
#include <caf/actor.hpp>
#include <caf/typed_actor.hpp>
#include <string>

namespace troupe::actors::events {

/// Something to tell users, and the identity under which the Event is written.
struct report {
  apiserver::user who; ///< `node(name)` of a kubelet, `component("system:kube-scheduler")`, …
  policies::node::event what;
};

/// The process's event recorder. Directory role: "events". Reporters send and forget: nothing is answered, and reports
/// that exceed the recorder's bounds are dropped.
using recorder_actor = caf::typed_actor<
  /// Records the report: counts it on an Event that is there, or writes a new one.
  caf::reacts_to<event_atom, shared<report>>,
  /// From the directory: the API server came or went.
  caf::reacts_to<peer_atom, std::string, caf::strong_actor_ptr>,
  /// Its own timer: tries again what failed.
  caf::reacts_to<retry_atom>>;

template <class Inspector> typename Inspector::result_type inspect(Inspector& f, report& x) {
  auto& e = x.what;
  auto& o = e.about;
  return f(caf::meta::type_name("report"), x.who, o.api_version, o.kind, o.ns, o.name, o.uid, o.resource_version,
           o.field_path, e.warning, e.reason, e.message, e.component, e.host);
}

} // namespace troupe::actors::events
