#include "policies/admission/plugins.hpp"

namespace troupe::policies::admission {

namespace {

constexpr std::string_view not_ready = "node.kubernetes.io/not-ready", unreachable = "node.kubernetes.io/unreachable";
constexpr int tolerated_seconds = 300;

json::array& list_in(json::object& parent, std::string_view name) {
  auto& value = parent[name];
  if (!value.is_array()) value.emplace_array();
  return value.get_array();
}

bool tolerates(const json::array& tolerations, std::string_view taint) {
  for (auto& toleration : tolerations) {
    auto key = api::string_at(toleration, {"key"}), effect = api::string_at(toleration, {"effect"});
    if ((key == taint || key.empty()) && (effect == "NoExecute" || effect.empty())) return true;
  }
  return false;
}

} // namespace

void taint_new_node(request& req) {
  bool node = req.resource.group.empty() && req.resource.resource == "nodes" && req.subresource.empty();
  if (!node || req.what != operation::create) return;
  auto& taints = list_in(api::ensure_object(*req.object, {"spec"}), "taints");
  for (auto& taint : taints)
    if (api::string_at(taint, {"key"}) == not_ready && api::string_at(taint, {"effect"}) == "NoSchedule") return;
  taints.push_back(json::object{{"key", not_ready}, {"effect", "NoSchedule"}});
}

void add_default_tolerations(request& req) {
  if (!about_pod(req) || (req.what != operation::create && req.what != operation::update)) return;
  auto& tolerations = list_in(api::ensure_object(*req.object, {"spec"}), "tolerations");
  for (auto taint : {not_ready, unreachable})
    if (!tolerates(tolerations, taint))
      tolerations.push_back(json::object{
          {"key", taint}, {"operator", "Exists"}, {"effect", "NoExecute"}, {"tolerationSeconds", tolerated_seconds}});
}

} // namespace troupe::policies::admission
