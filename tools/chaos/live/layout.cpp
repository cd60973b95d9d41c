#include "tools/chaos/live/layout.hpp"
#include <fmt/format.h>

namespace troupe::tools::chaos::live {

namespace {

/// `ip netns exec` has made the mounts private.
constexpr const char* set_up = R"(set -e
echo "$1" >/proc/sys/kernel/hostname
mount -t tmpfs -o mode=755,nosuid,nodev tmpfs /run
for f in hosts machine-id; do
  [ ! -e "$2/etc/$f" ] || [ ! -e "/etc/$f" ] || mount --bind "$2/etc/$f" "/etc/$f"
done
shift 2
exec "$@")";

} // namespace

std::string namespace_prefix(std::string_view id) { return fmt::format("troupe-chaos-{}-", id); }

std::string namespace_of(std::string_view id, std::uint64_t node) {
  return namespace_prefix(id) + (node == 0 ? std::string("bridge") : std::to_string(node));
}

std::string folder_name(std::string_view id) { return fmt::format("troupe-chaos-{}", id); }

std::string address_of(std::uint64_t node) {
  return node == 0 ? "10.77.0.1" : fmt::format("10.77.{}.{}", (node + 10) / 250, (node + 10) % 250);
}

std::string port_of(std::uint64_t node) { return fmt::format("p{}", node); }

words within(std::string_view name_space, const words& command) {
  words out{"ip", "netns", "exec", std::string(name_space)};
  out.insert(out.end(), command.begin(), command.end());
  return out;
}

std::vector<words> network_commands(std::string_view id, std::uint64_t hosts) {
  const auto bridge = namespace_of(id, 0);
  auto ip = [](const std::string& where, words what) {
    what.insert(what.begin(), {"ip", "-n", where});
    return what;
  };
  std::vector<words> out{
    {"ip", "netns", "add", bridge},
    ip(bridge, {"link", "set", "lo", "up"}),
    ip(bridge, {"link", "add", "br0", "type", "bridge", "forward_delay", "0", "mcast_snooping", "0"}),
    ip(bridge, {"addr", "add", address_of(0) + "/16", "dev", "br0"}),
    ip(bridge, {"link", "set", "br0", "up"}),
    // The bridge's frames are no business of the router's firewall.
    within(bridge, {"sh", "-c", "for f in /proc/sys/net/bridge/bridge-nf-call-*; do [ ! -e $f ] || echo 0 >$f; done"})};
  for (std::uint64_t n = 1; n <= hosts; ++n) {
    const auto host = namespace_of(id, n), port = port_of(n);
    out.push_back({"ip", "netns", "add", host});
    out.push_back(ip(bridge, {"link", "add", port, "type", "veth", "peer", "name", "eth0", "netns", host}));
    out.push_back(ip(bridge, {"link", "set", port, "master", "br0", "up"}));
    out.push_back(ip(host, {"link", "set", "lo", "up"}));
    out.push_back(ip(host, {"addr", "add", address_of(n) + "/16", "dev", "eth0"}));
    out.push_back(ip(host, {"link", "set", "eth0", "up"}));
    out.push_back(ip(host, {"route", "add", "default", "via", address_of(0)}));
  }
  return out;
}

words on_host(std::string_view id, std::uint64_t node, const std::string& name, const std::string& folder,
              const words& command) {
  words inner{"unshare", "--uts", "--ipc", "--", "sh", "-c", set_up, "sh", name, folder};
  inner.insert(inner.end(), command.begin(), command.end());
  return within(namespace_of(id, node), inner);
}

} // namespace troupe::tools::chaos::live
