#include "policies/controllers/namespace_deletion.hpp"
#include "policies/controllers/condition.hpp"
#include "policies/controllers/pods.hpp"
#include <algorithm>
#include <fmt/format.h>
#include <map>

namespace troupe::policies::controllers {

namespace {

using api::array_at, api::string_at;

const api::group_resource namespaces_type{"", "namespaces"};
constexpr auto look_again = std::chrono::milliseconds(500);

/// What is left in a namespace.
struct remains {
  std::map<std::string, int> by_type;      ///< "pods." → number
  std::map<std::string, int> by_finalizer;
  batch removals;
};

step remove_all(const api::group_resource& type, const std::string& ns) {
  step s;
  s.what = action::remove_collection;
  s.type = type;
  s.key.ns = ns;
  s.policy = propagation::background;
  return s;
}

remains look(const namespace_deletion_view& view, const std::string& ns) {
  remains out;
  for (auto& t : view.types) {
    int count = 0;
    bool alive = false;
    for_each_in(*t.objects, ns, [&](const api::object_ptr& object) {
      ++count;
      alive |= !object->deleting();
      if (auto* finalizers = array_at(object->metadata(), {"finalizers"}))
        for (auto& f : *finalizers)
          if (auto* text = f.if_string()) ++out.by_finalizer[std::string(*text)];
    });
    if (count > 0) out.by_type[fmt::format("{}.{}", t.type.resource, t.type.group)] = count;
    if (alive) out.removals.push_back(remove_all(t.type, ns));
  }
  return out;
}

std::string listed(const std::map<std::string, int>& counts, std::string_view between) {
  std::vector<std::string> out;
  for (auto& [what, count] : counts) out.push_back(fmt::format("{} {} {} resource instances", what, between, count));
  return fmt::format("{}", fmt::join(out, ", "));
}

void describe(json::object& status, const remains& left, api::time_point now) {
  auto set = [&](std::string type, bool bad, std::string reason, std::string message) {
    auto* old = condition(status, type);
    // A new message counts here: it says how much is left.
    if (old && string_at(*old, {"message"}) != message && string_at(*old, {"reason"}) == reason) {
      auto since = std::string(string_at(*old, {"lastTransitionTime"}));
      remove_condition(status, type);
      set_condition(status, {type, bad ? "True" : "False", reason, message}, now);
      status["conditions"].as_array().back().as_object()["lastTransitionTime"] = since;
      return;
    }
    set_condition(status, {type, bad ? "True" : "False", reason, message}, now);
  };
  status["phase"] = "Terminating";
  set("NamespaceDeletionDiscoveryFailure", false, "ResourcesDiscovered", "All resources successfully discovered");
  set("NamespaceDeletionGroupVersionParsingFailure", false, "ParsedGroupVersions",
      "All legacy kube types successfully parsed");
  set("NamespaceDeletionContentFailure", false, "ContentDeleted",
      "All content successfully deleted, may be waiting on finalization");
  if (left.by_type.empty())
    set("NamespaceContentRemaining", false, "ContentRemoved", "All content successfully removed");
  else
    set("NamespaceContentRemaining", true, "SomeResourcesRemain",
        "Some resources are remaining: " + listed(left.by_type, "has"));
  if (left.by_finalizer.empty())
    set("NamespaceFinalizersRemaining", false, "ContentHasNoFinalizers", "All content-preserving finalizers finished");
  else
    set("NamespaceFinalizersRemaining", true, "SomeFinalizersRemain",
        "Some content in the namespace has finalizers remaining: " + listed(left.by_finalizer, "in"));
}

step finalize(const api::object& ns) {
  auto body = editable(ns);
  auto* value = api::ensure_object(body, {"spec"}).if_contains("finalizers");
  if (auto* list = value ? value->if_array() : nullptr)
    list->erase(std::remove_if(list->begin(), list->end(), [](auto& f) { return f == "kubernetes"; }), list->end());
  return update(namespaces_type, std::move(body), "finalize");
}

} // namespace

plan plan_namespace_deletion(const namespace_deletion_view& view, const api::object_key& key, api::time_point now) {
  plan out;
  auto ns = view.namespaces.find(key);
  auto* finalizers = ns && ns->deleting() ? array_at(ns->spec(), {"finalizers"}) : nullptr;
  if (!finalizers || std::ranges::none_of(*finalizers, [](auto& f) { return f == "kubernetes"; })) return out;
  auto left = look(view, key.name);
  bool empty = left.by_type.empty();
  if (empty && condition_reason(ns->status(), "NamespaceContentRemaining") == "ContentRemoved") {
    out.then(finalize(*ns));
    out.reason = "the namespace is empty";
    return out;
  }
  if (empty)
    for (auto& t : view.types) left.removals.push_back(remove_all(t.type, key.name));
  out.then(std::move(left.removals));
  json::object status(ns->status(), json::storage_ptr());
  describe(status, left, now);
  if (!same_status(status, ns->status())) {
    auto body = editable(*ns);
    body["status"] = std::move(status);
    out.then(update(namespaces_type, std::move(body), "status"));
  }
  out.look_again_after(look_again);
  out.reason = empty ? "looks once more for content" : "removes what is left";
  return out;
}

} // namespace troupe::policies::controllers
