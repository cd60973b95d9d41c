#pragma once
#include "actors/mirror/interface.hpp"
#include "policies/api/object_table.hpp"

namespace troupe::actors::mirror {

/// Brings a subscriber's table up to the update.
void apply(api::object_table& table, const update& u);

} // namespace troupe::actors::mirror
