#pragma once
#include <functional>
#include <optional>

namespace CLI {
class App;
}

/// Commands about who may join a cluster and who is in it.
namespace troupe::tools {

/// `troupe token create|list|delete|discovery-secret`, on the program. After parsing, the answer runs what the user
/// chose and gives the exit status; nothing if it was another subcommand.
[[nodiscard]] std::function<std::optional<int>()> declare_token(CLI::App& app);

/// `list` and `remove`, on the subcommand `troupe node`, which starts a node when neither is given.
[[nodiscard]] std::function<std::optional<int>()> declare_node_members(CLI::App& node);

/// `members` and `transfer-leader`, on the subcommand `troupe store`.
[[nodiscard]] std::function<std::optional<int>()> declare_store_members(CLI::App& store);

/// `check`, on the subcommand `troupe store`.
[[nodiscard]] std::function<std::optional<int>()> declare_store_check(CLI::App& store);

/// `shards` and `move`, on the subcommand `troupe store`.
[[nodiscard]] std::function<std::optional<int>()> declare_store_shards(CLI::App& store);

} // namespace troupe::tools
