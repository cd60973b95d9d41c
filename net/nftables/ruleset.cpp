#include "net/nftables/ruleset.hpp"
#include <algorithm>
#include <fmt/format.h>

namespace troupe::net::nftables {

namespace {

/// `numgen` in the key of a map type-checks only with `typeof`, and only with one transport protocol per map.
constexpr std::string_view maps_of_protocol = R"(
  map svc_{0} {{ type ipv4_addr . inet_service : verdict; }}
  map in_{0} {{ type ipv4_addr . inet_service : verdict; }}
  map np_{0} {{ type inet_service : verdict; }}
  map inp_{0} {{ type inet_service : verdict; }}
  map no_{0} {{ type ipv4_addr . inet_service : verdict; }}
  map nonp_{0} {{ type inet_service : verdict; }}
  map st_{0} {{ type ipv4_addr . inet_service : verdict; }}
  map nst_{0} {{ type inet_service : verdict; }}
  map aff_{0} {{ type ipv4_addr . ipv4_addr . inet_service : ipv4_addr . inet_service; size 262144;
    flags dynamic, timeout; }}
  map ep_{0} {{ typeof ip daddr . {0} dport . numgen random mod 65536 : ip daddr . {0} dport; }}
  map npep_{0} {{ typeof {0} dport . numgen random mod 65536 : ip daddr . {0} dport; }})";

constexpr std::string_view inside_of_protocol = R"(
  chain inside_{0} {{
    ip daddr . {0} dport vmap @in_{0}
    fib daddr type local {0} dport vmap @inp_{0}
  }})";

constexpr std::string_view learn_of_protocol = R"(
    meta l4proto {0} ct original ip daddr . ct original proto-dst vmap @st_{0}
    meta l4proto {0} ct original proto-dst vmap @nst_{0})";

constexpr std::string_view refusals_of_protocol = R"(
    ct state new ip daddr . {0} dport vmap @no_{0}
    ct state new fib daddr type local {0} dport vmap @nonp_{0})";

std::string for_both(std::string_view text) {
  return fmt::format(fmt::runtime(text), "tcp") + fmt::format(fmt::runtime(text), "udp");
}

} // namespace

std::string table_name(std::string_view instance) {
  auto out = "troupe_" + std::string(instance);
  std::replace(out.begin(), out.end(), '-', '_');
  return out;
}

std::string no_table(std::string_view table) {
  // Deleting fails where there is nothing to delete.
  return fmt::format("add table ip {0}\ndelete table ip {0}\n", table);
}

std::string fresh_table(const table_config& c) {
  auto out = no_table(c.table);
  out += fmt::format("table ip {} {{", c.table);
  out += for_both(maps_of_protocol);
  out += fmt::format(R"(
  set hairpin {{ type ipv4_addr . ipv4_addr; }}
  set inside {{ type ipv4_addr; flags interval; elements = {{ {} }}; }}
  set vips {{ type ipv4_addr; flags interval; elements = {{ {} }}; }}
  chain refuse {{ reject; }})",
                     c.cluster_cidr, c.service_cidr);
  out += for_both(inside_of_protocol);
  out += "\n  chain inside {\n    meta l4proto tcp goto inside_tcp\n    meta l4proto udp goto inside_udp\n  }";
  out += "\n  chain services {\n    ip saddr != @inside ip daddr @vips meta mark set meta mark or 0x4000"
         "\n    ip saddr @inside jump inside\n    fib saddr type local jump inside";
  for (auto proto : {"tcp", "udp"})
    out +=
        fmt::format("\n    ip daddr . {0} dport vmap @svc_{0}\n    fib daddr type local {0} dport vmap @np_{0}", proto);
  out += "\n  }";
  // The address of the cluster's DNS is inside the range and is local to the node.
  out += "\n  chain refusals {" + for_both(refusals_of_protocol) +
         "\n    ct state new ip daddr @vips fib daddr type != local reject\n  }";
  out += "\n  chain learn {" + for_both(learn_of_protocol) + "\n  }";
  // Node ports on 127.0.0.1 need route_localnet, which by itself would let neighbours send to loopback addresses.
  out += R"(
  chain pre { type nat hook prerouting priority dstnat; jump services; }
  chain out { type nat hook output priority -100; jump services; }
  chain post { type nat hook postrouting priority srcnat;
    meta mark and 0x4000 == 0x4000 meta mark set meta mark xor 0x4000 masquerade fully-random
    ip saddr . ip daddr @hairpin masquerade
  }
  chain learn_in { type filter hook input priority -10; ct state new ct status dnat jump learn; }
  chain learn_post { type filter hook postrouting priority srcnat - 10; ct state new ct status dnat jump learn; }
  chain rej_in { type filter hook input priority filter;
    iifname != "lo" ip saddr != 127.0.0.0/8 ip daddr 127.0.0.0/8 ct state { new, invalid } drop
    jump refusals
  }
  chain rej_forward { type filter hook forward priority filter; jump refusals; }
  chain rej_out { type filter hook output priority filter; jump refusals; }
}
)";
  return out;
}

std::string chain_name(const frontend& kind, const balance& to) {
  return fmt::format("{}{}{}{}{}_{}", kind.udp ? "udp" : "tcp", kind.address == 0 ? "n" : "", kind.inside ? "i" : "",
                     to.sticky_seconds > 0 ? "s" : "", to.masquerade ? "m" : "", to.endpoints.size());
}

std::string learn_chain_name(bool udp, std::uint32_t seconds) {
  return fmt::format("learn_{}_{}", udp ? "udp" : "tcp", seconds);
}

std::string add_learn_chain(std::string_view table, bool udp, std::uint32_t seconds) {
  auto name = learn_chain_name(udp, seconds);
  // An entry that is there keeps its endpoint and lives on.
  return fmt::format(
      "add chain ip {0} {1}\nadd rule ip {0} {1} meta l4proto {2} update @aff_{2} {{ ip saddr . ct original "
      "ip daddr . ct original proto-dst timeout {3}s : ip daddr . {2} dport }}\n",
      table, name, udp ? "udp" : "tcp", seconds);
}

std::string add_chain(std::string_view table, const frontend& kind, const balance& to) {
  auto name = chain_name(kind, to);
  std::string_view proto = kind.udp ? "udp" : "tcp";
  // A rule inside the braces of a new chain would not see maps that exist.
  auto out = fmt::format("add chain ip {} {}\n", table, name);
  if (to.masquerade)
    out += fmt::format("add rule ip {} {} {}meta mark set meta mark or 0x4000\n", table, name,
                       kind.inside ? "fib saddr type local " : "");
  bool sticky = to.sticky_seconds > 0;
  if (sticky)
    out += fmt::format("add rule ip {0} {1} dnat ip to ip saddr . ip daddr . {2} dport map @aff_{2}\n", table, name,
                       proto);
  // Two rules of one address, one of them for clients inside, share a map: the inner one has the upper half of the
  // slots.
  out += fmt::format("add rule ip {} {} dnat ip to {}{} dport . {} mod {}{}{} map @{}_{}\n", table, name,
                     kind.address == 0 ? "" : "ip daddr . ", proto, sticky ? "jhash ip saddr" : "numgen random",
                     to.endpoints.size(), sticky ? " seed 0x5eed" : "", kind.inside ? " offset 32768" : "",
                     kind.address == 0 ? "npep" : "ep", proto);
  return out;
}

} // namespace troupe::net::nftables
