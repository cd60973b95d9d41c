#include "policies/admission/chain.hpp"
#include "policies/admission/plugins.hpp"

namespace troupe::policies::admission {

api::failure refuse(const request& req, std::string_view why) {
  std::string_view name = req.name;
  if (name.empty()) {
    name = "Unknown";
    if (req.object) {
      auto given = api::string_at(*req.object, {"metadata", "name"}),
           base = api::string_at(*req.object, {"metadata", "generateName"});
      if (!given.empty())
        name = given;
      else if (!base.empty())
        name = base;
    }
  }
  return api::failure(api::forbidden(req.resource, name, why));
}

bool about_pod(const request& req) {
  return req.resource.group.empty() && req.resource.resource == "pods" && req.subresource.empty();
}

api::result<void> mutate(request& req, const lookup& view) {
  if (auto done = namespace_lifecycle(req, view); !done) return done;
  if (!req.object) return restrict_node(req, view);
  if (auto done = apply_limit_ranges(req, view); !done) return done;
  if (auto done = apply_service_account(req, view); !done) return done;
  if (auto done = restrict_node(req, view); !done) return done;
  taint_new_node(req);
  if (auto done = apply_priority(req, view); !done) return done;
  add_default_tolerations(req);
  apply_default_classes(req, view);
  return {};
}

api::result<void> check(const request& req, const lookup& view) {
  if (!req.object) return {};
  if (auto done = check_limit_ranges(req, view); !done) return done;
  if (auto done = check_service_account(req, view); !done) return done;
  if (auto done = check_priority_class(req, view); !done) return done;
  return check_claim_growth(req, view);
}

} // namespace troupe::policies::admission
