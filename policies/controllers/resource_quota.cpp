#include "policies/controllers/resource_quota.hpp"
#include "policies/admission/resource_quota.hpp"
#include <algorithm>

namespace troupe::policies::controllers {

namespace {

const api::group_resource quota_type{"", "resourcequotas"};
/// Kubernetes' resync period of quotas.
constexpr auto period = std::chrono::minutes(5);
constexpr auto doubt = std::chrono::seconds(1);

const json::object& hard_of(const api::object& quota) {
  static const json::object none;
  auto* found = api::object_at(quota.spec(), {"hard"});
  return found ? *found : none;
}

bool needed(const json::object& hard, const api::group_resource& type) {
  return std::any_of(hard.begin(), hard.end(), [&](auto& limit) { return admission::counts_for(type, limit.key()); });
}

admission::resource_amounts count(const api::object& quota, const resource_quota_view& view, api::time_point now) {
  auto& hard = hard_of(quota);
  admission::resource_amounts used;
  for (auto& content : view.types) {
    if (!content.objects || !needed(hard, content.type)) continue;
    for (auto& limit : hard)
      if (admission::counts_for(content.type, limit.key())) used.try_emplace(std::string(limit.key()));
    for (auto& object : content.objects->in_namespace(quota.ns())) {
      if (!admission::in_scopes(quota.body(), content.type, object->body())) continue;
      for (auto& [name, amount] : admission::usage_of(content.type, object->body(), now))
        if (auto sum = used.find(name); sum != used.end()) sum->second += amount;
    }
  }
  return used;
}

bool lowers(const json::object* before, const admission::resource_amounts& used) {
  if (!before) return false;
  return std::any_of(used.begin(), used.end(), [&](auto& entry) {
    auto had = api::quantity::parse(api::string_at(*before, {entry.first}));
    return had && entry.second < *had;
  });
}

} // namespace

bool frees_quota(const api::group_resource& type, const api::object* before, const api::object* after) {
  if (!before) return false;
  if (!after) return true;
  if (!type.group.empty()) return false;
  auto ended = [](const api::object& pod) {
    auto phase = api::string_at(pod.status(), {"phase"});
    return phase == "Succeeded" || phase == "Failed";
  };
  if (type.resource == "pods") return ended(*after) && !ended(*before);
  if (type.resource == "services" || type.resource == "persistentvolumeclaims")
    return !api::semantically_equal(before->spec(), after->spec());
  return false;
}

plan plan_resource_quota(const resource_quota_view& view, const api::object_key& key, api::time_point now) {
  plan out;
  auto quota = view.quotas.find(key);
  if (!quota) return out;
  auto amounts = count(*quota, view, now);
  json::object used;
  for (auto& [name, amount] : amounts) used[name] = amount.text();
  auto *had_hard = api::object_at(quota->status(), {"hard"}), *had_used = api::object_at(quota->status(), {"used"});
  out.look_again_after(period);
  if (had_hard && had_used && *had_hard == hard_of(*quota) && *had_used == used) return out;
  if (lowers(had_used, amounts)) out.look_again_after(doubt);
  auto body = editable(*quota);
  body["status"] = json::object{{"hard", hard_of(*quota)}, {"used", std::move(used)}};
  out.then(update(quota_type, std::move(body), "status"));
  out.reason = "the count differs from the status";
  return out;
}

} // namespace troupe::policies::controllers
