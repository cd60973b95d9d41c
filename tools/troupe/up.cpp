#include "tools/troupe/up.hpp"
#include "tools/troupe/instance.hpp"
#include "tools/troupe/node_join.hpp"
#include "tools/troupe/run.hpp"
#include <filesystem>

namespace troupe::tools {

int run_up(start_settings s, const std::vector<std::string>& arguments) {
  auto began = std::chrono::steady_clock::now();
  if (s.runtime == "hollow") s.cluster.runtime = actors::cluster::runtime_kind::hollow;
  if (auto why = missing_rights(s); !why.empty()) return fail(s, why);
  auto config = complete(s.cluster, s.link_port);
  if (!config) return fail(s, config.error());
  if (s.detach) return detach(config->data_dir, arguments);
  set_up_logging(s);
  // The others learn where it is now, and it learns whether it still belongs to them.
  if (std::filesystem::exists(config->data_dir + "/roster.json"))
    if (auto ok = check_in(*config); !ok) return fail(s, ok.error());
  return run_member(s, *config, began);
}

} // namespace troupe::tools
