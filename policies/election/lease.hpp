#pragma once
#include "policies/api/object.hpp"
#include "policies/api/time.hpp"
#include <cstdint>
#include <string>
#include <string_view>

namespace troupe::policies::election {

/// Who holds a Lease (coordination.k8s.io/v1 LeaseSpec, as client-go's leader election uses it).
struct lease_record {
  std::string holder;                 ///< empty: released, anyone may take it
  std::int64_t duration_seconds = 15; ///< how long candidates respect it after they saw it change
  api::time_point acquired{}, renewed{};
  std::int64_t transitions = 0;       ///< how often it went from one holder to another
};

/// What the Lease says; members that it does not have are zero.
[[nodiscard]] lease_record record_of(const api::object& lease);

/// The document to create: `kube-system/<name>`.
[[nodiscard]] api::json::object new_lease(std::string_view name, const lease_record& record);
/// The document that replaces `before`, and only that very revision; labels and other metadata stay.
[[nodiscard]] api::json::object changed_lease(const api::object& before, const lease_record& record);

} // namespace troupe::policies::election
