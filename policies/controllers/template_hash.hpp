#pragma once
#include "policies/api/json.hpp"
#include <cstdint>
#include <optional>
#include <string>

namespace troupe::policies::controllers {

/// The label that tells the pods of one template from those of another.
inline constexpr std::string_view template_hash_label = "pod-template-hash";

/// A short name of a pod template: FNV-1a over its canonical form (members sorted, empty ones left out), and over the
/// number of collisions if there were any, in an alphabet without vowels. Equal templates have equal names on every
/// machine and in every version, because names of ReplicaSets are made of them.
[[nodiscard]] std::string template_hash(const boost::json::object& pod_template,
                                        std::optional<std::int64_t> collisions);

/// Whether two templates are the same but for the hash label.
[[nodiscard]] bool same_template(const boost::json::object& a, const boost::json::object& b);

} // namespace troupe::policies::controllers
