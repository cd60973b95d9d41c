#pragma once
#include "actors/apiserver/context.hpp"
#include "net/certificates/jwt.hpp"
#include "net/certificates/random.hpp"

namespace troupe::actors::apiserver {

/// Service-account tokens as signed JWTs with the claims of Kubernetes (ServiceAccount token volume projection).
class service_tokens final : public token_authority {
public:
  /// `signer` signs; tokens of `older` keys are still believed. `issuer` is the URL in the claims and the audience of
  /// the API server.
  service_tokens(std::string issuer, net::certificates::key signer, std::vector<net::certificates::key> older,
                 net::certificates::random_source random);

  grant issue(const api::object& account, const std::vector<std::string>& audiences, std::int64_t seconds,
              const api::json::object* bound, std::string_view bound_node, api::time_point now) const override;
  std::optional<token_identity> verify(std::string_view token, const std::vector<std::string>& audiences,
                                       api::time_point now) const override;
  std::string key_set() const override;
  std::string issuer() const override { return issuer_; }
  std::string discovery_document() const override;

private:
  std::string issuer_;
  net::certificates::key signer_;
  net::certificates::key_set keys_;
  net::certificates::random_source random_;
};

} // namespace troupe::actors::apiserver
