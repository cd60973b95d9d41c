#pragma once
#include "policies/api/status.hpp"
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::policies::authorization {

/// Who asks, as authentication found out. `groups` has "system:authenticated" or "system:unauthenticated".
struct user {
  std::string name;
  std::string uid;
  std::vector<std::string> groups;

  [[nodiscard]] bool in_group(std::string_view group) const noexcept;
};

/// What is asked for. Either a resource or, with `resource` empty, a path.
struct attributes {
  user who;
  std::string verb;        ///< "get", "list", "deletecollection", …; for paths the HTTP method in lower case
  std::string api_group;
  std::string resource;    ///< plural; empty for a request of a path
  std::string subresource;
  std::string ns;          ///< empty at the cluster scope
  std::string name;        ///< empty for list, create, …
  std::string path;
  std::string field_selector; ///< of a list, watch or deletecollection, as in the query: "spec.nodeName=n1"

  [[nodiscard]] bool is_resource() const noexcept { return !resource.empty(); }
  /// "pods/log", "pods".
  [[nodiscard]] std::string resource_path() const;
};

/// `no_opinion` lets the next authorizer of the chain decide; at the end of the chain it means no.
enum class decision : std::uint8_t { allow, deny, no_opinion };

struct verdict {
  decision outcome = decision::no_opinion;
  std::string reason;      ///< may be empty
};

/// Kubernetes' sentence: `User "x" cannot list resource "pods" in API group "" in the namespace "default"`.
[[nodiscard]] std::string forbidden_text(const attributes& request);
/// The 403 answer, with the sentence and the reason of the verdict.
[[nodiscard]] api::status forbidden_status(const attributes& request, std::string_view reason);

} // namespace troupe::policies::authorization
