#include "tools/chaos/live/faults.hpp"
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <set>
#include <utility>

namespace troupe::tools::chaos::live {

using policies::chaos::fault;
using policies::chaos::fault_kind;

namespace {

/// Whatever is sent or arrives is answered with an end of its connection, on both sides.
constexpr const char* resets = R"(table inet faults {
  chain incoming { type filter hook input priority 0; iifname "eth0" meta l4proto tcp reject with tcp reset; }
  chain outgoing { type filter hook output priority 0; oifname "eth0" meta l4proto tcp reject with tcp reset; }
})";

using ways = std::set<std::pair<std::uint64_t, std::uint64_t>>;

void lose(ways& gone, std::uint64_t a, std::uint64_t b) {
  if (a != b) gone.insert({{a, b}, {b, a}});
}

ways lost_ways(const std::vector<fault>& active, std::uint64_t hosts) {
  ways gone;
  for (auto& f : active) {
    if (f.what == fault_kind::cut) lose(gone, f.node, f.other);
    if (f.what == fault_kind::one_way && f.node != f.other) gone.insert({f.node, f.other});
    if (f.what == fault_kind::isolate)
      for (std::uint64_t n = 1; n <= hosts; ++n) lose(gone, f.node, n);
    if (f.what == fault_kind::split)
      for (auto a : f.side)
        for (std::uint64_t n = 1; n <= hosts; ++n)
          if (!f.side.contains(n)) lose(gone, a, n);
  }
  return gone;
}

} // namespace

tl::expected<measures, std::string> measures_of(const fault& f, std::string_view id, std::uint64_t hosts,
                                                abilities can) {
  const auto bridge = namespace_of(id, 0), host = namespace_of(id, f.node);
  measures out;
  switch (f.what) {
    case fault_kind::crash: out.kills = true; return out;
    case fault_kind::power:
      out.kills = true;
      // The silence comes first: no peer may see the end of a connection.
      out.begin = {{"ip", "-n", bridge, "link", "set", port_of(f.node), "down"}};
      out.end = {{"ip", "-n", bridge, "link", "set", port_of(f.node), "up"}};
      return out;
    case fault_kind::pause: out.pauses = true; return out;
    case fault_kind::cut:
    case fault_kind::one_way:
    case fault_kind::isolate:
    case fault_kind::split: out.cuts = true; return out;
    case fault_kind::slow:
      if (!can.netem) return tl::make_unexpected("the kernel has no netem");
      for (std::uint64_t n = 1; n <= hosts; ++n) {
        auto tc = [&](std::string verb) { return words{"tc", "-n", bridge, "qdisc", verb, "dev", port_of(n), "root"}; };
        auto& on = out.begin.emplace_back(tc("replace"));
        on.insert(on.end(), {"netem", "delay", fmt::format("{}ms", f.amount_ms)});
        out.end.push_back(tc("del"));
      }
      return out;
    case fault_kind::reset:
      out.begin = {within(host, {"nft", resets})};
      out.end = {within(host, {"nft", "delete table inet faults"})};
      return out;
    case fault_kind::full_disk: out.fills_disk = true; return out;
    case fault_kind::skew: return tl::make_unexpected("the hosts share the machine's clock");
    case fault_kind::slow_disk:
    case fault_kind::failing_sync: return tl::make_unexpected("the hosts share the machine's disk");
    case fault_kind::bit_rot: return tl::make_unexpected("damage on a real disk does not heal");
    case fault_kind::slow_actor: return tl::make_unexpected("actors of a real process are as fast as they are");
  }
  return tl::make_unexpected("it is not known");
}

std::string rules_of(const std::vector<fault>& active, std::uint64_t hosts) {
  std::vector<std::string> pairs;
  for (auto& [from, to] : lost_ways(active, hosts))
    pairs.push_back(fmt::format("\"{}\" . \"{}\"", port_of(from), port_of(to)));
  std::string out = "table bridge faults\ndelete table bridge faults\n";
  if (pairs.empty()) return out;
  return out + fmt::format("table bridge faults {{\n  chain passing {{\n    type filter hook forward priority 0;\n    "
                           "ether type != arp iifname . oifname {{ {} }} drop\n  }}\n}}\n",
                           fmt::join(pairs, ", "));
}

} // namespace troupe::tools::chaos::live
