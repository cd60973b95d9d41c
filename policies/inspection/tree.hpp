#pragma once
#include "policies/inspection/rates.hpp"

namespace troupe::policies::inspection {

/// A row of a tree that is printed from top to bottom.
struct tree_row {
  std::string branch; ///< what is drawn before the name: "│  └─ "
  actor_row row;
};

/// Parents before their children, siblings in the order in which they were spawned, node by node. Whose parent has
/// ended stands where a root stands. Every row is there exactly once, whatever the parents say.
[[nodiscard]] std::vector<tree_row> tree_of(std::vector<actor_row> rows);

} // namespace troupe::policies::inspection
