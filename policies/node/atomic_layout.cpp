#include "policies/node/atomic_layout.hpp"
#include <algorithm>
#include <fmt/format.h>
#include <set>

namespace troupe::policies::node {

namespace {

std::set<std::string> top_names(const volume_files& files) {
  std::set<std::string> out;
  for (auto& [path, file] : files) out.insert(path.substr(0, path.find('/')));
  return out;
}

} // namespace

std::optional<atomic_write> plan_atomic_write(const volume_files& present, const volume_files& wanted, bool first,
                                              api::time_point now) {
  if (!first && present == wanted) return std::nullopt;
  atomic_write out;
  auto text = api::format_micro_time(now); // 2026-11-22T16:00:00.123456Z
  std::replace(text.begin(), text.end(), '-', '_');
  std::replace(text.begin(), text.end(), 'T', '_');
  std::replace(text.begin(), text.end(), ':', '_');
  text.pop_back();
  out.directory = fmt::format("..{}000", text);
  auto before = first ? std::set<std::string>{} : top_names(present), after = top_names(wanted);
  std::set_difference(after.begin(), after.end(), before.begin(), before.end(), std::back_inserter(out.new_links));
  std::set_difference(before.begin(), before.end(), after.begin(), after.end(), std::back_inserter(out.stale_links));
  return out;
}

} // namespace troupe::policies::node
