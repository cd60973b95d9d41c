#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::policies::cluster {

/// Who a node is, as its certificate says. The id is given once and never again to another node; name and address may
/// change.
struct node_identity {
  std::uint64_t id = 0;
  std::string name;
  bool control_plane = false; ///< else a worker, whose word counts for its own node only
  bool operator==(const node_identity&) const = default;
};

/// What goes into a node's certificate. As in Kubernetes the subject is "system:node:<name>" of "system:nodes", so that
/// the node authorizer knows it; control-plane nodes are also of "troupe:control-plane".
struct certificate_subject {
  std::string common_name;
  std::vector<std::string> organizations;
  std::vector<std::string> dns_names; ///< "<id>.node.troupe.internal"
};

[[nodiscard]] certificate_subject subject_of(const node_identity& node);
/// None if the subject is not exactly what `subject_of` makes for some node; further DNS names do no harm.
[[nodiscard]] std::optional<node_identity> identity_of(const certificate_subject& subject);

} // namespace troupe::policies::cluster
