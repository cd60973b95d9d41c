#include "tools/bench/bench.hpp"
#include "tools/chaos/command.hpp"
#include "tools/image/command.hpp"
#include "tools/inspect/command.hpp"
#include "tools/store/store.hpp"
#include "tools/troupe/members.hpp"
#include "tools/troupe/node.hpp"
#include "tools/troupe/settings.hpp"
#include "tools/troupe/up.hpp"
#include "tools/troupe/version.hpp"
#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <functional>

namespace {

using namespace troupe::tools;
using part = std::function<std::optional<int>()>;

/// What declares and runs itself. The first that was asked for answers; `store` comes after what adds commands to it.
std::vector<part> declare_parts(CLI::App& app, CLI::App& node_command) {
  std::vector<part> parts{declare_node_members(node_command), declare_token(app)};
  parts.push_back(image::declare(app, default_data_dir()));
  parts.push_back(bench::declare(app));
  parts.push_back(chaos::declare(app));
  parts.push_back(inspect::declare(app));
  auto run_store = store::declare(app);
  parts.push_back(declare_store_members(*app.get_subcommand("store")));
  parts.push_back(declare_store_check(*app.get_subcommand("store")));
  parts.push_back(declare_store_shards(*app.get_subcommand("store")));
  parts.push_back(std::move(run_store));
  return parts;
}

} // namespace

int main(int argc, char** argv) {
  std::vector<std::string> arguments(argv, argv + argc);
  CLI::App app{"Troupe: a Kubernetes-compatible cluster in one program."};
  app.require_subcommand(1);
  app.footer("Examples:\n  troupe up --detach                    a cluster on this machine\n"
             "  troupe up --runtime hollow --hollow-nodes 100   a simulated one, no root needed\n"
             "  troupe down --purge                   stop it and leave nothing behind");

  start_settings up;
  auto* up_command = app.add_subcommand("up", "Start a cluster on this machine");
  declare_up(*up_command, up);
  start_settings node;
  auto* node_command = app.add_subcommand("node", "Join a cluster with this machine, or come back to it");
  declare_node(*node_command, node);

  std::string data_dir = default_data_dir(), format = "text";
  bool purge = false;
  auto common = [&](CLI::App& command) {
    command.add_option("--data-dir", data_dir, "the node's data directory")
        ->envname("TROUPE_DATA_DIR")
        ->capture_default_str();
    command.add_option("-o,--output", format, "text or json")
        ->check(CLI::IsMember({"text", "json"}))
        ->capture_default_str();
  };
  auto* down_command = app.add_subcommand("down", "Stop a node and its pods");
  common(*down_command);
  down_command->add_flag("--purge", purge, "remove the node's data as well");
  down_command->footer("Examples:\n  troupe down\n  troupe down --data-dir /tmp/c1 --purge");

  auto* status_command = app.add_subcommand("status", "Tell whether a node runs");
  common(*status_command);
  status_command->footer("Exit status 0 if it runs, 1 if not.\n\nExamples:\n  troupe status --data-dir /tmp/c1\n"
                         "  troupe status -o json");

  bool as_json = false;
  auto* version_command = app.add_subcommand("version", "Print the version");
  version_command->add_flag("--json", as_json, "as the document that the API serves at /version");
  version_command->footer("Examples:\n  troupe version\n  troupe version --json");

  auto parts = declare_parts(app, *node_command);
  try {
    app.parse(argc, argv);
    if (*up_command) read_settings_file(*up_command, up);
    if (*node_command && node_command->get_subcommands().empty()) read_settings_file(*node_command, node);
  } catch (const CLI::ParseError& e) {
    return app.exit(e);
  }
  if (*up_command) return run_up(std::move(up), arguments);
  for (auto& part : parts)
    if (auto code = part()) return *code;
  if (*node_command) return run_node(std::move(node), arguments);
  if (*down_command) return run_down(data_dir, purge, format == "json" ? output::json : output::text);
  if (*status_command) return run_status(data_dir, format == "json" ? output::json : output::text);
  if (as_json)
    fmt::print("{}\n", version_document());
  else
    fmt::print("troupe {} (Kubernetes API 1.32)\n", program_version());
  return 0;
}
