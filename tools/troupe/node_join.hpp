#pragma once
#include "actors/cluster/config.hpp"
#include "actors/join/renewal.hpp"
#include "policies/joining/token.hpp"
#include <chrono>
#include <optional>
#include <string>
#include <tl/expected.hpp>

/// How a machine becomes a node of a cluster, comes back to it, and keeps its certificate fresh.
namespace troupe::tools {

struct join_options {
  std::string join;                        ///< what `troupe token create` printed
  policies::joining::roles roles{false, true};
  std::optional<std::uint16_t> link_port;  ///< none: the usual one; 0: any free one
  std::chrono::seconds limit{30};          ///< for finding a control-plane node that answers
};

/// Makes `wanted` (as `prepare_node` gives it) a member. What comes back is complete and has been saved: the keys under
/// `<data-dir>/pki`, the nodes in `<data-dir>/roster.json`, and last of all `<data-dir>/cluster.json`, so that a
/// directory without it can join again, and then is the same node. Nothing secret is sent before the other side has
/// proved that it holds the key of the CA that the join string names. Blocks. The error is a sentence with the remedy.
[[nodiscard]] tl::expected<actors::cluster::cluster_config, std::string>
join_cluster(actors::cluster::cluster_config wanted, const join_options& options);

/// To be called when a node starts again, before it does anything else: tells the other control-plane nodes where it is
/// now and learns where they are (`roster.json`). The error says that this node must not run: it was taken out, its
/// certificate has ended, or its program does not fit. Nobody there to ask is no error. Takes at most `limit`.
[[nodiscard]] tl::expected<void, std::string> check_in(const actors::cluster::cluster_config& config,
                                                       std::chrono::milliseconds limit = std::chrono::seconds(3));

/// Whether the node was away for so long that its certificate has ended. Then it joins again, with a new string and its
/// old directory, and is the same node.
[[nodiscard]] bool must_join_again(const actors::cluster::cluster_config& config);

/// The parts of the actor `renewal` that touch disk and network: `ask`, `keep` and what it starts with. The caller adds
/// `use` and `removed`.
[[nodiscard]] tl::expected<actors::join::renewal_config, std::string>
renewal_of(const actors::cluster::cluster_config& config);

} // namespace troupe::tools
