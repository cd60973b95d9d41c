#pragma once
#include "actors/apiserver/interface.hpp"
#include "actors/apiserver/removed_nodes.hpp"
#include "actors/base/environment.hpp"
#include "policies/schema/discovery.hpp"
#include "policies/schema/openapi.hpp"
#include "policies/schema/registry.hpp"
#include "policies/strategy/service_allocator.hpp"
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace troupe::actors::apiserver {

/// Who a bearer token belongs to, and which object it is bound to, if any.
struct token_identity {
  user who;
  std::string ns, service_account, service_account_uid;
  std::string bound_type; ///< "pods", "secrets" or "nodes"
  std::string bound_name, bound_uid;
  std::vector<std::string> audiences; ///< those that were asked for and that the token has
};

/// Service-account tokens: the keys stay behind this interface.
class token_authority {
public:
  virtual ~token_authority() = default;
  struct grant {
    std::string token;
    api::time_point expires;
  };
  /// A signed token for an account, bound to `bound` (a BoundObjectReference document) if that is not null.
  [[nodiscard]] virtual grant issue(const api::object& account, const std::vector<std::string>& audiences,
                                    std::int64_t seconds, const api::json::object* bound, std::string_view bound_node,
                                    api::time_point now) const = 0;
  /// Empty if the token is not ours, was tampered with, has expired, or is for none of the `audiences`; with none
  /// given, it must be for the API server.
  [[nodiscard]] virtual std::optional<token_identity> verify(std::string_view token,
                                                             const std::vector<std::string>& audiences,
                                                             api::time_point now) const = 0;
  [[nodiscard]] virtual std::string key_set() const = 0;          ///< the JWKS document
  [[nodiscard]] virtual std::string issuer() const = 0;
  [[nodiscard]] virtual std::string discovery_document() const = 0; ///< of OpenID Connect
};

/// What all workers of one API server share, immutable once they run.
struct server_context {
  environment_ptr env;
  const policies::schema::registry& types;
  policies::schema::discovery discovery;
  policies::schema::openapi openapi;
  policies::strategy::service_network services;
  std::shared_ptr<const token_authority> tokens; ///< null: no service-account tokens
  std::string version_document;                  ///< of `/version`
  std::function<std::string()> metrics;          ///< of `/metrics`; may be empty
  std::shared_ptr<const removed_nodes> removed;  ///< whose certificates count no more; null: nobody's
  caf::timespan store_timeout{std::chrono::seconds(10)};
  caf::timespan read_timeout{std::chrono::seconds(4)};
  std::size_t waiting_max = 4096; ///< calls of one worker in progress; more get 429
};
using context_ptr = std::shared_ptr<const server_context>;

} // namespace troupe::actors::apiserver
