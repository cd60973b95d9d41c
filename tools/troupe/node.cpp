#include "tools/troupe/node.hpp"
#include "tools/troupe/discovery.hpp"
#include "tools/troupe/etcd_api.hpp"
#include "tools/troupe/instance.hpp"
#include "tools/troupe/node_join.hpp"
#include "tools/troupe/run.hpp"
#include <filesystem>
#include <fmt/format.h>
#include <sstream>

namespace troupe::tools {

namespace {

using actors::cluster::cluster_config;

tl::expected<policies::joining::roles, std::string> roles_in(const std::string& text) {
  policies::joining::roles out{false, false};
  std::istringstream words(text);
  for (std::string word; std::getline(words, word, ',');) {
    if (word == "control-plane") out.control_plane = true;
    else if (word == "worker") out.worker = true;
    else return tl::make_unexpected(fmt::format("--roles: \"{}\" is neither control-plane nor worker", word));
  }
  if (!out.control_plane && !out.worker) return tl::make_unexpected("--roles: a node needs a role");
  return out;
}

/// The string that the user gave, or that of the cluster that is found on this network.
tl::expected<std::string, std::string> join_string_of(const start_settings& s) {
  if (!s.join.empty()) return s.join;
  if (!s.discover)
    return tl::make_unexpected(fmt::format("{} belongs to no cluster yet; get a join string with 'troupe token create' "
                                           "on a control-plane node and give it with --join", s.cluster.data_dir));
  auto keys = discovery_keys(s);
  if (!keys) return tl::make_unexpected(keys.error());
  if (!*keys)
    return tl::make_unexpected("--discover needs the discovery secret of the cluster: make one with 'troupe token "
                               "discovery-secret', start a control-plane node with it, and give it to this one with "
                               "--discovery-secret-file or TROUPE_DISCOVERY_SECRET");
  fmt::print(stderr, "troupe: searching this network for the cluster, for at most {} s\n", s.discover_s);
  net::discovery::search_config how;
  how.limit = std::chrono::seconds(s.discover_s);
  auto found = discover(**keys, how);
  if (!found) return tl::make_unexpected(found.error());
  fmt::print(stderr, "troupe: {}\n", found->where);
  return found->join;
}

tl::expected<cluster_config, std::string> join_now(const start_settings& s) {
  auto roles = roles_in(s.roles);
  if (!roles) return tl::make_unexpected(roles.error());
  auto wanted = s.cluster;
  wanted.control_plane = roles->control_plane;
  if (auto why = etcd_refusal(wanted); !why.empty()) return tl::make_unexpected(why);
  auto prepared = prepare_node(s.cluster);
  if (!prepared) return prepared;
  auto join = join_string_of(s);
  if (!join) return tl::make_unexpected(join.error());
  join_options o;
  o.join = *join;
  o.roles = *roles;
  o.link_port = s.link_port;
  return join_cluster(std::move(*prepared), o);
}

tl::expected<cluster_config, std::string> return_to(const start_settings& s) {
  auto known = load_instance(s.cluster.data_dir);
  if (!known) return known;
  if (known->node_id == 1)
    return tl::make_unexpected(fmt::format("{0} belongs to the first node of a cluster; start it with 'troupe up "
                                           "--data-dir {0}'", s.cluster.data_dir));
  auto config = complete_joined(std::move(*known), s.cluster);
  if (!config) return config;
  if (s.link_port) config->link_port = *s.link_port;
  if (auto ok = check_in(*config); !ok) return tl::make_unexpected(ok.error());
  return config;
}

} // namespace

int run_node(start_settings s, const std::vector<std::string>& arguments) {
  auto began = std::chrono::steady_clock::now();
  if (s.runtime == "hollow") s.cluster.runtime = actors::cluster::runtime_kind::hollow;
  if (auto why = missing_rights(s); !why.empty()) return fail(s, why);
  bool member = std::filesystem::exists(std::filesystem::path(s.cluster.data_dir) / "cluster.json");
  // Joining comes before the program goes to the background, so that what is wrong is said here.
  if (member && (!s.join.empty() || s.discover))
    if (auto known = load_instance(s.cluster.data_dir); known && must_join_again(*known)) member = false;
  auto config = member && s.detach ? load_instance(s.cluster.data_dir) : member ? return_to(s) : join_now(s);
  if (!config) return fail(s, config.error());
  if (s.detach) return detach(config->data_dir, arguments);
  set_up_logging(s);
  return run_member(s, *config, began);
}

} // namespace troupe::tools
