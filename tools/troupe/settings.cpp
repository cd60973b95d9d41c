#include "tools/troupe/settings.hpp"
#include <CLI/CLI.hpp>
#include <cstdlib>
#include <unistd.h>
#include <yaml-cpp/yaml.h>

namespace troupe::tools {

namespace {

/// The settings of a file in their order: one flat mapping of flag names to values.
std::vector<std::pair<std::string, std::string>> settings_in(const std::string& file) {
  std::vector<std::pair<std::string, std::string>> out;
  YAML::Node root;
  try {
    root = YAML::LoadFile(file);
  } catch (const YAML::BadFile&) {
    throw CLI::ConfigError(file + ": cannot be read");
  } catch (const YAML::Exception& e) {
    throw CLI::ConfigError(file + " is no YAML: " + e.what());
  }
  if (root.IsNull()) return out;
  if (!root.IsMap()) throw CLI::ConfigError(file + " must be a mapping of settings");
  for (auto entry : root) {
    auto name = entry.first.as<std::string>();
    if (!entry.second.IsScalar()) throw CLI::ConfigError(file + ": the setting " + name + " must be a single value");
    out.emplace_back(std::move(name), entry.second.as<std::string>());
  }
  return out;
}

} // namespace

std::string default_data_dir() {
  if (geteuid() == 0) return "/var/lib/troupe";
  auto* home = std::getenv("HOME");
  return std::string(home ? home : "/tmp") + "/.local/share/troupe";
}

namespace {

void declare_common(CLI::App& app, start_settings& s) {
  s.cluster.data_dir = default_data_dir();
  app.add_option("--config", s.config_file, "YAML file with settings: names of flags and their values")
    ->envname("TROUPE_CONFIG");
  app.add_option("--data-dir", s.cluster.data_dir, "where this node keeps everything")
      ->envname("TROUPE_DATA_DIR")
      ->capture_default_str();
  app.add_option("--api-port", s.cluster.api_port, "port of the API; 0 takes a free one")
      ->envname("TROUPE_API_PORT")
      ->capture_default_str();
  app.add_option("--api-address", s.cluster.api_address, "address that the API listens on")
      ->envname("TROUPE_API_ADDRESS")
      ->capture_default_str();
  app.add_option("--link-port", s.link_port, "port for other nodes of the cluster; 0 takes a free one (default: 6440)")
      ->envname("TROUPE_LINK_PORT");
  app.add_option("--link-silence-ms", s.cluster.link_silence_ms,
                 "how long another node may be silent before it is taken for gone; longer on lossy lines")
      ->envname("TROUPE_LINK_SILENCE_MS")
      ->check(CLI::Range(1'500, 60'000))
      ->capture_default_str();
  app.add_option("--etcd-listen", s.cluster.etcd_listen,
                 "HOST:PORT where this node serves the etcd API of the cluster's store to administrators (default: "
                 "nowhere)")
      ->envname("TROUPE_ETCD_LISTEN");
  app.add_option("--node-name", s.cluster.node_name, "name of this node (default: the host's name)")
      ->envname("TROUPE_NODE_NAME");
  app.add_option("--node-ip", s.cluster.node_ip, "address of this node (default: that of the first interface)")
      ->envname("TROUPE_NODE_IP");
  app.add_option("--discovery-secret-file", s.discovery_secret_file,
                 "file with what 'troupe token discovery-secret' printed: a control-plane node answers to nodes of the "
                 "same LAN that know it, a node with --discover asks with it. TROUPE_DISCOVERY_SECRET may hold the "
                 "secret instead. No flag takes it: everybody on a host can read the arguments of its programs")
      ->envname("TROUPE_DISCOVERY_SECRET_FILE");
  app.add_option("--kubeconfig", s.kubeconfig, "where to write the admin's kubeconfig (default: <data-dir>/kubeconfig)")
      ->envname("TROUPE_KUBECONFIG");
  app.add_option("--runtime", s.runtime, "embedded runs containers, hollow only pretends to")
    ->envname("TROUPE_RUNTIME")->check(CLI::IsMember({"embedded", "hollow"}))->capture_default_str();
  app.add_option("--hollow-nodes", s.cluster.hollow_nodes, "number of simulated nodes to add")
      ->envname("TROUPE_HOLLOW_NODES")
      ->check(CLI::Range(0, 5000));
  app.add_option("--hollow-delay-ms", s.cluster.hollow_delay_ms, "how long a simulated pod takes to start")
      ->envname("TROUPE_HOLLOW_DELAY_MS");
  app.add_option("--log-level", s.log_level, "trace, debug, info, warning, error or off")->envname("TROUPE_LOG_LEVEL")
    ->check(CLI::IsMember({"trace", "debug", "info", "warning", "error", "off"}))->capture_default_str();
  app.add_flag("--detach", s.detach, "return when the node is ready, and leave it running");
  app.add_option("--ready-fd", s.ready_fd)->configurable(false)->group("");
}

} // namespace

void declare_up(CLI::App& app, start_settings& s) {
  declare_common(app, s);
  app.footer("Settings come from flags, TROUPE_* variables and the --config file, in this order.\n\nExamples:\n"
             "  troupe up\n  troupe up --detach --data-dir /tmp/c1 --api-port 0 --kubeconfig ~/.kube/config\n"
             "  troupe up --runtime hollow --hollow-nodes 1000\n"
             "  troupe up --detach --discovery-secret-file /etc/troupe/discovery.secret   found by 'troupe node "
             "--discover'");
}

void declare_node(CLI::App& app, start_settings& s) {
  declare_common(app, s);
  app.add_option("--join", s.join, "what 'troupe token create' printed; needed once")->envname("TROUPE_JOIN");
  app.add_flag("--discover", s.discover,
               "find the cluster on this LAN by the discovery secret, without --join; for workers, needed once")
      ->envname("TROUPE_DISCOVER");
  app.add_option("--discover-seconds", s.discover_s, "how long to search")
      ->envname("TROUPE_DISCOVER_SECONDS")
      ->check(CLI::Range(1, 86'400))
      ->capture_default_str();
  app.add_option("--roles", s.roles, "of a node that joins: worker, control-plane, or both with a comma between")
      ->envname("TROUPE_ROLES")
      ->capture_default_str();
  app.footer("Settings come from flags, TROUPE_* variables and the --config file, in this order. A node that has\n"
             "joined is started again without --join.\n\nExamples:\n"
             "  troupe node --join troupe1.eyJhZGRyZX…\n"
             "  troupe node --join troupe1.eyJhZGRyZX… --roles control-plane,worker --detach\n"
             "  troupe node --discover --discovery-secret-file /etc/troupe/discovery.secret\n  troupe node");
}

void read_settings_file(CLI::App& app, const start_settings& s) {
  if (s.config_file.empty()) return;
  for (auto& [name, value] : settings_in(s.config_file)) {
    auto* option = app.get_option_no_throw("--" + name);
    if (!option || !option->get_configurable() || name == "config" || name == "help")
      throw CLI::ConfigError(s.config_file + ": there is no setting " + name);
    if (option->count() > 0) continue; // Flags and the environment were first.
    option->add_result(value);
    option->run_callback();
  }
}

} // namespace troupe::tools
