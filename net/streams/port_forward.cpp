#include "net/streams/port_forward.hpp"
#include "net/streams/forward_session.hpp"
#include "net/streams/tunnel.hpp"
#include "net/streams/upgrade.hpp"
#include "net/websocket/handshake.hpp"

namespace troupe::net::streams {

namespace {
constexpr std::string_view raw_protocol = "portforward.k8s.io";
constexpr std::string_view tunnelled_protocol = "SPDY/3.1+portforward.k8s.io";
} // namespace

tl::expected<void, refusal> accept_port_forward(const http::request& what, const http::responder& answer,
                                                forward_acceptor acceptor) {
  std::shared_ptr<spdy::session> session;
  if (websocket::wants_upgrade(what)) {
    auto agreed = websocket::accept(what, {tunnelled_protocol});
    if (!agreed) return tl::unexpected(refusal{agreed.error().status, std::move(agreed.error().message)});
    if (agreed->protocol.empty()) return tl::unexpected(refusal{400, "a port-forward protocol must be requested"});
    auto link = answer.upgrade(std::move(agreed->answer));
    if (!link) return tl::unexpected(refusal{400, "unable to upgrade the connection"});
    auto socket = websocket::session::open(std::move(link), {});
    session = spdy::session::open(std::make_shared<tunnel>(std::move(socket)), spdy::role::server);
  } else {
    auto accepted = accept_spdy(what, answer, {raw_protocol});
    if (!accepted) return tl::unexpected(std::move(accepted.error()));
    session = std::move(*accepted);
  }
  std::make_shared<forward_session>(std::move(session), std::move(acceptor))->start();
  return {};
}

} // namespace troupe::net::streams
