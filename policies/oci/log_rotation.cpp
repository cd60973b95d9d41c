#include "policies/oci/log_rotation.hpp"
#include <algorithm>

namespace troupe::policies::oci {

namespace {
constexpr std::string_view compressed = ".gz", half_made = ".gz.tmp";
}

rotation_plan plan_rotation(const std::vector<std::string>& names, std::string_view log, std::uint32_t keep) {
  rotation_plan out;
  std::vector<std::string> old;
  auto prefix = std::string(log) + ".";
  for (auto& name : names) {
    if (!name.starts_with(prefix)) continue;
    bool twice = std::find(names.begin(), names.end(), name + std::string(compressed)) != names.end();
    if (name.ends_with(half_made) || twice)
      out.remove.push_back(name);
    else
      old.push_back(name);
  }
  // The names are times, so the oldest come first.
  std::sort(old.begin(), old.end());
  std::size_t stay = keep > 2 ? keep - 2 : 0;
  for (std::size_t i = 0; i < old.size(); ++i) {
    if (i + stay < old.size())
      out.remove.push_back(old[i]);
    else if (!old[i].ends_with(compressed))
      out.compress.push_back(old[i]);
  }
  return out;
}

std::string rotated_name(std::string_view log, std::string_view time) {
  std::string stamp;
  for (char c : time.substr(0, time.find_first_of(".Z")))
    if (c != '-' && c != ':') stamp += c == 'T' ? '-' : c;
  return std::string(log) + "." + stamp;
}

} // namespace troupe::policies::oci
