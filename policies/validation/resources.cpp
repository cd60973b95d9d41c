#include "policies/validation/resources.hpp"
#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace troupe::policies::validation {

namespace {

constexpr std::array<std::string_view, 3> container_names{"cpu", "memory", "ephemeral-storage"};
constexpr std::array<std::string_view, 10> counted{"pods",
                                                   "services",
                                                   "replicationcontrollers",
                                                   "resourcequotas",
                                                   "secrets",
                                                   "configmaps",
                                                   "persistentvolumeclaims",
                                                   "services.nodeports",
                                                   "services.loadbalancers",
                                                   "count"};
constexpr std::array<std::string_view, 9> amounts{
    "cpu",          "memory",          "ephemeral-storage",          "storage",
    "requests.cpu", "requests.memory", "requests.ephemeral-storage", "requests.storage",
    "limits.cpu"};

template <class List> bool contains(const List& list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

void check_container_name(report& out, const field_path& at, std::string_view name) {
  auto before = out.size();
  check_resource_name(out, at, name);
  if (name.find('/') == std::string_view::npos) {
    if (!contains(container_names, name) && !is_hugepages(name))
      out.invalid(at, name, "must be a standard resource for containers");
  } else if (before == out.size() && !is_native_resource(name) && !is_extended_resource(name)) {
    out.invalid(at, name, "doesn't follow extended resource name standard");
  }
}

/// A request needs a limit it does not exceed; resources that cannot be shared need it to be equal.
void check_request(report& out, const field_path& at, std::string_view name, const api::quantity& request,
                   const json::object* limits) {
  auto requests_at = at / "requests";
  auto* limit_value = limits ? limits->if_contains(name) : nullptr;
  auto limit = limit_value && limit_value->is_string()
                   ? api::quantity::parse(std::string_view(limit_value->get_string()))
                   : std::nullopt;
  if (limit) {
    if (request != *limit && !allows_overcommit(name))
      out.invalid(requests_at, request.text(),
                  std::string_view(fmt::format("must be equal to {} limit of {}", name, limit->text())));
    else if (request > *limit)
      out.invalid(requests_at, request.text(),
                  std::string_view(fmt::format("must be less than or equal to {} limit of {}", name, limit->text())));
  } else if (!limit_value && !allows_overcommit(name)) {
    out.required(at / "limits", "Limit must be set for non overcommitable resources");
  }
}

} // namespace

bool is_hugepages(std::string_view name) noexcept { return name.starts_with("hugepages-"); }

bool is_native_resource(std::string_view name) noexcept {
  return name.find('/') == std::string_view::npos || name.find("kubernetes.io/") != std::string_view::npos;
}

bool is_extended_resource(std::string_view name) noexcept {
  return !is_native_resource(name) && !name.starts_with("requests.") &&
         is_qualified_name(fmt::format("requests.{}", name)).empty();
}

bool allows_overcommit(std::string_view name) noexcept { return is_native_resource(name) && !is_hugepages(name); }

bool is_integer_resource(std::string_view name) noexcept {
  return contains(counted, name) || name.starts_with("count/") || is_extended_resource(name);
}

bool is_standard_resource(std::string_view name) noexcept {
  return contains(counted, name) || contains(amounts, name) || name == "limits.memory" ||
         name == "limits.ephemeral-storage" || is_hugepages(name) || name.starts_with("requests.hugepages-");
}

bool is_standard_quota_resource(std::string_view name) noexcept {
  return is_standard_resource(name) && name != "storage" && name != "count" && !name.starts_with("limits.hugepages-");
}

std::optional<api::quantity> read_quantity(report& out, const field_path& at, const json::value& value) {
  auto text = value.is_string() ? std::string(value.get_string()) : json::serialize(value);
  auto amount = api::quantity::parse(text);
  if (!amount)
    out.invalid(at, text,
                "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
  return amount;
}

void check_resource_name(report& out, const field_path& at, std::string_view name) {
  auto before = out.size();
  out.invalid(at, name, is_qualified_name(name));
  if (out.size() == before && name.find('/') == std::string_view::npos && !is_standard_resource(name))
    out.invalid(at, name, "must be a standard resource type or fully qualified");
}

void check_resource_amount(report& out, const field_path& at, std::string_view name, const json::value& value) {
  auto amount = read_quantity(out, at, value);
  if (!amount) return;
  if (amount->negative()) out.invalid(at, amount->text(), not_negative);
  if (is_integer_resource(name) && amount->milli() % 1000 != 0) out.invalid(at, amount->text(), "must be an integer");
}

void check_resource_list(report& out, const field_path& at, const json::object& list) {
  for (auto& member : list) {
    auto name = std::string_view(member.key());
    auto entry = at.key(name);
    check_container_name(out, entry, name);
    check_resource_amount(out, entry, name, member.value());
  }
}

void check_container_resources(report& out, const field_path& at, const json::object& resources) {
  auto *limits = api::object_at(resources, {"limits"}), *requests = api::object_at(resources, {"requests"});
  bool huge = false, plain = false;
  for (auto* list : {limits, requests})
    if (list)
      for (auto& member : *list) {
        huge |= is_hugepages(member.key());
        plain |= member.key() == "cpu" || member.key() == "memory";
      }
  if (limits) check_resource_list(out, at / "limits", *limits);
  if (requests) {
    auto list = at / "requests";
    for (auto& member : *requests) {
      auto name = std::string_view(member.key());
      auto entry = list.key(name);
      check_container_name(out, entry, name);
      auto amount = member.value().is_string() ? api::quantity::parse(std::string_view(member.value().get_string()))
                                               : std::nullopt;
      if (amount) check_request(out, at, name, *amount, limits);
      check_resource_amount(out, entry, name, member.value());
    }
  }
  if (huge && !plain) out.forbidden(at, "HugePages require cpu or memory");
}

} // namespace troupe::policies::validation
