#include "policies/validation/kinds.hpp"
#include "policies/validation/resources.hpp"
#include <fmt/format.h>
#include <map>
#include <set>

namespace troupe::policies::validation {

namespace {

using amounts = std::map<std::string_view, api::quantity>;

void check_type(report& out, const field_path& at, std::string_view type) {
  auto before = out.size();
  out.invalid(at, type, is_qualified_name(type));
  if (before == out.size() && type.find('/') == std::string_view::npos && type != "Pod" && type != "Container" &&
      type != "PersistentVolumeClaim")
    out.invalid(at, type, "must be a standard limit type or fully qualified");
}

void check_name(report& out, const field_path& at, std::string_view type, std::string_view name) {
  auto before = out.size();
  check_resource_name(out, at, name);
  bool compute = type == "Pod" || type == "Container";
  if (before != out.size() || !compute || name.find('/') != std::string_view::npos) return;
  if (name != "cpu" && name != "memory" && name != "ephemeral-storage" && !is_hugepages(name))
    out.invalid(at, name, "must be a standard resource for containers");
}

amounts read(report& out, const field_path& limit_at, const json::object& limit, std::string_view list,
             std::string_view type, std::set<std::string_view>& names) {
  amounts result;
  auto at = limit_at / list;
  if (auto* members = api::object_at(limit, {list}))
    for (auto& member : *members) {
      auto name = std::string_view(member.key());
      check_name(out, at.key(name), type, name);
      if (auto amount = read_quantity(out, at.key(name), member.value())) result[name] = *amount;
      names.insert(name);
    }
  return result;
}

const api::quantity* find(const amounts& list, std::string_view name) {
  auto found = list.find(name);
  return found == list.end() ? nullptr : &found->second;
}

/// Complains at `list[name]` that `small`, called `what`, is above `large`.
void check_order(report& out, const field_path& at, std::string_view name, const api::quantity* small,
                 std::string_view what, const api::quantity* large, std::string_view other,
                 const api::quantity* shown_value) {
  if (small && large && *small > *large)
    out.invalid(at.key(name), shown_value->text(),
                std::string_view(
                    fmt::format("{} value {} is greater than {} value {}", what, small->text(), other, large->text())));
}

void check_limit(report& out, const field_path& at, const json::object& limit, std::string_view type) {
  std::set<std::string_view> names;
  auto most = read(out, at, limit, "max", type, names), least = read(out, at, limit, "min", type, names);
  amounts defaults, requests;
  if (type == "Pod") {
    for (auto list : {"default", "defaultRequest"})
      if (auto* members = api::object_at(limit, {list}); members && !members->empty())
        out.forbidden(at / list, "may not be specified when `type` is 'Pod'");
  } else {
    defaults = read(out, at, limit, "default", type, names);
    requests = read(out, at, limit, "defaultRequest", type, names);
  }
  if (type == "PersistentVolumeClaim" && !least.contains("storage") && !most.contains("storage"))
    out.required(at / "limits", "either minimum or maximum storage value is required, but neither was provided");
  auto ratios = read(out, at, limit, "maxLimitRequestRatio", type, names);
  auto least_at = at / "min", request_at = at / "defaultRequest", default_at = at / "default",
       ratio_at = at / "maxLimitRequestRatio";
  for (auto name : names) {
    auto *low = find(least, name), *high = find(most, name), *standard = find(defaults, name),
         *request = find(requests, name), *ratio = find(ratios, name);
    check_order(out, least_at, name, low, "min", high, "max", low);
    check_order(out, request_at, name, low, "min", request, "default request", request);
    check_order(out, request_at, name, request, "default request", high, "max", request);
    check_order(out, request_at, name, request, "default request", standard, "default limit", request);
    check_order(out, default_at, name, low, "min", standard, "default", low);
    check_order(out, default_at, name, standard, "default", high, "max", high);
    if (ratio && *ratio < api::quantity::from_units(1))
      out.invalid(ratio_at.key(name), ratio->text(),
                  std::string_view(fmt::format("ratio {} is less than 1", ratio->text())));
    if (ratio && low && high && !low->zero()) {
      double bound = static_cast<double>(high->milli()) / static_cast<double>(low->milli());
      if (static_cast<double>(ratio->milli()) / 1000 > bound)
        out.invalid(ratio_at.key(name), ratio->text(),
                    std::string_view(fmt::format("ratio {} is greater than max/min = {:f}", ratio->text(), bound)));
    }
    if (!allows_overcommit(name) && standard && request && *standard != *request)
      out.invalid(request_at.key(name), request->text(),
                  std::string_view(fmt::format("default value {} must equal to defaultRequest value {} in {}",
                                               standard->text(), request->text(), name)));
  }
}

} // namespace

void check_limit_range(report& out, const json::object& body) {
  constexpr field_path root("spec.limits");
  std::set<std::string_view> types;
  for_each(api::array_at(body, {"spec", "limits"}), [&](std::size_t i, const json::object& limit) {
    auto at = root[i];
    auto type = api::string_at(limit, {"type"});
    check_type(out, at / "type", type);
    if (!types.insert(type).second) out.duplicate(at / "type", type);
    check_limit(out, at, limit, type);
  });
}

} // namespace troupe::policies::validation
