#include "tools/troupe/etcd_api.hpp"
#include "actors/etcd/keeper.hpp"
#include "tools/store/etcd_service.hpp"
#include "tools/store/serve_etcd.hpp"
#include <algorithm>
#include <caf/actor_cast.hpp>
#include <charconv>
#include <fmt/format.h>

namespace troupe::tools {

namespace {

using actors::cluster::cluster_config;

/// That of the API's objects is the cluster's own; this one keeps clients of etcd from filling the disk.
constexpr std::uint64_t quota_bytes = std::uint64_t(2) << 30;

/// The first half of the cluster's UUID: the same on all nodes.
std::uint64_t cluster_number(const std::string& uuid) {
  std::string digits;
  std::copy_if(uuid.begin(), uuid.end(), std::back_inserter(digits), [](char c) { return c != '-'; });
  std::uint64_t out = 0;
  std::from_chars(digits.data(), digits.data() + std::min<std::size_t>(digits.size(), 16), out, 16);
  return out;
}

std::string url_of(const cluster_config& c, const std::string& host, std::uint16_t port) {
  auto any = host == "0.0.0.0" || host == "::";
  auto name = any ? c.node_ip : host;
  if (name.find(':') != std::string::npos) name = "[" + name + "]";
  return fmt::format("https://{}:{}", name, port);
}

} // namespace

std::string etcd_refusal(const cluster_config& config) {
  if (config.etcd_listen.empty()) return {};
  if (auto where = store::parse_endpoint(config.etcd_listen); !where) return "--etcd-listen: " + where.error();
  if (config.control_plane) return {};
  return "--etcd-listen: only control-plane nodes have the store; give it to one of them";
}

tl::expected<std::unique_ptr<net::etcd::server>, std::string>
serve_etcd_api(cluster_config& config, const pki& keys, const std::shared_ptr<actors::etcd::entrance>& door) {
  auto where = store::parse_endpoint(config.etcd_listen);
  if (!where) return tl::make_unexpected("--etcd-listen: " + where.error());
  net::etcd::server_config c;
  c.host = where->host;
  c.port = where->port;
  c.tls = net::etcd::server_tls{keys.server.certificate_pem, keys.server.key.private_pem(), keys.authority_pem};
  c.admits = store::is_master;
  auto started = net::etcd::server::start(c, *door);
  if (!started) return tl::make_unexpected("--etcd-listen: " + started.error());
  config.etcd_url = url_of(config, where->host, (*started)->port());
  return started;
}

actors::supervisor::child_spec etcd_keeper(const cluster_config& config, const actors::environment_ptr& env,
                                           const actors::directory::directory_actor& directory,
                                           const std::shared_ptr<actors::etcd::entrance>& door) {
  actors::etcd::keeper_config c;
  c.front.cluster_id = cluster_number(config.cluster_id);
  c.front.member_id = config.node_id;
  c.front.name = config.node_name;
  c.front.client_urls = {config.etcd_url};
  c.front.clustered = true;
  c.front.keys = actors::etcd::keyspace(std::string(actors::etcd::cluster_prefix));
  c.front.quota = std::make_shared<net::etcd::space_quota>(quota_bytes);
  return {.name = "etcd", .make = [=](caf::event_based_actor* parent) {
            return caf::actor(parent->spawn(actors::etcd::etcd_keeper, env, directory, door, c));
          }};
}

} // namespace troupe::tools
