#include "net/nftables/script.hpp"
#include <fmt/format.h>

namespace troupe::net::nftables {

namespace {

std::string text(std::uint32_t a) { return fmt::format("{}.{}.{}.{}", a >> 24, a >> 16 & 255, a >> 8 & 255, a & 255); }

/// (map, key) → value; the value of a set's element is empty.
using elements = std::map<std::pair<std::string, std::string>, std::string>;

void add_elements(elements& out, const frontend& f, const balance& b) {
  std::string_view proto = f.udp ? "udp" : "tcp";
  auto node_port = f.address == 0;
  auto key = node_port ? fmt::format("{}", f.port) : fmt::format("{} . {}", text(f.address), f.port);
  // The rule for clients inside shares the address with one for all: that one has the entry.
  if (b.sticky_seconds > 0 && !f.inside)
    out[{fmt::format("{}_{}", node_port ? "nst" : "st", proto), key}] =
        "goto " + learn_chain_name(f.udp, b.sticky_seconds);
  if (b.endpoints.empty()) {
    if (!f.inside)
      out[{fmt::format("{}_{}", node_port ? "nonp" : "no", proto), key}] = b.drop_when_empty ? "drop" : "goto refuse";
    return;
  }
  auto map = node_port ? (f.inside ? "inp" : "np") : (f.inside ? "in" : "svc");
  out[{fmt::format("{}_{}", map, proto), key}] = "goto " + chain_name(f, b);
  auto slot = f.inside ? 32768u : 0u;
  for (auto& e : b.endpoints)
    out[{fmt::format("{}_{}", node_port ? "npep" : "ep", proto), fmt::format("{} . {}", key, slot++)}] =
        fmt::format("{} . {}", text(e.address), e.port);
}

std::string hairpin(std::uint32_t a) { return fmt::format("{0} . {0}", text(a)); }

elements elements_of(const std::map<frontend, balance>& fronts, const std::vector<std::uint32_t>& hairpins) {
  elements out;
  for (auto& [f, b] : fronts)
    add_elements(out, f, b);
  for (auto a : hairpins)
    out[{"hairpin", hairpin(a)}] = "";
  return out;
}

enum class verb { add, remove };

/// One command per map, with all of its elements.
std::string commands(const std::string& table, verb v, elements::const_iterator from, elements::const_iterator to) {
  std::string out;
  for (; from != to;) {
    auto& map = from->first.first;
    out += fmt::format("{} element ip {} {} {{ ", v == verb::add ? "add" : "delete", table, map);
    for (bool first = true; from != to && from->first.first == map; ++from, first = false) {
      if (!first) out += ", ";
      out += from->first.second;
      if (v == verb::add && !from->second.empty()) out += " : " + from->second;
    }
    out += " }\n";
  }
  return out;
}

std::string missing_chains(const table_config& c, const std::map<frontend, balance>& fronts,
                           std::set<std::string>& known) {
  std::string out;
  for (auto& [f, b] : fronts) {
    if (b.sticky_seconds > 0 && !f.inside && known.insert(learn_chain_name(f.udp, b.sticky_seconds)).second)
      out += add_learn_chain(c.table, f.udp, b.sticky_seconds);
    if (!b.endpoints.empty() && known.insert(chain_name(f, b)).second) out += add_chain(c.table, f, b);
  }
  return out;
}

} // namespace

std::string script_writer::apply(const change& c) {
  auto before = elements_of(c.removed, c.hairpins_removed), after = elements_of(c.added, c.hairpins_added);
  for (auto at = before.begin(); at != before.end();) {
    auto same = after.find(at->first);
    if (same != after.end() && same->second == at->second) {
      after.erase(same);
      at = before.erase(at);
    } else {
      ++at;
    }
  }
  return missing_chains(config_, c.added, chains_) +
         commands(config_.table, verb::remove, before.begin(), before.end()) +
         commands(config_.table, verb::add, after.begin(), after.end());
}

std::vector<std::string> script_writer::replace(const change& all, std::size_t elements_max) {
  chains_.clear();
  // The first transaction has all chains; a verdict may come before its endpoints for the time of a few transactions.
  std::vector<std::string> out{fresh_table(config_) + missing_chains(config_, all.added, chains_)};
  auto content = elements_of(all.added, all.hairpins_added);
  std::size_t left = elements_max;
  for (auto at = content.cbegin(); at != content.cend();) {
    if (left == 0) {
      out.emplace_back();
      left = elements_max;
    }
    auto end = at;
    for (; end != content.cend() && left > 0; ++end)
      --left;
    out.back() += commands(config_.table, verb::add, at, end);
    at = end;
  }
  return out;
}

} // namespace troupe::net::nftables
