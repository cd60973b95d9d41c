#pragma once
#include "policies/schema/registry.hpp"
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace troupe::policies::schema {

/// A document that is built once and sent many times.
struct static_document {
  std::string body;
  std::string content_type;
  std::string etag; ///< with its quotes; empty where clients do not revalidate
};
using static_document_ptr = std::shared_ptr<const static_document>;

/// The discovery documents: `/api`, `/apis`, `/apis/<group>`, `/api/v1`, `/apis/<group>/<version>`; for `/api` and
/// `/apis` also the aggregated form in v2 and v2beta1. Built once; read from all threads.
class discovery {
public:
  /// `server_address` is "host:port" as `/api` shows it to clients.
  discovery(const registry& types, std::string_view server_address);

  /// The answer for a path without query and trailing slash, in the first form that `accept` names and the server has.
  /// Null pointer where the path is no discovery path.
  [[nodiscard]] static_document_ptr answer(std::string_view path, std::string_view accept) const;

private:
  struct forms {
    static_document_ptr plain, v2, v2beta1;
  };
  std::map<std::string, forms, std::less<>> documents_;
};

} // namespace troupe::policies::schema
