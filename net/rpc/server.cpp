#include "net/rpc/server.hpp"
#include "net/rpc/session.hpp"

namespace troupe::net::rpc {

tl::expected<std::unique_ptr<server>, std::string> server::start(server_config config, service& s) {
  auto shared = std::make_shared<shared_state>(std::move(config), s);
  auto door = http::listener::start(shared->config.where, [shared](http::connection& link) {
    return std::make_unique<session>(link, shared);
  });
  if (!door) return tl::unexpected(door.error());
  return std::unique_ptr<server>(new server(std::move(*door)));
}

} // namespace troupe::net::rpc
