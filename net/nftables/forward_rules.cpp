#include "net/nftables/forward_rules.hpp"
#include "net/nftables/client.hpp"
#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <optional>

namespace troupe::net::nftables {

namespace {

constexpr std::string_view chain_name = "ip filter FORWARD";

std::vector<std::string> wanted_rules(const forward_chain& chain, std::string_view pods) {
  if (!chain.drops || pods.empty()) return {};
  return {fmt::format("ip saddr {} accept", pods), fmt::format("ip daddr {} accept", pods)};
}

/// "ip saddr 10.0.0.0/8 counter packets 3 bytes 240 accept comment "x" # handle 7" → "ip saddr 10.0.0.0/8 accept"
std::string without_counts(std::string_view line) {
  line = line.substr(0, line.find(" comment "));
  line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
  std::string out(line);
  auto begin = out.find(" counter packets ");
  auto end = begin == std::string::npos ? begin : out.find(" accept", begin);
  if (end != std::string::npos) out.erase(begin, end - begin);
  return out;
}

std::optional<std::uint64_t> handle_of(std::string_view line) {
  constexpr std::string_view word = "# handle ";
  auto at = line.rfind(word);
  if (at == std::string_view::npos) return std::nullopt;
  std::uint64_t out = 0;
  auto digits = line.substr(at + word.size());
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
  if (error != std::errc{}) return std::nullopt;
  return out;
}

} // namespace

forward_chain parse_forward_chain(std::string_view listing, std::string_view comment) {
  forward_chain out;
  auto mark = fmt::format("comment \"{}\"", comment);
  while (!listing.empty()) {
    auto line = listing.substr(0, listing.find('\n'));
    listing.remove_prefix(std::min(line.size() + 1, listing.size()));
    if (line.find("hook forward") != std::string_view::npos && line.find("policy drop") != std::string_view::npos)
      out.drops = true;
    auto handle = handle_of(line);
    if (handle && line.find(mark) != std::string_view::npos) out.ours.push_back({*handle, without_counts(line)});
  }
  return out;
}

std::string fix_forward_chain(const forward_chain& chain, std::string_view pods, std::string_view comment) {
  auto wanted = wanted_rules(chain, pods);
  std::string out;
  for (auto& r : chain.ours) {
    auto found = std::find(wanted.begin(), wanted.end(), r.text);
    if (found != wanted.end())
      wanted.erase(found);
    else
      out += fmt::format("delete rule {} handle {}\n", chain_name, r.handle);
  }
  // At the end: what others refuse stays refused.
  for (auto& w : wanted) {
    auto match = w.substr(0, w.rfind(' '));
    out += fmt::format("add rule {} {} counter accept comment \"{}\"\n", chain_name, match, comment);
  }
  return out;
}

tl::expected<bool, std::string> accept_forwarded(std::string_view instance, std::string_view pods) {
  client kernel;
  auto comment = fmt::format("troupe-{}", instance);
  auto listing = kernel.list_with_handles(fmt::format("list chain {}", chain_name));
  if (!listing) return false; // There is none.
  auto commands = fix_forward_chain(parse_forward_chain(*listing, comment), pods, comment);
  if (commands.empty()) return false;
  return kernel.run(commands).map([](const std::string&) { return true; });
}

} // namespace troupe::net::nftables
