#pragma once
#include "policies/schema/descriptor.hpp"
#include "policies/schema/type_loader.hpp"
#include <vector>

namespace troupe::policies::schema {

/// The descriptors of `tables/resources.json` in discovery order, with their types.
[[nodiscard]] std::vector<descriptor> load_descriptors(const type_tables_loaded& types);

} // namespace troupe::policies::schema
