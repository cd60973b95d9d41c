#include "net/streams/remote_streams.hpp"
#include "net/streams/spdy_streams.hpp"
#include "net/streams/upgrade.hpp"
#include "net/streams/websocket_streams.hpp"
#include "net/websocket/handshake.hpp"

namespace troupe::net::streams {

namespace {

constexpr std::string_view spdy_v4 = "v4.channel.k8s.io";

tl::expected<void, refusal> accept_websocket(const http::request& what, const http::responder& answer,
                                             stream_options options, remote_acceptor acceptor) {
  auto agreed = websocket::accept(what, websocket::channel_protocols());
  if (!agreed) return tl::unexpected(refusal{agreed.error().status, std::move(agreed.error().message)});
  const auto protocol = websocket::parse_channel_protocol(agreed->protocol);
  if (!protocol) return tl::unexpected(refusal{400, "a channel protocol must be requested"});
  auto link = answer.upgrade(std::move(agreed->answer));
  if (!link) return tl::unexpected(refusal{400, "unable to upgrade the connection"});
  const auto made = std::make_shared<websocket_streams>(std::move(link), *protocol, options);
  made->start(acceptor.on_ready(made));
  return {};
}

} // namespace

tl::expected<void, refusal> accept_remote(const http::request& what, const http::responder& answer,
                                          stream_options options, remote_acceptor acceptor,
                                          std::chrono::milliseconds creation_limit) {
  if (!options.in && !options.out && !options.err)
    return tl::unexpected(refusal{400, "you must specify at least 1 of stdin, stdout, stderr"});
  if (websocket::wants_upgrade(what)) return accept_websocket(what, answer, options, std::move(acceptor));
  auto link = accept_spdy(what, answer, {spdy_v4});
  if (!link) return tl::unexpected(std::move(link.error()));
  std::make_shared<spdy_streams>(std::move(*link), options, std::move(acceptor))->start(creation_limit);
  return {};
}

} // namespace troupe::net::streams
