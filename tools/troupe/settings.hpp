#pragma once
#include "actors/cluster/config.hpp"
#include <optional>
#include <string>

namespace CLI {
class App;
}

namespace troupe::tools {

/// What `troupe up` and `troupe node` are told. Every setting has a flag, an environment variable (TROUPE_ and the
/// flag's name in capitals) and a key in the YAML file that --config names; a flag beats the environment, which beats
/// the file.
struct start_settings {
  actors::cluster::cluster_config cluster;
  std::string config_file; ///< settings for what neither flags nor the environment say; empty: none
  std::string kubeconfig; ///< empty: <data-dir>/kubeconfig
  std::string runtime = "embedded";
  std::string log_level = "info";
  std::optional<std::uint16_t> link_port; ///< none: the port of the last start, or the usual one
  bool detach = false;
  int ready_fd = -1; ///< where a detached program reports to the one that started it

  /// File with the secret by which nodes on the same LAN find the cluster; empty: none, or the environment has it.
  std::string discovery_secret_file;
  bool discover = false;          ///< of a node that joins: find the cluster on the LAN
  std::uint32_t discover_s = 30;  ///< how long to search; 1 to 86,400

  std::string join;             ///< of a node: the string that `troupe token create` printed
  std::string roles = "worker"; ///< of a node that joins: comma-separated "control-plane" and "worker"
};

/// Declares the flags of `troupe up` on `app`, bound to `settings`.
void declare_up(CLI::App& app, start_settings& settings);
/// Those of `troupe node`.
void declare_node(CLI::App& app, start_settings& settings);
/// Fills in what the settings file says and `app` has not been told otherwise. After the parse of `app`; throws
/// CLI::ParseError for an unreadable file, an unknown setting or a bad value.
void read_settings_file(CLI::App& app, const start_settings& settings);
/// "/var/lib/troupe" for root, else "~/.local/share/troupe".
[[nodiscard]] std::string default_data_dir();

} // namespace troupe::tools
