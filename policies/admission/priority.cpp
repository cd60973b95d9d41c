#include "policies/admission/plugins.hpp"
#include <fmt/format.h>

namespace troupe::policies::admission {

namespace {

constexpr std::string_view preempts = "PreemptLowerPriority";

struct choice {
  std::string name;
  std::int64_t value = 0;
  std::string policy{preempts};
};

choice choice_of(const api::object& type) {
  auto policy = api::string_at(type.body(), {"preemptionPolicy"}, preempts);
  return {std::string(type.name()), api::int_at(type.body(), {"value"}), std::string(policy)};
}

/// The global default class; should there be several, the lowest.
choice default_choice(const lookup& view) {
  api::object_ptr found;
  for (auto& type : view.priority_classes())
    if (api::bool_at(type->body(), {"globalDefault"}) &&
        (!found || api::int_at(type->body(), {"value"}) < api::int_at(found->body(), {"value"})))
      found = type;
  return found ? choice_of(*found) : choice{};
}

/// What an update leaves out stays as it was.
void keep_priority(request& req) {
  auto& spec = api::ensure_object(*req.object, {"spec"});
  if (!req.old) return;
  for (auto name : {"priority", "preemptionPolicy"})
    if (!spec.contains(name))
      if (auto* before = api::find(*req.old, {"spec", name})) spec[name] = *before;
}

} // namespace

outcome apply_priority(request& req, const lookup& view) {
  if (!about_pod(req)) return {};
  if (req.what == operation::update) return keep_priority(req), outcome{};
  if (req.what != operation::create) return {};
  auto& spec = api::ensure_object(*req.object, {"spec"});
  choice chosen;
  auto wanted = std::string(api::string_at(spec, {"priorityClassName"}));
  if (wanted.empty()) {
    chosen = default_choice(view);
    if (!chosen.name.empty()) spec["priorityClassName"] = chosen.name;
  } else {
    auto type = view.priority_class(wanted);
    if (!type) return refuse(req, fmt::format("no PriorityClass with name {} was found", wanted));
    chosen = choice_of(*type);
  }
  if (spec.contains("priority") && api::int_at(spec, {"priority"}) != chosen.value)
    return refuse(req, fmt::format("the integer value of priority ({}) must not be provided in pod spec; priority "
                                   "admission controller computed {} from the given PriorityClass name",
                                   api::int_at(spec, {"priority"}), chosen.value));
  spec["priority"] = chosen.value;
  auto policy = api::string_at(spec, {"preemptionPolicy"});
  if (!policy.empty() && policy != chosen.policy)
    return refuse(req, fmt::format("the string value of PreemptionPolicy ({}) must not be provided in pod spec; "
                                   "priority admission controller computed {} from the given PriorityClass name",
                                   policy, chosen.policy));
  spec["preemptionPolicy"] = chosen.policy;
  return {};
}

outcome check_priority_class(const request& req, const lookup& view) {
  if (req.resource.resource != "priorityclasses" || req.what == operation::remove ||
      !api::bool_at(*req.object, {"globalDefault"}))
    return {};
  auto name = api::string_at(*req.object, {"metadata", "name"});
  for (auto& type : view.priority_classes())
    if (api::bool_at(type->body(), {"globalDefault"}) && type->name() != name)
      return refuse(
          req, fmt::format("PriorityClass {} is already marked as default. Only one default can exist", type->name()));
  return {};
}

} // namespace troupe::policies::admission
