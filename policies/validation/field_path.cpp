#include "policies/validation/field_path.hpp"

namespace troupe::policies::validation {

std::string field_path::text() const {
  std::string out = parent_ ? parent_->text() : std::string();
  if (index_ == map_key) return out.append("[").append(names_).append("]");
  if (index_ != none) return out.append("[").append(std::to_string(index_)).append("]");
  if (!out.empty() && !names_.empty()) out += '.';
  return out.append(names_);
}

} // namespace troupe::policies::validation
