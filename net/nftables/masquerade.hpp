#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace troupe::net::nftables {

/// The table of `masquerade`: "troupe-<instance>-pods".
[[nodiscard]] std::string masquerade_table(std::string_view instance);

/// Commands that make a table, in place of an earlier one, by which pods keep their own address towards the cluster
/// and have the node's towards the world. `pods` is the range of the node's own ones, `inside` are the ranges of the
/// cluster: pods of all nodes, services. Ranges may overlap.
[[nodiscard]] std::string masquerade(std::string_view instance, std::string_view pods,
                                     const std::vector<std::string>& inside);
/// Commands that remove it; fine if it is not there.
[[nodiscard]] std::string no_masquerade(std::string_view instance);

} // namespace troupe::net::nftables
