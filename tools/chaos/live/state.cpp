#include "tools/chaos/live/state.hpp"
#include "policies/api/json.hpp"
#include "tools/chaos/live/layout.hpp"
#include <algorithm>
#include <charconv>
#include <fmt/format.h>

namespace troupe::tools::chaos::live {

namespace json = api::json;
using failure = tl::unexpected<std::string>;

namespace {

constexpr std::size_t id_max = 16;

bool right_id(std::string_view id) {
  return !id.empty() && id.size() <= id_max &&
         std::all_of(id.begin(), id.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); });
}

json::array listed(const std::vector<std::string>& all) {
  json::array out;
  for (auto& one : all) out.emplace_back(one);
  return out;
}

/// False: something in the list is no text.
bool read_list(const json::object& from, std::string_view field, std::vector<std::string>& to) {
  auto* all = api::array_at(from, {field});
  if (!all) return !from.contains(field);
  for (auto& one : *all) {
    if (!one.is_string()) return false;
    to.emplace_back(one.get_string());
  }
  return true;
}

bool plain_path(std::string_view path) {
  return path.starts_with('/') && path.find("/../") == path.npos && !path.ends_with("/..");
}

} // namespace

std::string text_of(const run_state& s) {
  json::object out{{"id", s.id},
                   {"harness", {{"pid", s.harness.pid}, {"started", s.harness.started}}},
                   {"folder", s.folder},
                   {"namespaces", listed(s.namespaces)},
                   {"mounts", listed(s.mounts)},
                   {"faults", listed(s.faults)}};
  return json::serialize(out) + "\n";
}

tl::expected<run_state, std::string> read_state(std::string_view text) {
  boost::system::error_code error;
  auto document = json::parse(json::string_view(text.data(), text.size()), error);
  if (error || !document.is_object()) return failure("it is no JSON object");
  auto& o = document.get_object();
  run_state out;
  out.id = api::string_at(o, {"id"});
  if (!right_id(out.id)) return failure(fmt::format("the id {} is none", out.id));
  out.harness.pid = api::int_at(o, {"harness", "pid"});
  out.harness.started = static_cast<std::uint64_t>(api::int_at(o, {"harness", "started"}));
  out.folder = api::string_at(o, {"folder"});
  if (!plain_path(out.folder) || !out.folder.ends_with("/" + folder_name(out.id)))
    return failure(fmt::format("the folder {} is not one of run {}", out.folder, out.id));
  if (!read_list(o, "namespaces", out.namespaces) || !read_list(o, "mounts", out.mounts) ||
      !read_list(o, "faults", out.faults))
    return failure("namespaces, mounts and faults are lists of texts");
  for (auto& one : out.namespaces)
    if (!one.starts_with(namespace_prefix(out.id)) || one.find('/') != one.npos)
      return failure(fmt::format("the namespace {} is not one of run {}", one, out.id));
  for (auto& one : out.mounts)
    if (!plain_path(one) || !one.starts_with(out.folder + "/"))
      return failure(fmt::format("the mount {} is not one of run {}", one, out.id));
  return out;
}

std::uint64_t start_in_stat(std::string_view stat) {
  // The second field is the program's name in parentheses, and may itself have spaces and parentheses.
  auto at = stat.rfind(')');
  if (at == stat.npos) return 0;
  for (int field = 2; field < 22; ++field) {
    at = stat.find(' ', at + 1);
    if (at == stat.npos) return 0;
  }
  std::uint64_t out = 0;
  auto from = stat.data() + at + 1;
  std::from_chars(from, stat.data() + stat.size(), out);
  return out;
}

} // namespace troupe::tools::chaos::live
