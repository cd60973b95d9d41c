#include "policies/controllers/taint_eviction.hpp"
#include "policies/controllers/condition.hpp"
#include "policies/controllers/pods.hpp"
#include <algorithm>
#include <fmt/format.h>
#include <optional>

namespace troupe::policies::controllers {

namespace {

using api::array_at, api::find, api::int_at, api::string_at;

const api::group_resource pods_type{"", "pods"};

struct verdict {
  bool stays = true;                           ///< for ever
  std::optional<api::time_point> leaves_at;    ///< empty with `stays` false: at once
};

verdict judge(const api::object& pod, const json::array& taints, api::time_point now) {
  std::optional<std::int64_t> shortest;
  std::optional<api::time_point> since;
  bool any = false;
  auto* tolerations = array_at(pod.spec(), {"tolerations"});
  for (auto& taint : taints) {
    if (string_at(taint, {"effect"}) != "NoExecute") continue;
    any = true;
    bool tolerated = false;
    if (tolerations)
      for (auto& t : *tolerations) {
        if (!tolerates(t, taint)) continue;
        tolerated = true;
        auto* seconds = find(t, {"tolerationSeconds"});
        if (seconds && seconds->is_number())
          shortest =
              std::min(shortest.value_or(INT64_MAX), std::max<std::int64_t>(0, int_at(t, {"tolerationSeconds"})));
      }
    if (!tolerated) return {false, std::nullopt};
    auto added = api::parse_time(string_at(taint, {"timeAdded"}));
    if (added && (!since || *added > *since)) since = added;
  }
  if (!any || !shortest) return {};
  return {false, since.value_or(now) + std::chrono::seconds(*shortest)};
}

step with_condition(const api::object& pod, api::time_point now) {
  auto body = editable(pod);
  set_condition(
      api::ensure_object(body, {"status"}),
      {"DisruptionTarget", "True", "DeletionByTaintManager", "Taint manager: deleting due to NoExecute taint"}, now);
  return update(pods_type, std::move(body), "status");
}

} // namespace

bool tolerates(const json::value& toleration, const json::value& taint) noexcept {
  auto effect = string_at(toleration, {"effect"});
  if (!effect.empty() && effect != string_at(taint, {"effect"})) return false;
  auto key = string_at(toleration, {"key"});
  if (!key.empty() && key != string_at(taint, {"key"})) return false;
  auto word = string_at(toleration, {"operator"}, "Equal");
  if (word == "Exists") return true;
  return !key.empty() && (word == "Equal" || word.empty()) &&
         string_at(toleration, {"value"}) == string_at(taint, {"value"});
}

plan plan_taint_eviction(const taint_eviction_view& view, const api::object_key& key, api::time_point now) {
  plan out;
  auto pod = view.pods.find(key);
  if (!pod || pod->deleting() || is_finished(*pod)) return out;
  auto node = view.nodes.find({"", std::string(string_at(pod->spec(), {"nodeName"}))});
  auto* taints = node ? array_at(node->spec(), {"taints"}) : nullptr;
  if (!taints) return out;
  auto v = judge(*pod, *taints, now);
  if (v.stays) return out;
  if (v.leaves_at && *v.leaves_at > now) {
    out.look_again_after(*v.leaves_at - now);
    return out;
  }
  if (!condition(pod->status(), "DisruptionTarget")) out.then(with_condition(*pod, now));
  auto s = remove(pods_type, *pod);
  s.on_success = event{pod, false, "TaintManagerEviction", fmt::format("Marking for deletion Pod {}", key.text())};
  out.then(std::move(s));
  out.reason = "the node has a taint that the pod does not tolerate";
  return out;
}

} // namespace troupe::policies::controllers
