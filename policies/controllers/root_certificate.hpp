#pragma once
#include "policies/api/object_table.hpp"
#include "policies/controllers/plan.hpp"
#include <string>

namespace troupe::policies::controllers {

inline constexpr std::string_view root_certificate_name = "kube-root-ca.crt";

struct root_certificate_view {
  const api::object_table& namespaces;
  const api::object_table& config_maps;
  const std::string& certificate; ///< the cluster's CA as PEM
};

/// Keeps the ConfigMap "kube-root-ca.crt" of a namespace (the key has its name and no namespace) as it should be, so
/// that pods can verify the API server.
[[nodiscard]] plan plan_root_certificate(const root_certificate_view& view, const api::object_key& key,
                                         api::time_point now);

} // namespace troupe::policies::controllers
