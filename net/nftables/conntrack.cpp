#include "net/nftables/conntrack.hpp"
#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <cstring>
#include <libnetfilter_conntrack/libnetfilter_conntrack.h>
#include <memory>
#include <netinet/in.h>

namespace troupe::net::nftables {

namespace {

struct close_handle {
  void operator()(nfct_handle* h) const noexcept { nfct_close(h); }
};
struct free_entry {
  void operator()(nf_conntrack* c) const noexcept { nfct_destroy(c); }
};
using handle = std::unique_ptr<nfct_handle, close_handle>;
using entry = std::unique_ptr<nf_conntrack, free_entry>;

struct search {
  const std::set<udp_flow>& wanted;
  std::vector<entry> found;
};

int visit(nf_conntrack_msg_type, nf_conntrack* flow, void* data) {
  auto& s = *static_cast<search*>(data);
  if (nfct_get_attr_u8(flow, ATTR_L4PROTO) != IPPROTO_UDP) return NFCT_CB_CONTINUE;
  udp_flow f{ntohl(nfct_get_attr_u32(flow, ATTR_ORIG_IPV4_DST)),
             ntohs(nfct_get_attr_u16(flow, ATTR_ORIG_PORT_DST)),
             {ntohl(nfct_get_attr_u32(flow, ATTR_REPL_IPV4_SRC)), ntohs(nfct_get_attr_u16(flow, ATTR_REPL_PORT_SRC))}};
  auto any = f;
  any.address = 0;
  if (s.wanted.contains(f) || s.wanted.contains(any)) s.found.emplace_back(nfct_clone(flow));
  return NFCT_CB_CONTINUE;
}

tl::unexpected<std::string> failed(const char* what) {
  return tl::unexpected(std::string(what) + ": " + std::strerror(errno));
}

} // namespace

std::set<udp_flow> cut_flows(const change& c) {
  std::set<udp_flow> out;
  for (auto& [f, before] : c.removed) {
    if (!f.udp) continue;
    auto now = c.added.find(f);
    for (auto& e : before.endpoints)
      if (now == c.added.end() ||
          std::find(now->second.endpoints.begin(), now->second.endpoints.end(), e) == now->second.endpoints.end())
        out.insert({f.address, f.port, e});
  }
  return out;
}

tl::expected<std::size_t, std::string> forget(const std::set<udp_flow>& flows) {
  if (flows.empty()) return 0;
  handle reader(nfct_open(CONNTRACK, 0)), writer(nfct_open(CONNTRACK, 0));
  if (!reader || !writer) return failed("cannot open the connection table");
  search s{flows, {}};
  nfct_callback_register(reader.get(), NFCT_T_ALL, visit, &s);
  std::uint32_t family = AF_INET;
  if (nfct_query(reader.get(), NFCT_Q_DUMP, &family) != 0) return failed("cannot read the connection table");
  for (auto& e : s.found)
    if (nfct_query(writer.get(), NFCT_Q_DESTROY, e.get()) != 0 && errno != ENOENT)
      return failed("cannot remove a connection");
  return s.found.size();
}

} // namespace troupe::net::nftables
