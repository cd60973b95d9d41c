#include "policies/schema/type.hpp"
#include "policies/schema/field_hash.hpp"

namespace troupe::policies::schema {

const field_info* type_info::find(std::string_view field_name) const noexcept {
  if (index.empty()) return nullptr;
  const std::size_t mask = index.size() - 1;
  for (std::size_t at = field_hash(field_name) & mask;; at = (at + 1) & mask) {
    if (index[at] == 0) return nullptr;
    const auto& candidate = fields[index[at] - 1u];
    if (candidate.name == field_name) return &candidate;
  }
}

} // namespace troupe::policies::schema
