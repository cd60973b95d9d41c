#include "net/streams/upgrade.hpp"
#include <algorithm>
#include <fmt/format.h>

namespace troupe::net::streams {

namespace {

constexpr std::string_view version_field = "X-Stream-Protocol-Version";

/// The field may be repeated, and each may hold a list.
std::vector<std::string_view> offered_versions(const http::headers& fields) {
  std::vector<std::string_view> all;
  for (auto [name, value] : fields) {
    if (!http::iequals(name, version_field)) continue;
    while (!value.empty()) {
      const auto comma = value.find(',');
      auto one = value.substr(0, comma);
      while (one.starts_with(' ')) one.remove_prefix(1);
      while (one.ends_with(' ')) one.remove_suffix(1);
      if (!one.empty()) all.push_back(one);
      value = comma == std::string_view::npos ? std::string_view() : value.substr(comma + 1);
    }
  }
  return all;
}

} // namespace

tl::expected<std::shared_ptr<spdy::session>, refusal> accept_spdy(const http::request& what,
                                                                  const http::responder& answer,
                                                                  const std::vector<std::string_view>& supported) {
  if (!what.fields.has_token("connection", "upgrade") || !what.fields.has_token("upgrade", "SPDY/3.1"))
    return tl::unexpected(
        refusal{400, fmt::format("unable to upgrade: missing upgrade headers in request: {}",
                                 what.fields.contains("upgrade") ? "Upgrade is not SPDY/3.1" : "Upgrade")});
  const auto offered = offered_versions(what.fields);
  const auto chosen = std::find_if(offered.begin(), offered.end(), [&](std::string_view each) {
    return std::find(supported.begin(), supported.end(), each) != supported.end();
  });
  if (chosen == offered.end())
    return tl::unexpected(
        refusal{403, fmt::format("unable to upgrade: unable to negotiate protocol: client supports [{}], "
                                 "server accepts [{}]",
                                 fmt::join(offered, " "), fmt::join(supported, " "))});
  auto link = answer.upgrade({{"Connection", "Upgrade"}, {"Upgrade", "SPDY/3.1"}, {version_field, *chosen}});
  if (!link) return tl::unexpected(refusal{400, "unable to upgrade the connection"});
  return spdy::session::open(std::move(link), spdy::role::server);
}

} // namespace troupe::net::streams
