#pragma once
#include "policies/schema/discovery.hpp"
#include "policies/schema/registry.hpp"
#include <atomic>
#include <map>
#include <string>
#include <string_view>

namespace troupe::policies::schema {

/// `/openapi/v3`, `/openapi/v3/api/v1`, `/openapi/v3/apis/<group>/<version>` and `/openapi/v2`, generated from the
/// registry. A document is built at the first request for it and kept. Safe to call from all threads; two that ask for
/// the same document at the same time may both build it.
class openapi {
public:
  explicit openapi(const registry& types);
  /// The answer for a path without query and trailing slash; null pointer where there is none. `/openapi/v2` comes as
  /// protobuf if `accept` asks for it, else as JSON.
  [[nodiscard]] static_document_ptr answer(std::string_view path, std::string_view accept) const;

private:
  using slot = std::atomic<static_document_ptr>;
  static_document_ptr build(std::string_view path) const;
  const registry& types_;
  static_document_ptr index_;
  mutable std::map<std::string, slot, std::less<>> documents_;
};

} // namespace troupe::policies::schema
