#include "net/discovery/interfaces.hpp"
#include <ifaddrs.h>
#include <net/if.h>
#include <set>

namespace troupe::net::discovery {

std::vector<unsigned> multicast_interfaces() {
  ifaddrs* all = nullptr;
  if (getifaddrs(&all) != 0) return {};
  std::set<unsigned> out;
  for (auto* each = all; each; each = each->ifa_next) {
    constexpr unsigned wanted = IFF_UP | IFF_MULTICAST;
    if (!each->ifa_addr || each->ifa_addr->sa_family != AF_INET) continue;
    if ((each->ifa_flags & wanted) != wanted || (each->ifa_flags & IFF_LOOPBACK) != 0) continue;
    if (auto index = if_nametoindex(each->ifa_name); index != 0) out.insert(index);
  }
  freeifaddrs(all);
  return {out.begin(), out.end()};
}

} // namespace troupe::net::discovery
