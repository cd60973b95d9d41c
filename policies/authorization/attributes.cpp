#include "policies/authorization/attributes.hpp"
#include "policies/api/label_syntax.hpp"
#include <algorithm>
#include <fmt/format.h>

namespace troupe::policies::authorization {

namespace {

/// kube-apiserver makes the text safe for clients that show it as HTML.
std::string sanitized(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == '&') out += "&amp;";
    else if (c == '<') out += "&lt;";
    else if (c == '>') out += "&gt;";
    else out += c;
  }
  return out;
}

} // namespace

bool user::in_group(std::string_view group) const noexcept { return std::ranges::find(groups, group) != groups.end(); }

std::string attributes::resource_path() const { return subresource.empty() ? resource : resource + "/" + subresource; }

std::string forbidden_text(const attributes& request) {
  using api::quoted;
  if (!request.is_resource())
    return fmt::format("User {} cannot {} path {}", quoted(request.who.name), request.verb, quoted(request.path));
  auto where = request.ns.empty() ? "at the cluster scope" : "in the namespace " + quoted(request.ns);
  return fmt::format("User {} cannot {} resource {} in API group {} {}", quoted(request.who.name), request.verb,
                     quoted(request.resource_path()), quoted(request.api_group), where);
}

api::status forbidden_status(const attributes& request, std::string_view reason) {
  auto why = sanitized(forbidden_text(request));
  if (!reason.empty()) why += fmt::format(": {}", reason);
  if (request.is_resource()) return api::forbidden({request.api_group, request.resource}, request.name, why);
  auto out = api::forbidden({}, {}, why);
  out.message = "forbidden: " + why;
  return out;
}

} // namespace troupe::policies::authorization
