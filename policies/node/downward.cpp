#include "policies/node/downward.hpp"
#include "policies/api/label_syntax.hpp"
#include "policies/api/quantity.hpp"
#include "policies/node/resources.hpp"
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <map>

namespace troupe::policies::node {

namespace {

/// Lines of key="value" in order of the keys.
std::string format_map(const api::json::object& members) {
  std::map<std::string_view, std::string_view> sorted;
  for (auto& m : members)
    if (auto* text = m.value().if_string()) sorted.emplace(m.key(), *text);
  std::string out;
  for (auto& [key, value] : sorted) out += fmt::format("{}{}={}", out.empty() ? "" : "\n", key, api::quoted(value));
  return out;
}

/// The x of `prefix['x']`.
std::optional<std::string_view> subscript(std::string_view path, std::string_view prefix) {
  if (!path.starts_with(prefix)) return std::nullopt;
  path.remove_prefix(prefix.size());
  if (path.size() < 4 || !path.starts_with("['") || !path.ends_with("']")) return std::nullopt;
  return path.substr(2, path.size() - 4);
}

std::string member(const api::json::object& members, std::string_view key) {
  auto* value = members.if_contains(key);
  auto* text = value ? value->if_string() : nullptr;
  return text ? std::string(*text) : std::string();
}

} // namespace

or_text<std::string> field_value(const api::object& pod, std::string_view path, const pod_facts& facts) {
  auto first = [](const std::vector<std::string>& ips) { return ips.empty() ? std::string() : ips.front(); };
  if (path == "metadata.name") return std::string(pod.name());
  if (path == "metadata.namespace") return std::string(pod.ns());
  if (path == "metadata.uid") return std::string(pod.uid());
  if (path == "metadata.labels") return format_map(pod.labels());
  if (path == "metadata.annotations") return format_map(pod.annotations());
  if (auto key = subscript(path, "metadata.labels")) return member(pod.labels(), *key);
  if (auto key = subscript(path, "metadata.annotations")) return member(pod.annotations(), *key);
  if (path == "spec.nodeName") return std::string(api::string_at(pod.spec(), {"nodeName"}));
  if (path == "spec.serviceAccountName") return std::string(api::string_at(pod.spec(), {"serviceAccountName"}));
  if (path == "status.hostIP") return first(facts.host_ips);
  if (path == "status.hostIPs") return fmt::format("{}", fmt::join(facts.host_ips, ","));
  if (path == "status.podIP") return first(facts.pod_ips);
  if (path == "status.podIPs") return fmt::format("{}", fmt::join(facts.pod_ips, ","));
  return tl::unexpected(fmt::format("unsupported fieldPath: {}", path));
}

or_text<std::string> resource_value(const api::json::object& container, std::string_view resource,
                                    std::string_view divisor_text, const pod_facts& facts) {
  auto dot = resource.find('.');
  auto list = resource.substr(0, dot);
  auto name = dot == std::string_view::npos ? std::string_view{} : resource.substr(dot + 1);
  bool known = name == "cpu" || name == "memory" || name == "ephemeral-storage" || name.starts_with("hugepages-");
  if ((list != "limits" && list != "requests") || !known)
    return tl::unexpected(fmt::format("unsupported container resource : {}", resource));
  auto amount = resource_of(container, list, name);
  if (list == "limits" && amount.zero() && facts.allocatable)
    amount = api::quantity::parse(api::string_at(*facts.allocatable, {name})).value_or(api::quantity{});
  auto divisor = api::quantity::parse(divisor_text.empty() ? "1" : divisor_text).value_or(api::quantity{});
  if (divisor.zero()) divisor = api::quantity::from_units(1);
  bool milli = name == "cpu";
  auto over = milli ? amount.milli() : amount.value(), under = milli ? divisor.milli() : divisor.value();
  return std::to_string(over / under + (over % under > 0 ? 1 : 0));
}

} // namespace troupe::policies::node
