#pragma once
#include "policies/network/layout.hpp"
#include <variant>
#include <vector>

namespace troupe::policies::network {

struct remove_device {
  std::string name;
  bool operator==(const remove_device&) const = default;
};
struct make_device {
  tunnel what;
  bool operator==(const make_device&) const = default;
};
struct remove_peer {
  peer what;
  bool operator==(const remove_peer&) const = default;
};
struct add_peer {
  peer what;
  bool operator==(const add_peer&) const = default;
};
struct remove_route {
  route what;
  bool operator==(const remove_route&) const = default;
};
/// Takes the place of our route to the same destination, if there is one.
struct put_route {
  route what;
  bool operator==(const put_route&) const = default;
};
using step = std::variant<remove_device, make_device, remove_peer, add_peer, remove_route, put_route>;

/// What leads from one layout to the other, in an order in which each step can be done: a route that moves from one
/// path to another is replaced at once and not missing in between; a tunnel that changes is made anew, with all that
/// leads through it. Nothing if the two are equal.
[[nodiscard]] std::vector<step> steps_between(const layout& present, const layout& wanted);

} // namespace troupe::policies::network
