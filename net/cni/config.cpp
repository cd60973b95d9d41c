#include "net/cni/config.hpp"
#include <charconv>
#include <fmt/format.h>

namespace troupe::net::cni {

namespace json = api::json;

namespace {
constexpr std::string_view spec_version = "1.0.0";
constexpr std::size_t interface_name_limit = 15; // IFNAMSIZ without the zero.

std::string dotted(std::uint32_t a) {
  return fmt::format("{}.{}.{}.{}", a >> 24, a >> 16 & 255, a >> 8 & 255, a & 255);
}
} // namespace

std::string subnet::gateway() const { return dotted(base + 1); }

tl::expected<subnet, std::string> parse_subnet(std::string_view text) {
  auto bad = [&] { return tl::unexpected(fmt::format("\"{}\" is not an IPv4 subnet for pods", text)); };
  subnet out;
  auto rest = text;
  for (int i = 0; i < 4; ++i) {
    unsigned part = 0;
    auto [end, ec] = std::from_chars(rest.data(), rest.data() + rest.size(), part);
    if (ec != std::errc{} || part > 255) return bad();
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    out.base = out.base << 8 | part;
    if (rest.empty() || rest[0] != (i < 3 ? '.' : '/')) return bad();
    rest.remove_prefix(1);
  }
  auto [end, ec] = std::from_chars(rest.data(), rest.data() + rest.size(), out.bits);
  if (ec != std::errc{} || end != rest.data() + rest.size() || out.bits < 8 || out.bits > 29) return bad();
  if ((out.base & ((1u << (32 - out.bits)) - 1)) != 0) return bad();
  return out;
}

std::string bridge_name(std::string_view instance) {
  auto plain = fmt::format("tr-{}", instance);
  if (plain.size() <= interface_name_limit) return plain;
  std::uint32_t hash = 2166136261u; // FNV-1a
  for (unsigned char c : instance) hash = (hash ^ c) * 16777619u;
  return fmt::format("{}-{:05x}", plain.substr(0, interface_name_limit - 6), hash & 0xfffff);
}

json::object bridge_config(const bridge_network& n) {
  json::object range{{"subnet", n.subnet}};
  if (auto s = parse_subnet(n.subnet)) {
    range["gateway"] = s->gateway();
    range["rangeStart"] = dotted(s->base + 2);
  }
  return {{"cniVersion", spec_version},
          {"name", n.name},
          {"type", "bridge"},
          {"bridge", n.bridge},
          {"isDefaultGateway", true},
          {"forceAddress", false},
          {"hairpinMode", true},
          {"ipMasq", false},
          {"mtu", n.mtu},
          {"ipam", json::object{{"type", "host-local"},
                                {"dataDir", n.data_dir},
                                {"ranges", json::array{json::array{json::value(std::move(range))}}}}}};
}

json::object portmap_config(const bridge_network& n, const std::vector<port>& ports, const json::object& previous) {
  json::array mappings;
  for (auto& p : ports) {
    json::object m{{"hostPort", p.host}, {"containerPort", p.container}, {"protocol", p.protocol}};
    if (!p.host_ip.empty() && p.host_ip != "0.0.0.0") m["hostIP"] = p.host_ip;
    mappings.push_back(std::move(m));
  }
  return {{"cniVersion", spec_version},
          {"name", n.name},
          {"type", "portmap"},
          {"snat", true},
          {"capabilities", json::object{{"portMappings", true}}},
          {"runtimeConfig", json::object{{"portMappings", std::move(mappings)}}},
          {"prevResult", previous}};
}

std::vector<std::string> environment(std::string_view verb, const attachment& to, const std::string& bin_dir) {
  return {fmt::format("CNI_COMMAND={}", verb), "CNI_CONTAINERID=" + to.id, "CNI_NETNS=" + to.netns,
          "CNI_IFNAME=" + to.interface, "CNI_PATH=" + bin_dir,
          "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"};
}

} // namespace troupe::net::cni
