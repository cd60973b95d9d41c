#include "actors/mirror/apply.hpp"

namespace troupe::actors::mirror {

void apply(api::object_table& table, const update& u) {
  if (u.replace) table.clear();
  for (auto& c : u.changes) {
    if (c.after)
      table.put(c.after);
    else if (c.before)
      table.erase(c.before->key());
  }
}

} // namespace troupe::actors::mirror
