#include "policies/oci/identity.hpp"
#include <algorithm>
#include <charconv>
#include <optional>

namespace troupe::policies::oci {

namespace {

std::optional<std::uint32_t> number(std::string_view text) {
  std::uint32_t out = 0;
  auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (ec != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return out;
}

std::vector<std::string_view> split(std::string_view text, char by) {
  std::vector<std::string_view> out;
  while (true) {
    auto at = text.find(by);
    out.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return out;
    text.remove_prefix(at + 1);
  }
}

struct account {
  std::string_view name;
  std::uint32_t uid = 0, gid = 0;
};

/// passwd(5): name:password:uid:gid:…
std::optional<account> find_account(std::string_view passwd, std::string_view name, std::optional<std::uint32_t> uid) {
  for (auto line : split(passwd, '\n')) {
    auto parts = split(line, ':');
    if (parts.size() < 4) continue;
    auto u = number(parts[2]), g = number(parts[3]);
    if (!u || !g) continue;
    if (parts[0] == name || (uid && *u == *uid)) return account{parts[0], *u, *g};
  }
  return std::nullopt;
}

/// group(5): name:password:gid:member,member
std::optional<std::uint32_t> find_group(std::string_view groups, std::string_view name) {
  for (auto line : split(groups, '\n')) {
    auto parts = split(line, ':');
    if (parts.size() >= 3 && parts[0] == name)
      if (auto g = number(parts[2])) return g;
  }
  return std::nullopt;
}

std::vector<std::uint32_t> groups_of(std::string_view groups, std::string_view user) {
  std::vector<std::uint32_t> out;
  if (user.empty()) return out;
  for (auto line : split(groups, '\n')) {
    auto parts = split(line, ':');
    if (parts.size() < 4) continue;
    auto members = split(parts[3], ',');
    auto g = number(parts[2]);
    if (g && std::find(members.begin(), members.end(), user) != members.end()) out.push_back(*g);
  }
  return out;
}

} // namespace

tl::expected<identity, std::string> resolve_identity(std::string_view image_user, const security& secure,
                                                     std::string_view passwd, std::string_view group) {
  identity out;
  std::string_view user_text = image_user, group_text;
  if (auto colon = image_user.find(':'); colon != std::string_view::npos) {
    user_text = image_user.substr(0, colon);
    group_text = image_user.substr(colon + 1);
  }
  std::optional<account> found;
  if (secure.run_as_user >= 0) {
    out.uid = static_cast<std::uint32_t>(secure.run_as_user);
    found = find_account(passwd, {}, out.uid);
    group_text = {};
  } else if (auto uid = user_text.empty() ? 0 : number(user_text)) {
    out.uid = *uid;
    found = find_account(passwd, {}, out.uid);
  } else {
    found = find_account(passwd, user_text, std::nullopt);
    if (!found)
      return tl::unexpected("unable to find user " + std::string(user_text) + ": no matching entries in passwd file");
    out.uid = found->uid;
  }
  if (secure.run_as_group >= 0) {
    out.gid = static_cast<std::uint32_t>(secure.run_as_group);
  } else if (!group_text.empty()) {
    auto gid = number(group_text);
    if (!gid) gid = find_group(group, group_text);
    if (!gid)
      return tl::unexpected("unable to find group " + std::string(group_text) + ": no matching entries in group file");
    out.gid = *gid;
  } else if (found) {
    out.gid = found->gid;
  }
  if (found) out.groups = groups_of(group, found->name);
  for (auto g : secure.supplemental_groups) out.groups.push_back(static_cast<std::uint32_t>(g));
  std::sort(out.groups.begin(), out.groups.end());
  out.groups.erase(std::unique(out.groups.begin(), out.groups.end()), out.groups.end());
  return out;
}

} // namespace troupe::policies::oci
