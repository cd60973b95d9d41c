#include "policies/network/overlay.hpp"
#include <fmt/format.h>

namespace troupe::policies::network {

namespace {

constexpr std::size_t interface_name_limit = 15; // IFNAMSIZ without the zero.

std::uint32_t fnv1a(std::string_view text) noexcept {
  std::uint32_t hash = 2166136261u;
  for (unsigned char c : text) hash = (hash ^ c) * 16777619u;
  return hash;
}

} // namespace

std::string overlay_name(std::string_view instance) {
  auto plain = fmt::format("tr-{}-v", instance);
  if (plain.size() <= interface_name_limit) return plain;
  return fmt::format("{}-{:05x}-v", plain.substr(0, interface_name_limit - 8), fnv1a(instance) & 0xfffff);
}

std::uint32_t overlay_number(std::string_view cluster_id) noexcept {
  auto hash = fnv1a(cluster_id);
  auto folded = (hash >> 24 ^ hash) & 0xffffff; // All bits of the hash take part.
  return folded == 0 ? 1 : folded;
}

hardware_address overlay_hardware(ipv4 node) noexcept {
  return {0x02, 0x74, std::uint8_t(node >> 24), std::uint8_t(node >> 16), std::uint8_t(node >> 8), std::uint8_t(node)};
}

std::uint32_t route_metric(std::string_view instance) noexcept { return 20'000 + fnv1a(instance) % 10'000; }

} // namespace troupe::policies::network
