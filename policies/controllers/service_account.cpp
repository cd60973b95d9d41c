#include "policies/controllers/service_account.hpp"

namespace troupe::policies::controllers {

bool is_alive(const api::object* ns) noexcept {
  return ns && !ns->deleting() && api::string_at(ns->status(), {"phase"}) != "Terminating";
}

plan plan_service_account(const service_account_view& view, const api::object_key& key, api::time_point) {
  plan out;
  if (!is_alive(view.namespaces.find(key).get()) || view.service_accounts.find({key.name, "default"})) return out;
  auto s = create({"", "serviceaccounts"},
                  {{"apiVersion", "v1"},
                   {"kind", "ServiceAccount"},
                   {"metadata", json::object{{"name", "default"}, {"namespace", key.name}}}});
  s.exists_is_success = true;
  out.then(std::move(s));
  return out;
}

} // namespace troupe::policies::controllers
