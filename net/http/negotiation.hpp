#pragma once
#include "net/http/server_core.hpp"

namespace troupe::net::http {

/// The driver of an accepted connection until its handshake is done: then HTTP/2 or HTTP/1.1 takes its place, as ALPN
/// says; without ALPN it is HTTP/1.1.
class negotiation final : public driver {
public:
  negotiation(connection& link, std::shared_ptr<server_core> core) : link_(link), core_(std::move(core)) {}

  void opened() override;
  void received(std::string_view) override {}
  void peer_ended() override { link_.end(ending::peer_closed); }
  void deadline_passed() override { link_.end(ending::timed_out); }
  void closed(ending why) override;
  void retire() override { link_.end(ending::finished); }

private:
  connection& link_;
  std::shared_ptr<server_core> core_;
};

} // namespace troupe::net::http
