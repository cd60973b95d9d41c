#include "policies/validation/kinds.hpp"
#include "policies/validation/pod_spec.hpp"
#include "policies/validation/resources.hpp"
#include <fmt/format.h>
#include <set>

namespace troupe::policies::validation {

namespace {

constexpr field_path spec_at("spec"), status_at("status");
/// Where Kubernetes reports taints, although they are in the spec.
constexpr field_path taints_at("metadata.taints");

void check_taints(report& out, const json::array* taints) {
  std::set<std::pair<std::string_view, std::string_view>> seen;
  for_each(taints, [&](std::size_t i, const json::object& taint) {
    auto at = taints_at[i];
    auto key = api::string_at(taint, {"key"}), value = api::string_at(taint, {"value"}),
         effect = api::string_at(taint, {"effect"});
    out.invalid(at / "key", key, is_qualified_name(key));
    if (auto wrong = is_label_value(value); !wrong.empty())
      out.invalid(at / "value", value, std::string_view(fmt::format("{}", fmt::join(wrong, ";"))));
    check_taint_effect(out, at / "effect", effect);
    if (!seen.emplace(key, effect).second)
      out.duplicate_shown(at, json::serialize(taint) + ": taints must be unique by key and effect pair");
  });
}

void check_amounts(report& out, const json::object& body) {
  for (auto list : {"capacity", "allocatable"}) {
    auto at = status_at / list;
    if (auto* amounts = api::object_at(body, {"status", list}))
      for (auto& amount : *amounts) {
        check_resource_amount(out, at.key(amount.key()), amount.key(), amount.value());
      }
  }
}

void check_ranges(report& out, const json::object& body) {
  auto at = spec_at / "podCIDRs";
  auto* ranges = api::array_at(body, {"spec", "podCIDRs"});
  std::size_t v4 = 0, v6 = 0;
  std::set<std::string_view> seen;
  for_each_string(ranges, [&](std::size_t i, std::string_view text) {
    out.invalid(at[i], text, is_cidr(text));
    if (auto range = parse_cidr(text)) ++(range->base.v6 ? v6 : v4);
    if (!seen.insert(text).second) out.duplicate(at[i], text);
  });
  if (v4 > 1 || v6 > 1)
    out.invalid_shown(at, shown_list(api::find(body, {"spec", "podCIDRs"})),
                      "may specify no more than one CIDR for each IP family");
}

} // namespace

void check_node(report& out, const json::object& body) {
  check_amounts(out, body);
  check_taints(out, api::array_at(body, {"spec", "taints"}));
  check_ranges(out, body);
}

void check_node_update(report& out, const json::object& body, const json::object& old) {
  auto addresses = status_at / "addresses";
  std::set<std::pair<std::string_view, std::string_view>> seen;
  for_each(api::array_at(body, {"status", "addresses"}), [&](std::size_t i, const json::object& address) {
    if (!seen.emplace(api::string_at(address, {"type"}), api::string_at(address, {"address"})).second)
      out.duplicate_shown(addresses[i], json::serialize(address));
  });
  static const json::value nothing;
  auto *now = api::find(body, {"spec", "podCIDRs"}), *before = api::find(old, {"spec", "podCIDRs"});
  if (before && before->is_array() && !before->get_array().empty() &&
      !api::semantically_equal(now ? *now : nothing, *before))
    out.forbidden(spec_at / "podCIDRs", "node updates may not change podCIDR except from \"\" to valid");
  auto provider = api::string_at(old, {"spec", "providerID"});
  if (!provider.empty() && provider != api::string_at(body, {"spec", "providerID"}))
    out.forbidden(spec_at / "providerID", "node updates may not change providerID except from \"\" to valid");
  if (api::string_at(body, {"spec", "externalID"}) != api::string_at(old, {"spec", "externalID"}))
    out.forbidden(spec_at / "externalID", "may not be updated");
}

} // namespace troupe::policies::validation
