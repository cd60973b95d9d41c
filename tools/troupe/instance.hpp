#pragma once
#include "actors/cluster/config.hpp"
#include "policies/api/json.hpp"
#include <optional>
#include <string>
#include <sys/types.h>
#include <tl/expected.hpp>

namespace troupe::tools {

/// Several processes live on one machine: each has an instance name, made from its data directory, in all names that it
/// gives to the kernel, and each cluster that began here has ranges of addresses of its own. What was chosen once, and
/// what the cluster said of a node that joined it, is kept in `<data-dir>/cluster.json`.

/// Completes what the user of `troupe up` left open: instance, node name, addresses, ports and ranges. The error is a
/// sentence. `link_port` is what was asked for, if anything.
[[nodiscard]] tl::expected<actors::cluster::cluster_config, std::string>
complete(actors::cluster::cluster_config wanted, std::optional<std::uint16_t> link_port = {});

/// The same for a node that joined: `known` is what `load_instance` gave or the cluster said when the node joined.
[[nodiscard]] tl::expected<actors::cluster::cluster_config, std::string>
complete_joined(actors::cluster::cluster_config known, const actors::cluster::cluster_config& wanted);

/// Names a node that is to join and makes its directory: data directory, instance, node name, address; the rest comes
/// from the cluster.
[[nodiscard]] tl::expected<actors::cluster::cluster_config, std::string>
prepare_node(actors::cluster::cluster_config wanted);

/// Keeps the configuration in `<data-dir>/cluster.json`, and leaves word of its ranges for others on this machine.
[[nodiscard]] tl::expected<void, std::string> save_instance(const actors::cluster::cluster_config& config);

/// Holds `<data-dir>/lock` while it lives: two programs never share a data directory.
class data_dir_lock {
public:
  [[nodiscard]] static tl::expected<data_dir_lock, std::string> take(const std::string& data_dir);
  data_dir_lock(data_dir_lock&& other) noexcept;
  data_dir_lock& operator=(data_dir_lock&&) = delete;
  ~data_dir_lock();

private:
  explicit data_dir_lock(int fd) : fd_(fd) {}
  int fd_;
};

/// The program that holds the lock of a data directory; empty if none runs.
[[nodiscard]] std::optional<pid_t> running_in(const std::string& data_dir);

/// What is kept of a directory that was used before; the error says why it can't be read.
[[nodiscard]] tl::expected<actors::cluster::cluster_config, std::string> load_instance(const std::string& data_dir);

/// The document of `cluster.json`.
[[nodiscard]] api::json::object describe(const actors::cluster::cluster_config& config);

} // namespace troupe::tools
