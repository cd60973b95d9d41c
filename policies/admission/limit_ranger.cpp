#include "policies/admission/amounts.hpp"
#include "policies/admission/plugins.hpp"
#include <algorithm>
#include <fmt/format.h>

namespace troupe::policies::admission {

namespace {

using strings = std::vector<std::string>;

bool about_claim(const request& req) {
  return req.resource.group.empty() && req.resource.resource == "persistentvolumeclaims" && req.subresource.empty();
}

template <class Act> void for_each_limit(const api::object& range, Act act) {
  if (auto* limits = api::array_at(range.spec(), {"limits"}))
    for (auto& limit : *limits)
      if (auto* object = limit.if_object()) act(*object, api::string_at(*object, {"type"}));
}

/// Sets what a container leaves out; gives the names that were set.
strings fill(json::object& container, std::string_view list, const json::object& defaults) {
  strings set;
  for (auto& member : defaults) {
    auto& target = api::ensure_object(container, {"resources", list});
    if (target.contains(member.key())) continue;
    target[member.key()] = member.value();
    set.emplace_back(member.key());
  }
  std::sort(set.begin(), set.end());
  return set;
}

void apply_defaults(json::object& pod, const api::object& range, strings& notes) {
  json::object requests, limits;
  for_each_limit(range, [&](const json::object& limit, std::string_view type) {
    if (type != "Container") return;
    if (auto* list = api::object_at(limit, {"defaultRequest"}))
      for (auto& m : *list)
        requests[m.key()] = m.value();
    if (auto* list = api::object_at(limit, {"default"}))
      for (auto& m : *list)
        limits[m.key()] = m.value();
  });
  for (auto [list, word] : {std::pair{"containers", "container"}, {"initContainers", "init container"}}) {
    auto* containers = pod["spec"].get_object().if_contains(list);
    if (!containers || !containers->is_array()) continue;
    for (auto& element : containers->get_array()) {
      auto* container = element.if_object();
      if (!container) continue;
      auto name = std::string(api::string_at(*container, {"name"}));
      if (auto set = fill(*container, "requests", requests); !set.empty())
        notes.push_back(fmt::format("{} request for {} {}", fmt::join(set, ", "), word, name));
      if (auto set = fill(*container, "limits", limits); !set.empty())
        notes.push_back(fmt::format("{} limit for {} {}", fmt::join(set, ", "), word, name));
    }
  }
}

const api::quantity* find(const resource_amounts& amounts, const std::string& name) {
  auto found = amounts.find(name);
  return found == amounts.end() ? nullptr : &found->second;
}

void check_least(strings& errors, std::string_view type, const std::string& name, const api::quantity& least,
                 const resource_amounts& requests, const resource_amounts& limits) {
  auto *request = find(requests, name), *limit = find(limits, name);
  auto head = fmt::format("minimum {} usage per {} is {}", name, type, least.text());
  if (!request)
    errors.push_back(head + ".  No request is specified");
  else if (*request < least)
    errors.push_back(fmt::format("{}, but request is {}", head, request->text()));
  else if (limit && *limit < least)
    errors.push_back(fmt::format("{}, but limit is {}", head, limit->text()));
}

void check_most(strings& errors, std::string_view type, const std::string& name, const api::quantity& most,
                const resource_amounts& requests, const resource_amounts& limits) {
  auto *request = find(requests, name), *limit = find(limits, name);
  auto head = fmt::format("maximum {} usage per {} is {}", name, type, most.text());
  if (!limit)
    errors.push_back(head + ".  No limit is specified");
  else if (*limit > most)
    errors.push_back(fmt::format("{}, but limit is {}", head, limit->text()));
  else if (request && *request > most)
    errors.push_back(fmt::format("{}, but request is {}", head, request->text()));
}

void check_ratio(strings& errors, std::string_view type, const std::string& name, const api::quantity& most,
                 const resource_amounts& requests, const resource_amounts& limits) {
  auto *request = find(requests, name), *limit = find(limits, name);
  auto head = fmt::format("{} max limit to request ratio per {} is {}", name, type, most.text());
  if (!request || request->zero()) return errors.push_back(head + ", but no request is specified or request is 0");
  if (!limit || limit->zero()) return errors.push_back(head + ", but no limit is specified or limit is 0");
  // Thousandths where they fit, for CPU; whole units for amounts of memory.
  constexpr std::int64_t milli_max = 9223372036854775;
  bool fine = limit->value() < milli_max && request->value() < milli_max;
  double ratio = fine ? static_cast<double>(limit->milli()) / static_cast<double>(request->milli())
                      : static_cast<double>(limit->value()) / static_cast<double>(request->value());
  if (ratio * 1000 > static_cast<double>(most.milli()))
    errors.push_back(fmt::format("{}, but provided ratio is {:f}", head, ratio));
}

void check_amounts(strings& errors, const json::object& limit, std::string_view type, const resource_amounts& requests,
                   const resource_amounts& limits) {
  for (auto& [name, amount] : read_amounts(api::object_at(limit, {"min"})))
    check_least(errors, type, name, amount, requests, limits);
  for (auto& [name, amount] : read_amounts(api::object_at(limit, {"max"})))
    check_most(errors, type, name, amount, requests, limits);
  for (auto& [name, amount] : read_amounts(api::object_at(limit, {"maxLimitRequestRatio"})))
    check_ratio(errors, type, name, amount, requests, limits);
}

void check_pod(strings& errors, const json::object& pod, const json::object& limit, std::string_view type) {
  if (type == "Pod")
    return check_amounts(errors, limit, type, pod_amounts(pod, "requests"), pod_amounts(pod, "limits"));
  if (type != "Container") return;
  for_each_container(pod, {"containers", "initContainers"}, [&](const json::object& container) {
    check_amounts(errors, limit, type, read_amounts(api::object_at(container, {"resources", "requests"})),
                  read_amounts(api::object_at(container, {"resources", "limits"})));
  });
}

/// Claims have requests only.
void check_claim(strings& errors, const json::object& claim, const json::object& limit, std::string_view type) {
  if (type != "PersistentVolumeClaim") return;
  auto requests = read_amounts(api::object_at(claim, {"spec", "resources", "requests"}));
  for (auto& [name, amount] : read_amounts(api::object_at(limit, {"min"})))
    check_least(errors, type, name, amount, requests, {});
  for (auto& [name, amount] : read_amounts(api::object_at(limit, {"max"}))) {
    auto* request = find(requests, name);
    auto head = fmt::format("maximum {} usage per {} is {}", name, type, amount.text());
    if (!request)
      errors.push_back(head + ".  No request is specified");
    else if (*request > amount)
      errors.push_back(fmt::format("{}, but request is {}", head, request->text()));
  }
}

} // namespace

outcome apply_limit_ranges(request& req, const lookup& view) {
  if (!about_pod(req) || req.what != operation::create || !api::object_at(*req.object, {"spec"})) return {};
  strings notes;
  for (auto& range : view.limit_ranges(req.ns))
    apply_defaults(*req.object, *range, notes);
  if (!notes.empty())
    api::set_at(*req.object, {"metadata", "annotations", "kubernetes.io/limit-ranger"},
                json::value(fmt::format("LimitRanger plugin set: {}", fmt::join(notes, "; "))));
  return {};
}

outcome check_limit_ranges(const request& req, const lookup& view) {
  bool pod = about_pod(req) && req.what == operation::create;
  if (!pod && !(about_claim(req) && (req.what == operation::create || req.what == operation::update))) return {};
  for (auto& range : view.limit_ranges(req.ns)) {
    strings errors;
    for_each_limit(*range, [&](const json::object& limit, std::string_view type) {
      if (pod)
        check_pod(errors, *req.object, limit, type);
      else
        check_claim(errors, *req.object, limit, type);
    });
    if (errors.empty()) continue;
    return refuse(req, errors.size() == 1 ? errors.front() : fmt::format("[{}]", fmt::join(errors, ", ")));
  }
  return {};
}

} // namespace troupe::policies::admission
