#include "policies/validation/kinds.hpp"
#include "policies/validation/pod_spec.hpp"
#include <algorithm>
#include <fmt/format.h>

namespace troupe::policies::validation {

namespace {

constexpr field_path root("spec");
constexpr std::int64_t seconds_max = 2147483647;

/// True if nothing more is to be said because the lists have no common ground.
bool check_same_containers(report& out, const json::object& spec, const json::object& old, std::string_view list) {
  auto *now = api::array_at(spec, {list}), *before = api::array_at(old, {list});
  auto at = root / list;
  if ((now ? now->size() : 0) != (before ? before->size() : 0)) {
    out.forbidden(at, "pod updates may not add or remove containers");
    return true;
  }
  for_each(now, [&](std::size_t i, const json::object& container) {
    auto entry = at[i];
    if (api::string_at(container, {"image"}).empty()) out.required(entry / "image");
  });
  return false;
}

/// False if the deadline is so wrong that Kubernetes stops looking.
bool check_deadline(report& out, const json::object& spec, const json::object& old) {
  constexpr std::string_view name = "activeDeadlineSeconds";
  auto at = root / name;
  if (absent(spec, name)) {
    if (!absent(old, name))
      out.invalid(at, spec.if_contains(name), "must not update from a positive integer to nil value");
    return true;
  }
  auto seconds = api::int_at(spec, {name});
  if (seconds < 0 || seconds > seconds_max) {
    for (auto& message : is_in_range(seconds, 0, seconds_max))
      out.invalid(at, seconds, message);
    return false;
  }
  if (!absent(old, name) && api::int_at(old, {name}) < seconds) {
    out.invalid(at, seconds, "must be less than or equal to previous value");
    return false;
  }
  return true;
}

void check_added_tolerations(report& out, const json::object& spec, const json::object& old) {
  auto at = root / "tolerations";
  auto *now = api::array_at(spec, {"tolerations"}), *before = api::array_at(old, {"tolerations"});
  bool kept = true;
  for_each(before, [&](std::size_t, const json::object& toleration) {
    auto bare = toleration;
    bare.erase("tolerationSeconds");
    bool found = false;
    for_each(now, [&](std::size_t, const json::object& candidate) {
      auto other = candidate;
      other.erase("tolerationSeconds");
      found |= api::semantically_equal(bare, other);
    });
    kept &= found;
  });
  if (!kept) return out.forbidden(at, "existing toleration can not be modified except its tolerationSeconds");
}

void check_removed_gates(report& out, const json::object& spec, const json::object& old) {
  auto at = root / "schedulingGates";
  auto* before = api::array_at(old, {"schedulingGates"});
  for_each(api::array_at(spec, {"schedulingGates"}), [&](std::size_t i, const json::object& gate) {
    auto name = api::string_at(gate, {"name"});
    bool known = false;
    for_each(before, [&](std::size_t, const json::object& other) { known |= api::string_at(other, {"name"}) == name; });
    auto entry = at[i];
    if (!known)
      out.forbidden(entry / "name", fmt::format("only deletion is allowed, but found new scheduling gate '{}'", name));
  });
}

void take_old(json::object& spec, const json::object& old, std::string_view name) {
  if (auto* before = old.if_contains(name))
    spec[name] = *before;
  else
    spec.erase(name);
}

void take_old_images(json::object& spec, const json::object& old, std::string_view list) {
  auto* now = spec.if_contains(list) ? spec[list].if_array() : nullptr;
  auto* before = api::array_at(old, {list});
  if (!now || !before) return;
  for (std::size_t i = 0; i < std::min(now->size(), before->size()); ++i)
    if (auto* container = (*now)[i].if_object()) (*container)["image"] = api::string_at((*before)[i], {"image"});
}

/// A pod that is held back by gates may narrow where it can go.
void check_gated_placement(report& out, json::object& spec, const json::object& old) {
  auto *now = api::object_at(spec, {"nodeSelector"}), *before = api::object_at(old, {"nodeSelector"});
  bool narrowed = true;
  for_each_member(before, [&](std::string_view key, std::string_view value) {
    narrowed &= now && now->contains(key) && api::string_at(*now, {key}) == value;
  });
  if (!narrowed)
    out.invalid_shown(root / "nodeSelector", shown_map(now),
                      "only additions to nodeSelector are allowed (no mutations or deletions)");
  take_old(spec, old, "nodeSelector");
  constexpr std::string_view required = "requiredDuringSchedulingIgnoredDuringExecution";
  auto *terms = api::array_at(spec, {"affinity", "nodeAffinity", required, "nodeSelectorTerms"}),
       *old_terms = api::array_at(old, {"affinity", "nodeAffinity", required, "nodeSelectorTerms"});
  constexpr field_path terms_at(
      "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms");
  if (old_terms) {
    if (!terms || terms->size() != old_terms->size())
      out.invalid_shown(terms_at, terms ? json::serialize(*terms) : "[]",
                        "no additions/deletions to non-empty NodeSelectorTerms list are allowed");
    else
      for (std::size_t i = 0; i < terms->size(); ++i)
        for (auto list : {"matchExpressions", "matchFields"})
          for_each(api::array_at((*old_terms)[i], {list}), [&](std::size_t, const json::object& wanted) {
            auto* all = api::array_at((*terms)[i], {list});
            bool kept = all && std::any_of(all->begin(), all->end(),
                                           [&](const json::value& v) { return api::semantically_equal(v, wanted); });
            if (!kept)
              out.invalid_shown(terms_at[i], json::serialize((*terms)[i]),
                                "only additions are allowed (no mutations or deletions)");
          });
  }
  auto* affinity = api::object_at(old, {"affinity", "nodeAffinity"});
  if (affinity)
    api::set_at(spec, {"affinity", "nodeAffinity"}, *affinity);
  else
    api::erase_at(spec, {"affinity", "nodeAffinity"});
}

} // namespace

void check_pod_update(report& out, const json::object& body, const json::object& previous) {
  auto *spec = api::object_at(body, {"spec"}), *old = api::object_at(previous, {"spec"});
  if (!spec || !old) return;
  for (auto list : {"containers", "initContainers"})
    if (check_same_containers(out, *spec, *old, list)) return;
  if (!check_deadline(out, *spec, *old)) return;
  check_added_tolerations(out, *spec, *old);
  check_removed_gates(out, *spec, *old);
  if (api::semantically_equal(*spec, *old)) return;
  auto rest = *spec;
  for (auto list : {"containers", "initContainers"})
    take_old_images(rest, *old, list);
  for (auto name : {"activeDeadlineSeconds", "schedulingGates", "tolerations"})
    take_old(rest, *old, name);
  if (api::int_at(*old, {"terminationGracePeriodSeconds"}) < 0 &&
      api::int_at(rest, {"terminationGracePeriodSeconds"}) == 1)
    take_old(rest, *old, "terminationGracePeriodSeconds");
  auto* gates = api::array_at(*old, {"schedulingGates"});
  if (gates && !gates->empty()) check_gated_placement(out, rest, *old);
  if (!api::semantically_equal(rest, *old))
    out.forbidden(root, "pod updates may not change fields other than "
                        "`spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec."
                        "tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` "
                        "(allow it to be set to 1 if it was previously negative)\n");
}

} // namespace troupe::policies::validation
