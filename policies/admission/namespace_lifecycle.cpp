#include "policies/admission/plugins.hpp"
#include <fmt/format.h>

namespace troupe::policies::admission {

namespace {

bool about_namespace(const request& req) { return req.resource.group.empty() && req.resource.resource == "namespaces"; }

/// Questions about access name a namespace, which need not be there.
bool access_review(const request& req) { return req.resource.group == "authorization.k8s.io"; }

} // namespace

outcome namespace_lifecycle(const request& req, const lookup& view) {
  // A namespace is its own: whether it may go is decided with its deletion (policies/strategy).
  if (about_namespace(req)) return {};
  if (req.ns.empty() || req.what == operation::remove || access_review(req)) return {};
  auto space = view.namespace_named(req.ns);
  if (!space) return api::failure(api::not_found({"", "namespaces"}, req.ns));
  bool ending = api::string_at(space->status(), {"phase"}) == "Terminating" || space->deleting();
  if (req.what != operation::create || !ending) return {};
  auto out =
      refuse(req, fmt::format("unable to create new content in namespace {} because it is being terminated", req.ns));
  out.value().details.causes.push_back(
      {"NamespaceTerminating", fmt::format("namespace {} is being terminated", req.ns), "metadata.namespace"});
  return out;
}

} // namespace troupe::policies::admission
