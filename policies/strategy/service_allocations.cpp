#include "policies/strategy/service_allocator.hpp"
#include <arpa/inet.h>
#include <charconv>
#include <fmt/format.h>

namespace troupe::policies::strategy {

namespace json = api::json;

namespace {

template <class Key> void count_one(std::map<Key, int>& holders, Key key, int by) {
  if ((holders[key] += by) <= 0) holders.erase(key);
}

std::optional<std::uint32_t> parse_address(std::string_view text) {
  in_addr out{};
  if (inet_pton(AF_INET, std::string(text).c_str(), &out) != 1) return {};
  return ntohl(out.s_addr);
}

} // namespace

std::optional<service_network> service_network::parse(std::string_view cidr) {
  auto slash = cidr.find('/');
  if (slash == std::string_view::npos) return {};
  auto base = parse_address(cidr.substr(0, slash));
  int prefix = 0;
  auto digits = cidr.substr(slash + 1);
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), prefix);
  if (!base || error != std::errc{} || end != digits.data() + digits.size() || prefix < 8 || prefix > 30) return {};
  service_network out;
  out.prefix = prefix;
  out.base = *base & ~((std::uint32_t{1} << (32 - prefix)) - 1);
  return out;
}

std::string service_network::cidr() const {
  return fmt::format("{}.{}.{}.{}/{}", base >> 24, base >> 16 & 255, base >> 8 & 255, base & 255, prefix);
}

void service_allocations::count(const json::object& service, int by) {
  if (api::string_at(service, {"spec", "type"}) == "ExternalName") return;
  if (auto address = parse_address(api::string_at(service, {"spec", "clusterIP"}))) count_one(addresses_, *address, by);
  std::map<int, int> own;
  if (auto* ports = api::array_at(service, {"spec", "ports"}))
    for (auto& port : *ports)
      if (auto number = static_cast<int>(api::int_at(port, {"nodePort"})); number != 0) own[number] = 1;
  if (auto health = static_cast<int>(api::int_at(service, {"spec", "healthCheckNodePort"})); health != 0)
    own[health] = 1;
  for (auto& [number, one] : own)
    count_one(ports_, number, by);
}

void service_allocations::add(const json::object& service) { count(service, 1); }
void service_allocations::remove(const json::object& service) { count(service, -1); }

} // namespace troupe::policies::strategy
