#pragma once
#include "policies/api/object.hpp"
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace troupe::policies::node {

/// Result of a rule whose failure is a text for the user.
template <class T> using or_text = tl::expected<T, std::string>;

/// What is known of a pod beside its object when its containers are made.
struct pod_facts {
  std::vector<std::string> pod_ips, host_ips;
  /// The node's `status.allocatable`: what a container without a limit may use.
  const api::json::object* allocatable = nullptr;
};

/// Value of a downward API field: "metadata.name", "metadata.labels['app']", "status.podIP", "spec.nodeName", … and,
/// for volumes, whole "metadata.labels" and "metadata.annotations".
[[nodiscard]] or_text<std::string> field_value(const api::object& pod, std::string_view field_path,
                                               const pod_facts& facts);

/// Value of "limits.cpu", "requests.memory", … of a container in units of `divisor` ("" counts as "1"), rounded up.
[[nodiscard]] or_text<std::string> resource_value(const api::json::object& container, std::string_view resource,
                                                  std::string_view divisor, const pod_facts& facts);

} // namespace troupe::policies::node
