#include "tools/store/etcd_service.hpp"
#include "actors/etcd/gateway.hpp"
#include "net/certificates/certificate.hpp"
#include <algorithm>
#include <caf/actor_system.hpp>
#include <caf/send.hpp>

namespace troupe::tools::store {

namespace {
constexpr auto stop_grace = std::chrono::seconds(2);
} // namespace

struct etcd_service::impl {
  std::vector<actors::etcd::front_actor> fronts;
  std::unique_ptr<actors::etcd::gateway> gateway;
  std::unique_ptr<net::etcd::server> server;

  ~impl() {
    if (server) server->stop(stop_grace);
    for (auto& f : fronts) caf::anon_send_exit(f, caf::exit_reason::user_shutdown);
  }
};

etcd_service::etcd_service(std::unique_ptr<impl> i) : impl_(std::move(i)) {}
etcd_service::~etcd_service() = default;
std::uint16_t etcd_service::port() const noexcept { return impl_->server->port(); }

tl::expected<std::unique_ptr<etcd_service>, std::string>
etcd_service::start(caf::actor_system& system, const actors::store::local_store_actor& store,
                    const actors::environment_ptr& environment, const actors::etcd::front_config& front,
                    const net::etcd::server_config& server, unsigned fronts) {
  auto i = std::make_unique<impl>();
  for (unsigned n = 0; n < std::max(1u, fronts); ++n)
    i->fronts.push_back(system.spawn(actors::etcd::etcd_front, store, environment, front));
  i->gateway = std::make_unique<actors::etcd::gateway>(i->fronts);
  auto started = net::etcd::server::start(server, *i->gateway);
  if (!started) return tl::make_unexpected(started.error());
  i->server = std::move(*started);
  return std::unique_ptr<etcd_service>(new etcd_service(std::move(i)));
}

bool is_master(const std::string& certificate_pem) {
  auto facts = net::certificates::inspect(certificate_pem);
  if (!facts) return false;
  auto& groups = facts->organizations;
  return std::find(groups.begin(), groups.end(), "system:masters") != groups.end();
}

} // namespace troupe::tools::store
