#include "policies/authorization/policy_rule.hpp"
#include <algorithm>
#include <string_view>

namespace troupe::policies::authorization {

namespace {

bool covers(const std::vector<std::string>& list, std::string_view wanted) noexcept {
  return std::ranges::any_of(list, [&](auto& item) { return item == "*" || item == wanted; });
}

bool covers_resource(const std::vector<std::string>& list, const attributes& request) noexcept {
  return std::ranges::any_of(list, [&](std::string_view item) {
    if (item == "*") return true;
    auto slash = item.find('/');
    auto resource = item.substr(0, slash);
    auto subresource = slash == item.npos ? std::string_view() : item.substr(slash + 1);
    if (subresource != request.subresource) return false;
    return resource == request.resource || (resource == "*" && !subresource.empty());
  });
}

bool covers_path(const std::vector<std::string>& list, std::string_view path) noexcept {
  return std::ranges::any_of(list, [&](std::string_view item) {
    return item == path || (item.ends_with('*') && path.starts_with(item.substr(0, item.size() - 1)));
  });
}

} // namespace

bool allows(const policy_rule& rule, const attributes& request) noexcept {
  if (!covers(rule.verbs, request.verb)) return false;
  if (!request.is_resource()) return covers_path(rule.non_resource_urls, request.path);
  auto& names = rule.resource_names;
  return covers(rule.api_groups, request.api_group) && covers_resource(rule.resources, request) &&
         (names.empty() || std::ranges::find(names, request.name) != names.end());
}

} // namespace troupe::policies::authorization
