#include "policies/routing/request_path.hpp"
#include <vector>

namespace troupe::policies::routing {

namespace {

std::vector<std::string_view> split(std::string_view path) {
  std::vector<std::string_view> out;
  while (!path.empty() && path.back() == '/') path.remove_suffix(1);
  if (!path.empty() && path.front() == '/') path.remove_prefix(1);
  while (!path.empty()) {
    auto slash = path.find('/');
    out.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) break;
    path.remove_prefix(slash + 1);
  }
  return out;
}

std::string join_rest(const std::vector<std::string_view>& parts, std::size_t from) {
  std::string out;
  for (; from < parts.size(); ++from) out.append("/").append(parts[from]);
  return out;
}

/// Namespaces themselves have these subresources; anything else behind a namespace is a resource in it.
bool is_namespace_subresource(std::string_view text) { return text == "status" || text == "finalize"; }

void read_resource(const std::vector<std::string_view>& parts, std::size_t at, request_path& out) {
  if (parts[at] == "watch" && parts.size() > at + 1) {
    out.watch_prefix = true;
    ++at;
  }
  if (parts[at] == "namespaces" && parts.size() > at + 2 && !is_namespace_subresource(parts[at + 2])) {
    out.ns = parts[at + 1];
    at += 2;
  }
  out.is_resource = true;
  out.resource = parts[at];
  if (parts.size() > at + 1) out.name = parts[at + 1];
  if (parts.size() > at + 2) out.subresource = parts[at + 2];
  out.rest = join_rest(parts, at + 3);
  // The namespace object lives in itself, as far as authorization goes.
  if (out.resource == "namespaces" && !out.name.empty()) out.ns = out.name;
}

} // namespace

api::result<request_path> parse_path(std::string_view path) {
  request_path out;
  auto parts = split(path);
  for (auto part : parts)
    if (part.empty() || part == "." || part == "..") return api::failure(api::unknown_resource());
  if (parts.size() >= 3 && parts[0] == "api") {
    out.version = parts[1];
    read_resource(parts, 2, out);
  } else if (parts.size() >= 4 && parts[0] == "apis") {
    out.group = parts[1];
    out.version = parts[2];
    read_resource(parts, 3, out);
  }
  return out;
}

std::string_view verb_of(std::string_view method, const request_path& path, bool watch) noexcept {
  if (!path.is_resource) {
    if (method == "GET") return "get";
    if (method == "HEAD") return "head";
    if (method == "POST") return "post";
    if (method == "PUT") return "put";
    if (method == "PATCH") return "patch";
    if (method == "DELETE") return "delete";
    if (method == "OPTIONS") return "options";
    return "";
  }
  if (method == "POST") return "create";
  if (method == "PUT") return "update";
  if (method == "PATCH") return "patch";
  if (method == "DELETE") return path.name.empty() ? "deletecollection" : "delete";
  if (method != "GET" && method != "HEAD") return "";
  if (path.watch_prefix || (watch && path.subresource.empty())) return "watch";
  return path.name.empty() ? "list" : "get";
}

} // namespace troupe::policies::routing
