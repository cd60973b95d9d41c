#include "net/nftables/masquerade.hpp"
#include <fmt/format.h>

namespace troupe::net::nftables {

std::string masquerade_table(std::string_view instance) { return fmt::format("troupe-{}-pods", instance); }

std::string no_masquerade(std::string_view instance) {
  // Deleting fails where there is nothing to delete.
  return fmt::format("add table ip {0}\ndelete table ip {0}\n", masquerade_table(instance));
}

std::string masquerade(std::string_view instance, std::string_view pods, const std::vector<std::string>& inside) {
  auto ranges = std::string(pods);
  for (auto& r : inside)
    if (r != pods) ranges += ", " + r;
  return no_masquerade(instance) +
         fmt::format(
           "table ip {} {{\n  set inside {{ type ipv4_addr; flags interval; auto-merge; elements = {{ {} }}; }}\n"
           "  chain post {{\n    type nat hook postrouting priority srcnat;\n"
           "    ip saddr {} ip daddr != @inside ip daddr != 224.0.0.0/4 masquerade\n  }}\n}}\n",
           masquerade_table(instance), ranges, pods);
}

} // namespace troupe::net::nftables
