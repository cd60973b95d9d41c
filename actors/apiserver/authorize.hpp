#pragma once
#include "actors/apiserver/interface.hpp"
#include "policies/authorization/node_rules.hpp"
#include <string_view>

namespace troupe::actors::apiserver {

/// What the chain of authorizers is asked about a call.
[[nodiscard]] policies::authorization::attributes attributes_of(const call& c, std::string_view verb);
/// 403 unless the chain allows it. `references` tells what nodes are related to; null: nothing.
[[nodiscard]] api::result<void> authorize(const policies::authorization::attributes& wanted,
                                          const policies::authorization::node_references* references = nullptr);
/// The same for a call of a component of the cluster, by the identity that it brings.
[[nodiscard]] api::result<void> authorize(const call& c,
                                          const policies::authorization::node_references* references = nullptr);

} // namespace troupe::actors::apiserver
