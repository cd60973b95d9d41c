#pragma once
#include "actors/base/environment.hpp"
#include "actors/cluster/config.hpp"
#include "actors/directory/interface.hpp"
#include "actors/supervisor/supervisor.hpp"
#include "net/discovery/search.hpp"
#include "net/discovery/secret.hpp"
#include "tools/troupe/settings.hpp"
#include <optional>
#include <string>
#include <tl/expected.hpp>

/// `troupe node --discover`, and the control-plane nodes that it finds (docs/decisions/0007).
namespace troupe::tools {

/// What `settings` and the environment say of the secret; nothing if they do not. The error is a sentence: the file
/// cannot be read, may be read by everybody, or has no secret in it.
[[nodiscard]] tl::expected<std::optional<net::discovery::keys>, std::string>
discovery_keys(const start_settings& settings);

/// Takes the secret out of the environment, so that no program that this one starts has it. Before there are threads.
void forget_discovery_secret();

struct discovered {
  std::string join;  ///< the join string for it
  std::string where; ///< which cluster, its addresses, and how many answers did not count: a sentence for the user
};
/// Searches this network for the cluster that knows the secret. Blocks. The error is a sentence with the remedy.
[[nodiscard]] tl::expected<discovered, std::string> discover(const net::discovery::keys& keys,
                                                             const net::discovery::search_config& how);

/// Who answers on a control-plane node.
[[nodiscard]] actors::supervisor::child_spec beacon_of(const actors::cluster::cluster_config& config,
                                                       const actors::environment_ptr& env,
                                                       const actors::directory::directory_actor& directory,
                                                       const net::discovery::keys& keys,
                                                       const std::string& authority_pem);

} // namespace troupe::tools
