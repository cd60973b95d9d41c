#include "net/http/negotiation.hpp"
#include "net/http/h1_session.hpp"
#include "net/http/h2_session.hpp"
#include <spdlog/spdlog.h>

namespace troupe::net::http {

void negotiation::opened() {
  auto who = std::make_shared<http::peer>();
  boost::system::error_code error;
  const auto remote = link_.socket().remote_endpoint(error);
  if (!error) {
    auto address = remote.address();
    if (address.is_v6() && address.to_v6().is_v4_mapped())
      address = boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, address.to_v6());
    who->address = address.to_string();
    who->port = remote.port();
  }
  who->tls = link_.transport().secure();
  who->certificate = link_.transport().peer();
  std::unique_ptr<driver> next;
  if (link_.transport().alpn() == "h2") next = std::make_unique<h2_session>(link_, core_, std::move(who));
  else next = std::make_unique<h1_session>(link_, core_, std::move(who));
  auto& session = *next;
  link_.replace(std::move(next));  // We live on until the end of the step.
  session.opened();
}

void negotiation::closed(ending why) {
  core_->counters.handshake_failures.fetch_add(1, std::memory_order_relaxed);
  spdlog::debug("http: handshake {}: {}", why == ending::timed_out ? "timed out" : "failed", link_.transport().error());
}

} // namespace troupe::net::http
