#include "tools/bench/lane.hpp"
#include "tools/bench/h1_lane.hpp"
#include "tools/bench/h2_lane.hpp"
#include <fmt/format.h>

namespace troupe::tools::bench {

std::vector<std::string> protocols_of(wire how) { return {how == wire::h2 ? "h2" : "http/1.1"}; }

tl::expected<std::unique_ptr<lane>, std::string> open_lane(const dialer& to, wire how, poller& events) {
  auto opened = to.open();
  if (!opened) return tl::unexpected(opened.error());
  if (how == wire::h1) return std::make_unique<h1_lane>(std::move(*opened), events);
  // Without TLS the server must know beforehand that it is spoken to in HTTP/2.
  if (to.to().tls && (*opened)->alpn() != "h2")
    return tl::unexpected(fmt::format("{} does not speak HTTP/2", to.to().authority()));
  return std::make_unique<h2_lane>(std::move(*opened), events, to.to());
}

} // namespace troupe::tools::bench
