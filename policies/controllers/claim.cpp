#include "policies/controllers/claim.hpp"
#include "policies/controllers/owner.hpp"
#include "policies/mutations/mutations.hpp"

namespace troupe::policies::controllers {

using mutations::bug;

claims claim(const claimant& who, const api::group_resource& type, const api::label_selector& selector,
             const std::vector<api::object_ptr>& candidates) {
  claims out;
  bool leaving = who.owner.deleting();
  for (auto& candidate : candidates) {
    bool selected = selector.matches(candidate->labels());
    auto* controller = candidate->controller_owner();
    bool own = controller && api::string_at(*controller, {"uid"}) == who.owner.uid();
    if (controller && !own && !active(bug::foreign_adoption)) continue;
    if (own) {
      if (selected) {
        out.owned.push_back(candidate);
      } else if (!leaving) {
        auto body = editable(*candidate);
        drop_owner(body, who.owner.uid());
        out.changes.push_back(update(type, std::move(body)));
      }
    } else if (selected && !leaving && !candidate->deleting()) {
      auto body = editable(*candidate);
      if (controller) drop_owner(body, api::string_at(*controller, {"uid"}));
      add_owner(body, controller_reference(who.owner, who.api_version, who.kind));
      out.changes.push_back(update(type, std::move(body)));
      out.owned.push_back(candidate);
    }
  }
  return out;
}

} // namespace troupe::policies::controllers
