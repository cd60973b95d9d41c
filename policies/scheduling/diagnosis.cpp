#include "policies/scheduling/diagnosis.hpp"
#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <map>

namespace troupe::policies::scheduling {

namespace {

/// "1 Insufficient cpu, 2 node(s) …", sorted as text.
std::string histogram(const diagnosis& d) {
  std::map<std::string_view, std::size_t> counts;
  for (auto& [node, s] : d.rejected)
    for (auto& reason : s.reasons())
      ++counts[reason];
  if (d.rejected.size() < d.nodes)
    for (auto& reason : d.absent.reasons())
      counts[reason] += d.nodes - d.rejected.size();
  std::vector<std::string> lines;
  for (auto& [reason, count] : counts)
    lines.push_back(fmt::format("{} {}", count, reason));
  std::sort(lines.begin(), lines.end());
  return fmt::format("{}", fmt::join(lines, ", "));
}

} // namespace

std::string diagnosis::text() const {
  if (nodes == 0) return "no nodes available to schedule pods";
  auto out = fmt::format("0/{} nodes are available:", nodes);
  if (!pre_filter_message.empty()) {
    out += fmt::format(" {}.", pre_filter_message);
  } else if (auto reasons = histogram(*this); !reasons.empty()) {
    out += fmt::format(" {}.", reasons);
  }
  if (!post_filter_message.empty()) out += " " + post_filter_message;
  return out;
}

} // namespace troupe::policies::scheduling
