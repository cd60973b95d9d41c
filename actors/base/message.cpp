#include "actors/base/message.hpp"

namespace troupe::actors {

std::string to_wire(const object_handle& x) { return x ? *x->encoded() : std::string{}; }

object_handle from_wire(const std::string& bytes) {
  return bytes.empty() ? object_handle{} : object_handle{api::object::parse(bytes)};
}

} // namespace troupe::actors
