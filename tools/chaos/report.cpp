#include "tools/chaos/report.hpp"
#include <fmt/format.h>

namespace troupe::tools::chaos {

namespace {

std::string text_of_live(const report& r, const std::string& scenario) {
  auto out = fmt::format("{} seed {}: {}, {:.1f} s with real processes\n  {} writes acknowledged, {} refused, {} "
                         "unknown, {} reads, {} rollouts, {} watch events, {} pods bound, {} faults, {} revisions\n",
                         scenario, r.seed, r.violation.empty() ? "held" : "VIOLATED", r.real_seconds, r.acknowledged,
                         r.refused, r.unknown, r.reads, r.rollouts, r.watched, r.pods_bound, r.timeline.size(),
                         r.revisions);
  for (auto& line : r.timeline)
    out += "  " + line + "\n";
  for (auto& line : r.skipped)
    out += "  skipped: " + line + "\n";
  return r.violation.empty() ? out : out + "  " + r.violation + "\n";
}

} // namespace

std::string text_of(const report& r, const std::string& scenario) {
  if (r.live) return text_of_live(r, scenario);
  auto out = fmt::format(
      "{} seed {}: {}, {:.1f} s of virtual time in {:.1f} s, trace {:016x}\n  {} writes acknowledged, {} refused, {} "
      "unknown, {} reads, {} rollouts, {} watch events, {} pods bound, {} faults, {} terms, {} revisions, {} "
      "connections, {} messages\n",
      scenario, r.seed, r.violation.empty() ? "held" : "VIOLATED", static_cast<double>(r.virtual_ms) / 1'000,
      r.real_seconds, r.trace, r.acknowledged, r.refused, r.unknown, r.reads, r.rollouts, r.watched, r.pods_bound,
      r.timeline.size(), r.terms, r.revisions, r.connections, r.messages);
  if (r.violation.empty()) return out;
  for (auto& line : r.timeline) out += "  " + line + "\n";
  return out + "  " + r.violation + "\n";
}

api::json::object document_of(const report& r) {
  api::json::array timeline, skipped;
  for (auto& line : r.timeline) timeline.emplace_back(line);
  for (auto& line : r.skipped) skipped.emplace_back(line);
  api::json::array seconds, leaders, gaps;
  for (std::size_t at = r.begin_ms / 1'000; at < r.seconds.size(); ++at) {
    auto& s = r.seconds[at];
    auto done = s.reads + s.writes;
    seconds.push_back({{"second", at},
                       {"reads", s.reads},
                       {"writes", s.writes},
                       {"failed", s.failed},
                       {"slowestMilliseconds", s.slowest_ms},
                       {"meanMilliseconds", done ? s.sum_ms / done : 0}});
  }
  for (auto& [at, who] : r.leaders) leaders.push_back({{"atMilliseconds", at}, {"node", who}});
  for (auto& g : r.gaps) gaps.push_back({{"fromMilliseconds", g.from_ms}, {"toMilliseconds", g.to_ms}});
  return {{"seed", r.seed},
          {"held", r.violation.empty()},
          {"violation", r.violation},
          {"trace", fmt::format("{:016x}", r.trace)},
          {"virtualMilliseconds", r.virtual_ms},
          {"realSeconds", r.real_seconds},
          {"timeline", std::move(timeline)},
          {"skipped", std::move(skipped)},
          {"seconds", std::move(seconds)},
          {"leaders", std::move(leaders)},
          {"unavailable", std::move(gaps)},
          {"counts",
           {{"acknowledged", r.acknowledged},
            {"refused", r.refused},
            {"unknown", r.unknown},
            {"reads", r.reads},
            {"rollouts", r.rollouts},
            {"watched", r.watched},
            {"podsBound", r.pods_bound},
            {"terms", r.terms},
            {"revisions", r.revisions},
            {"connections", r.connections},
            {"messages", r.messages}}}};
}

} // namespace troupe::tools::chaos
