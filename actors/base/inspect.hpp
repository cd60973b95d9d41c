#pragma once
#include <caf/atom.hpp>

namespace troupe::actors {

/// Asks an actor for its state: `(inspect_atom)` is answered with a JSON object as a string. Optional: who does not
/// know the message refuses it. No secrets in it.
using inspect_atom = caf::atom_constant<caf::atom("inspect")>;

} // namespace troupe::actors
