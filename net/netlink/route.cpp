#include "net/netlink/route.hpp"
#include "net/netlink/request.hpp"
#include <arpa/inet.h>
#include <cerrno>
#include <fmt/format.h>
#include <linux/rtnetlink.h>

namespace troupe::net::netlink {

namespace {

std::string text(const route& r) {
  return fmt::format("{}.{}.{}.{}/{}", r.to >> 24, r.to >> 16 & 255, r.to >> 8 & 255, r.to & 255, r.bits);
}

void describe(request<rtmsg>& m, const route& r) {
  m.body->rtm_family = AF_INET;
  m.body->rtm_dst_len = static_cast<std::uint8_t>(r.bits);
  m.body->rtm_table = RT_TABLE_MAIN;
  m.body->rtm_protocol = r.protocol;
  m.body->rtm_type = RTN_UNICAST;
  m.body->rtm_scope = r.via != 0 ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK;
  mnl_attr_put_u32(m.header, RTA_DST, htonl(r.to));
  if (r.index != 0) mnl_attr_put_u32(m.header, RTA_OIF, r.index);
  if (r.metric != 0) mnl_attr_put_u32(m.header, RTA_PRIORITY, r.metric);
}

void read_attribute(const nlattr* a, route& out, std::uint32_t& table) {
  switch (mnl_attr_get_type(a)) {
    case RTA_TABLE: table = mnl_attr_get_u32(a); break;
    case RTA_DST: out.to = ntohl(mnl_attr_get_u32(a)); break;
    case RTA_GATEWAY: out.via = ntohl(mnl_attr_get_u32(a)); break;
    case RTA_OIF: out.index = mnl_attr_get_u32(a); break;
    case RTA_PREFSRC: out.source = ntohl(mnl_attr_get_u32(a)); break;
    case RTA_PRIORITY: out.metric = mnl_attr_get_u32(a); break;
    default: break;
  }
}

} // namespace

tl::expected<std::vector<route>, std::string> routes() {
  request<rtmsg> m(RTM_GETROUTE, NLM_F_DUMP);
  m.body->rtm_family = AF_INET;
  std::vector<route> out;
  auto error = exchange(m.header, [&](const nlmsghdr* h) {
    auto* info = static_cast<const rtmsg*>(mnl_nlmsg_get_payload(h));
    route r;
    r.bits = info->rtm_dst_len;
    r.protocol = info->rtm_protocol;
    std::uint32_t table = info->rtm_table;
    for_attributes(h, sizeof *info, [&](const nlattr* a) { read_attribute(a, r, table); });
    // The kernel's cache of exceptions is dumped along with the table.
    bool cached = (info->rtm_flags & RTM_F_CLONED) != 0;
    if (table == RT_TABLE_MAIN && info->rtm_type == RTN_UNICAST && !cached) out.push_back(r);
  });
  if (error != 0) return failure("list of the routes", error);
  return out;
}

tl::expected<void, std::string> put_route(const route& r) {
  request<rtmsg> m(RTM_NEWROUTE, NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE);
  describe(m, r);
  if (r.via != 0) {
    m.body->rtm_flags |= RTNH_F_ONLINK;
    mnl_attr_put_u32(m.header, RTA_GATEWAY, htonl(r.via));
  }
  if (r.source != 0) mnl_attr_put_u32(m.header, RTA_PREFSRC, htonl(r.source));
  if (auto error = exchange(m.header)) return failure("add route to " + text(r), error);
  return {};
}

tl::expected<void, std::string> remove_route(const route& r) {
  request<rtmsg> m(RTM_DELROUTE, NLM_F_ACK);
  describe(m, r);
  m.body->rtm_scope = RT_SCOPE_NOWHERE; // Any.
  auto error = exchange(m.header);
  if (error != 0 && error != ESRCH) return failure("remove route to " + text(r), error);
  return {};
}

} // namespace troupe::net::netlink
