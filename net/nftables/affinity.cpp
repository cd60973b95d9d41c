#include "net/nftables/affinity.hpp"
#include <algorithm>
#include <arpa/inet.h>
#include <charconv>
#include <fmt/format.h>
#include <optional>
#include <sstream>
#include <vector>

namespace troupe::net::nftables {

namespace {

std::optional<std::uint32_t> address(const std::string& text) {
  in_addr out{};
  if (::inet_pton(AF_INET, text.c_str(), &out) != 1) return std::nullopt;
  return ntohl(out.s_addr);
}

std::optional<std::uint16_t> port(const std::string& text) {
  std::uint16_t out = 0;
  auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (ec != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return out;
}

struct entry {
  std::string key;
  lost_endpoint leads_to;
};

/// "10.0.0.1 . 10.96.0.9 . 80 timeout 3h expires 2h59m : 10.244.0.5 . 8080"
std::optional<entry> read_entry(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> words;
  for (std::string w; in >> w;) words.push_back(w);
  auto colon = std::find(words.begin(), words.end(), ":");
  if (words.size() < 5 || words.end() - colon != 4) return std::nullopt;
  auto to = address(words[2]), was = address(colon[1]);
  auto to_port = port(words[4]), was_port = port(colon[3]);
  if (!to || !was || !to_port || !was_port) return std::nullopt;
  return entry{fmt::format("{} . {} . {}", words[0], words[2], words[4]), {false, *to, *to_port, {*was, *was_port}}};
}

} // namespace

std::set<lost_endpoint> lost_endpoints(const change& c) {
  std::set<lost_endpoint> out;
  for (auto& [f, before] : c.removed) {
    if (before.sticky_seconds == 0) continue;
    auto now = c.added.find(f);
    for (auto& e : before.endpoints)
      if (now == c.added.end() || now->second.sticky_seconds == 0 ||
          std::find(now->second.endpoints.begin(), now->second.endpoints.end(), e) == now->second.endpoints.end())
        out.insert({f.udp, f.address, f.port, e});
  }
  return out;
}

std::string list_affinity(std::string_view table, bool udp) {
  return fmt::format("list map ip {} aff_{}", table, udp ? "udp" : "tcp");
}

std::string forget_affinity(std::string_view table, bool udp, std::string_view listing,
                            const std::set<lost_endpoint>& lost) {
  constexpr std::string_view begin = "elements = {";
  auto at = listing.find(begin);
  if (at == std::string_view::npos) return {};
  listing.remove_prefix(at + begin.size());
  std::istringstream in(std::string(listing.substr(0, listing.find('}'))));
  std::string keys;
  for (std::string text; std::getline(in, text, ',');) {
    auto found = read_entry(text);
    if (!found) continue;
    auto exact = found->leads_to;
    exact.udp = udp;
    auto any = exact;
    any.address = 0;
    if (lost.contains(exact) || lost.contains(any)) keys += (keys.empty() ? "" : ", ") + found->key;
  }
  if (keys.empty()) return {};
  return fmt::format("delete element ip {} aff_{} {{ {} }}\n", table, udp ? "udp" : "tcp", keys);
}

} // namespace troupe::net::nftables
