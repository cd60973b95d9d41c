#pragma once
#include "actors/base/atoms.hpp"
#include "actors/mirror/interface.hpp"
#include <caf/typed_actor.hpp>

namespace troupe::actors::scheduler {

/// Places the pods of schedulerName "default-scheduler". Directory role: "scheduler". Nobody asks it anything: it
/// follows the mirrors of pods and nodes and writes bindings.
using scheduler_actor = caf::typed_actor<
    /// From a mirror: pods or nodes changed.
    caf::reacts_to<changed_atom, shared<mirror::update>>,
    /// From the directory: a mirror, the API server or the event recorder came or went.
    caf::reacts_to<peer_atom, std::string, caf::strong_actor_ptr>,
    /// Its own: places the next pods.
    caf::reacts_to<run_atom>,
    /// Its own timer: a back-off ends.
    caf::reacts_to<tick_atom, std::uint64_t>>;

} // namespace troupe::actors::scheduler
