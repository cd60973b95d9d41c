#pragma once
#include "actors/base/error.hpp"
#include <caf/response_promise.hpp>
#include <caf/typed_response_promise.hpp>
#include <string>
#include <tl/expected.hpp>

namespace troupe::actors::runtime {

/// Answers a request that asks for nothing but success. (CAF's typed promise of nothing has no way to keep it.)
inline void fulfil(caf::typed_response_promise<void> p) {
  static_cast<caf::response_promise&>(p).deliver(caf::unit);
}
inline void fulfil(caf::typed_response_promise<void> p, const tl::expected<void, std::string>& done,
                   errc code = errc::runtime_failed) {
  if (done)
    fulfil(std::move(p));
  else
    p.deliver(make_error(code, done.error()));
}

} // namespace troupe::actors::runtime
