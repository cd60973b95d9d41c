#include "tools/troupe/process.hpp"
#include "actors/apiserver/service_tokens.hpp"
#include "actors/base/error.hpp"
#include "actors/base/probe.hpp"
#include "actors/cluster/control_plane.hpp"
#include "actors/cluster/node.hpp"
#include "actors/cluster/worker.hpp"
#include "actors/directory/directory.hpp"
#include "actors/gate/gate.hpp"
#include "actors/inspector/inspector.hpp"
#include "actors/join/registrar.hpp"
#include "actors/join/renewal.hpp"
#include "actors/link/links.hpp"
#include "actors/link/middleman.hpp"
#include "actors/shards/stores.hpp"
#include "net/certificates/random.hpp"
#include "tools/troupe/api_server.hpp"
#include "tools/troupe/discovery.hpp"
#include "tools/troupe/etcd_api.hpp"
#include "tools/troupe/node_join.hpp"
#include "tools/troupe/version.hpp"
#include <algorithm>
#include <atomic>
#include <caf/actor_system_config.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>
#include <cstdlib>
#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <thread>

namespace troupe::tools {

namespace {

using actors::cluster::cluster_config;
namespace apiserver = actors::apiserver;

struct system_config : caf::actor_system_config {
  system_config() {
    // Sharing does not poll: an idle cluster costs no cycles (stealing wakes 400 times a second).
    set("scheduler.policy", caf::atom("sharing"));
    set("scheduler.max-threads", std::max<std::size_t>(2, std::thread::hardware_concurrency()));
    set("scheduler.max-throughput", std::size_t{300});
    actors::link::configure(*this);
  }
};

} // namespace

struct cluster_process::impl {
  cluster_config config;
  system_config system_settings;
  std::unique_ptr<caf::actor_system> system;
  actors::environment_ptr env;
  std::shared_ptr<actors::store::shard_files> files;       ///< of a control-plane node
  std::shared_ptr<apiserver::entrance> door = std::make_shared<apiserver::entrance>();
  std::unique_ptr<net::http::server> server;               ///< of a control-plane node
  std::shared_ptr<actors::etcd::entrance> etcd_door = std::make_shared<actors::etcd::entrance>();
  std::unique_ptr<net::etcd::server> etcd;                 ///< null: not wanted
  std::optional<net::discovery::keys> discovery;           ///< none: this node is not found, only told
  std::shared_ptr<actors::link::door> outside;
  actors::link::links_actor links;
  std::shared_ptr<apiserver::removed_nodes> removed = std::make_shared<apiserver::removed_nodes>();
  actors::directory::directory_actor directory;
  std::shared_ptr<actors::cluster::node_services> services = std::make_shared<actors::cluster::node_services>();
  caf::actor root;
  std::atomic<bool> root_ended{false};

  tl::expected<void, std::string> open_store();
  [[nodiscard]] actors::store::store_config store_settings() const;
  tl::expected<void, std::string> open_door(const pki& keys);
  [[nodiscard]] policies::cluster::node_identity identity() const;
  void spawn_links();
  std::function<caf::actor(caf::event_based_actor*)> registrar(const pki& keys);
  tl::expected<void, std::string> spawn_renewal(const pki& keys);
  void hand_over();
  tl::expected<void, std::string> listen(const pki& keys);
  apiserver::context_ptr make_context(const pki& keys);
  void spawn(const pki& keys, std::function<void()> ready);
};

actors::store::store_config cluster_process::impl::store_settings() const {
  actors::store::store_config store;
  if (config.sync) store.path = config.data_dir + "/store";
  store.self = config.node_id;
  store.join = config.node_id != 1;
  store.patience = std::chrono::seconds(2);
  return store;
}

tl::expected<void, std::string> cluster_process::impl::open_store() {
  auto store = store_settings();
  auto opened = actors::store::open_shard(store);
  if (!opened) return tl::make_unexpected(fmt::format("open the store in {}: {}", store.path, opened.error().text()));
  files = std::move(*opened);
  return {};
}

tl::expected<void, std::string> cluster_process::impl::listen(const pki& keys) {
  auto started = serve_api(config, keys, door);
  if (!started) return tl::make_unexpected(started.error());
  server = std::move(*started);
  config.api_port = server->port();
  if (config.etcd_listen.empty()) return {};
  auto serving = serve_etcd_api(config, keys, etcd_door);
  if (!serving) return tl::make_unexpected(serving.error());
  etcd = std::move(*serving);
  return {};
}

apiserver::context_ptr cluster_process::impl::make_context(const pki& keys) {
  auto& types = policies::schema::registry::builtin();
  auto issuer = "https://kubernetes.default.svc." + config.domain;
  auto tokens = std::make_shared<apiserver::service_tokens>(
      issuer, keys.service_account, std::vector<net::certificates::key>{}, net::certificates::system_random());
  auto network = policies::strategy::service_network::parse(config.service_cidr);
  return std::make_shared<const apiserver::server_context>(apiserver::server_context{
    .env = env,
    .types = types,
    .discovery = policies::schema::discovery(types, fmt::format("{}:{}", config.node_ip, config.api_port)),
    .openapi = policies::schema::openapi(types),
    .services = network ? *network : policies::strategy::service_network{},
    .tokens = std::move(tokens),
    .version_document = version_document(),
    .metrics = [this] { return metrics_text(*server); },
    .removed = removed});
}

policies::cluster::node_identity cluster_process::impl::identity() const {
  return {config.node_id, config.node_name, config.control_plane};
}

tl::expected<void, std::string> cluster_process::impl::open_door(const pki& keys) {
  net::link::endpoint_config e;
  e.address = config.link_address;
  e.port = config.link_port;
  e.silence = std::chrono::milliseconds(config.link_silence_ms);
  e.own = {keys.node.certificate_pem, keys.node.key.private_pem(), keys.authority_pem};
  auto opened = actors::link::door::open(std::move(e));
  if (!opened) return tl::make_unexpected(opened.error());
  outside = std::move(*opened);
  config.link_port = outside->port();
  return {};
}

void cluster_process::impl::spawn_links() {
  actors::link::links_config c;
  c.self = identity();
  c.roster_file = config.data_dir + "/roster.json";
  if (config.control_plane)
    c.make_gate = [this](const policies::cluster::node_identity& who) {
      return actors::gate::make_gate(*system, directory, who.name);
    };
  links = system->spawn(actors::link::links, env, directory, outside, std::move(c));
}

std::function<caf::actor(caf::event_based_actor*)> cluster_process::impl::registrar(const pki& keys) {
  actors::join::registrar_config c;
  c.node_id = config.node_id;
  c.authority = keys.authority;
  c.service_account_key_pem = keys.service_account.private_pem();
  c.settings = {config.cluster_id, config.cluster_cidr, config.service_cidr, config.dns_address, config.domain};
  c.program = program_version();
  c.removed = removed;
  return [this, c](caf::event_based_actor* parent) {
    return caf::actor_cast<caf::actor>(
      parent->spawn(actors::join::registrar, env, directory, c, net::certificates::system_random()));
  };
}

tl::expected<void, std::string> cluster_process::impl::spawn_renewal(const pki& keys) {
  auto c = renewal_of(config);
  if (!c) return tl::make_unexpected(c.error());
  c->use = [minder = links, ca = keys.authority_pem](const net::certificates::credential& fresh) {
    caf::anon_send(minder, actors::link::renew_atom::value,
                   net::link::credential{fresh.certificate_pem, fresh.key.private_pem(), ca});
  };
  c->removed = [] { spdlog::error("troupe: removed why=\"this node was taken out of the cluster\""); };
  services->own(system->spawn(actors::join::renewal, env, std::move(*c)));
  return {};
}

void cluster_process::impl::spawn(const pki& keys, std::function<void()> ready) {
  actors::supervisor::supervisor_config top{"cluster", {}};
  std::shared_ptr<actors::events::recorder_actor> recorder;
  if (config.control_plane) {
    actors::cluster::control_plane_parts parts{env, directory, files, {}, make_context(keys), door, std::move(ready),
                                               {}};
    parts.store = store_settings();
    parts.authority_pem = keys.authority_pem;
    parts.make_registrar = registrar(keys);
    top.children = actors::cluster::control_plane(config, parts);
    recorder = parts.recorder;
  } else {
    actors::cluster::worker_parts parts{env, directory, std::move(ready)};
    top.children = actors::cluster::worker(parts);
    recorder = parts.recorder;
  }
  for (auto& node : actors::cluster::nodes(config, {env, directory, recorder}))
    top.children.push_back(std::move(node));
  top.children.push_back({.name = "inspector", .make = [this, recorder](caf::event_based_actor* parent) {
                            actors::inspector::inspector_config c{config.node_id, config.node_name,
                                                                  config.control_plane};
                            c.recorder = recorder;
                            return caf::actor_cast<caf::actor>(
                              parent->spawn(actors::inspector::inspector, directory, c));
                          }});
  if (etcd) top.children.push_back(etcd_keeper(config, env, directory, etcd_door));
  if (config.control_plane && discovery)
    top.children.push_back(beacon_of(config, env, directory, *discovery, keys.authority_pem));
  root = system->spawn(actors::supervisor::supervisor, std::move(top));
  root->attach_functor([this](const caf::error&) { root_ended = true; });
}

tl::expected<std::unique_ptr<cluster_process>, std::string>
cluster_process::start(cluster_config config, const pki& keys, std::function<void()> ready,
                       std::optional<net::discovery::keys> discovery) {
  auto i = std::make_unique<impl>();
  i->discovery = std::move(discovery);
  i->config = std::move(config);
  i->config.version = program_version();
  i->config.version = program_version();
  i->env = actors::environment::production();
  if (i->config.control_plane) {
    if (auto ok = i->open_store(); !ok) return tl::make_unexpected(ok.error());
    if (auto ok = i->listen(keys); !ok) return tl::make_unexpected(ok.error());
  }
  if (auto ok = i->open_door(keys); !ok) return tl::make_unexpected(ok.error());
  i->system = std::make_unique<caf::actor_system>(i->system_settings);
  i->directory = i->system->spawn(actors::directory::directory);
  i->spawn_links();
  if (auto ok = i->spawn_renewal(keys); !ok) return tl::make_unexpected(ok.error());
  i->spawn(keys, std::move(ready));
  return std::unique_ptr<cluster_process>(new cluster_process(std::move(i)));
}

namespace {

constexpr auto hand_over_limit = std::chrono::milliseconds(1'200);
constexpr auto etcd_grace = std::chrono::milliseconds(500); ///< for calls; watches would go on for ever

void hand_over_shard(caf::scoped_actor& self, const actors::directory::directory_actor& directory,
                     std::uint32_t shard) {
  using namespace actors;
  caf::actor member;
  self->request(directory, hand_over_limit, lookup_atom::value, shards::store_role(shard))
    .receive([&](const caf::strong_actor_ptr& p) { member = caf::actor_cast<caf::actor>(p); }, [](caf::error&) {});
  if (!member) return;
  bool wanted = false;
  self->request(member, hand_over_limit, status_atom::value)
    .receive([&](const store::store_status& s) {
      auto voters = std::count_if(s.members.begin(), s.members.end(), [](auto& m) { return m.voter; });
      wanted = s.leading && voters > 1;
    }, [](caf::error&) {});
  if (!wanted) return;
  self->request(member, hand_over_limit, call_atom::value, share(store::command_request(store::leadership_transfer{})))
    .receive([](const shared<store::command_response>&) {},
             [=](caf::error& e) {
               spdlog::warn("troupe: leadership_not_handed_over shard={} why=\"{}\"", shard, text_of(e));
             });
}

} // namespace

/// A leader that goes on purpose names its successor, so that no write waits for an election.
void cluster_process::impl::hand_over() {
  using namespace actors;
  caf::scoped_actor self(*system);
  hand_over_shard(self, directory, 0);
  caf::actor keeper;
  self->request(directory, hand_over_limit, lookup_atom::value, std::string(shards::shards_role))
    .receive([&](const caf::strong_actor_ptr& p) { keeper = caf::actor_cast<caf::actor>(p); }, [](caf::error&) {});
  shared<shards::shards_status> all;
  if (keeper)
    self->request(keeper, hand_over_limit, status_atom::value)
      .receive([&](const shared<shards::shards_status>& s) { all = s; }, [](caf::error&) {});
  if (!all) return;
  for (auto& [shard, status] : all->members)
    if (shard != 0 && status.leading) hand_over_shard(self, directory, shard);
}

cluster_process::cluster_process(std::unique_ptr<impl> i) : impl_(std::move(i)) {}
cluster_process::~cluster_process() { stop(); }

const cluster_config& cluster_process::config() const noexcept { return impl_->config; }
bool cluster_process::failed() const noexcept { return impl_->root_ended; }

void cluster_process::stop() {
  if (!impl_->system) return;
  if (impl_->config.control_plane) impl_->hand_over();
  if (impl_->server) impl_->server->drain(std::chrono::seconds(2));
  if (impl_->etcd) impl_->etcd->stop(etcd_grace);
  caf::anon_send(impl_->root, actors::stop_atom::value);
  // The supervisor ends its children in order; helpers with threads of their own go last.
  auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!impl_->root_ended && std::chrono::steady_clock::now() < limit)
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  impl_->services->stop();
  // Last, so that what the others said at their end still gets out.
  caf::anon_send_exit(impl_->links, caf::exit_reason::user_shutdown);
  impl_->links = nullptr;
  caf::anon_send_exit(impl_->directory, caf::exit_reason::user_shutdown);
  impl_->root = nullptr;
  impl_->directory = nullptr;
  impl_->door->set({});
  auto living = [] { return actors::probe_table::instance().rows(); };
  auto all_end_within = [&](std::chrono::seconds time) {
    auto until = std::chrono::steady_clock::now() + time;
    while (!living().empty() && std::chrono::steady_clock::now() < until)
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    return living().empty();
  };
  constexpr std::chrono::seconds patience{3}, end_of_patience{20};
  if (!all_end_within(patience)) {
    for (auto& a : living())
      spdlog::warn("troupe: shutdown waits for actor={} id={} mail={}", a.name, a.id, a.mailbox_depth);
    // A process that hangs is started again by nobody, and the store needs no farewell.
    if (!all_end_within(end_of_patience)) {
      spdlog::error("troupe: shutdown gives up");
      spdlog::shutdown();
      std::_Exit(1);
    }
  }
  impl_->system->await_all_actors_done();
  impl_->outside->stop();
  impl_->server.reset();
  impl_->system.reset();
}

} // namespace troupe::tools
