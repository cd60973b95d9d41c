#pragma once
#include "actors/base/message.hpp"
#include "actors/streams/interface.hpp"
#include <caf/typed_actor.hpp>

namespace troupe::actors::kubelet {

/// The agent of one node. Directory role: "kubelet/" + node name.
using kubelet_actor = caf::typed_actor<
  /// Opens a session; the actor given is the client's end. Answers with the node's end, or fails with an error whose
  /// context is the text for the user: "container web not found in pod p_default".
  caf::replies_to<open_atom, shared<streams::request>, caf::actor>::with<caf::actor>>;

} // namespace troupe::actors::kubelet
