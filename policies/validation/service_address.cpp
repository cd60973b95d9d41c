#include "policies/validation/service.hpp"
#include <fmt/format.h>
#include <set>

namespace troupe::policies::validation {

namespace {

constexpr field_path root("spec");

std::string_view text_at(const json::array* list, std::size_t i) {
  if (!list || i >= list->size() || !(*list)[i].is_string()) return {};
  return (*list)[i].get_string();
}

std::size_t size_of(const json::array* list) { return list ? list->size() : 0; }

void check_families(report& out, const json::object& spec) {
  auto at = root / "ipFamilies";
  std::set<std::string_view> seen;
  for_each_string(api::array_at(spec, {"ipFamilies"}), [&](std::size_t i, std::string_view family) {
    if (family != "IPv4" && family != "IPv6") out.not_supported(at[i], family, {"IPv4", "IPv6"});
    if (!seen.insert(family).second) out.duplicate(at[i], family);
  });
  check_optional_one_of(out, root, spec, "ipFamilyPolicy", {"PreferDualStack", "RequireDualStack", "SingleStack"});
}

/// The list keeps its first entry; a second one may come, and go when the policy says so.
void check_list_change(report& out, const json::object& spec, const json::object& old, std::string_view name,
                       std::string_view what) {
  auto at = root / name;
  auto *now = api::array_at(spec, {name}), *before = api::array_at(old, {name});
  auto text = shown_list(spec.if_contains(name));
  if (size_of(now) == size_of(before)) {
    for (std::size_t i = 0; i < size_of(now); ++i)
      if (text_at(now, i) != text_at(before, i))
        out.invalid_shown(name == "ipFamilies" ? at[0] : at[i], text, "may not change once set");
    return;
  }
  if (size_of(now) == 0)
    out.invalid_shown(at[0], text, fmt::format("primary {} can not be unset", what));
  else if (size_of(before) > 0 && text_at(now, 0) != text_at(before, 0))
    out.invalid_shown(at[0], text, "may not change once set");
  if (size_of(now) == 1 && size_of(before) > 1 && api::string_at(spec, {"ipFamilyPolicy"}) != "SingleStack")
    out.invalid(root / "ipFamilyPolicy", spec.if_contains("ipFamilyPolicy"),
                fmt::format("must be set to 'SingleStack' when releasing the secondary {}", what));
}

} // namespace

void check_ordinary_ip(report& out, const field_path& at, std::string_view text) {
  auto ip = parse_ip(text);
  if (!ip) return out.invalid(at, text, "must be a valid IP address");
  if (ip->unspecified()) out.invalid(at, text, std::string_view(fmt::format("may not be unspecified ({})", text)));
  if (ip->loopback()) out.invalid(at, text, "may not be in the loopback range (127.0.0.0/8, ::1/128)");
  if (ip->link_local()) out.invalid(at, text, "may not be in the link-local range (169.254.0.0/16, fe80::/10)");
  if (ip->link_local_multicast())
    out.invalid(at, text, "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)");
}

void check_service_addresses(report& out, const json::object& spec) {
  if (api::string_at(spec, {"type"}) == "ExternalName") return;
  auto at = root / "clusterIPs";
  auto single = api::string_at(spec, {"clusterIP"});
  auto* list = api::array_at(spec, {"clusterIPs"});
  auto text = shown_list(spec.if_contains("clusterIPs"));
  if (single.empty()) {
    if (size_of(list)) out.invalid_shown(at, text, "must be empty when `clusterIP` is not specified");
  } else if (size_of(list) == 0) {
    out.required(at);
  } else if (text_at(list, 0) != single) {
    out.invalid_shown(at, text, "first value must match `clusterIP`");
  }
  check_families(out, spec);
  bool wrong = false;
  std::size_t v4 = 0, v6 = 0;
  auto* families = api::array_at(spec, {"ipFamilies"});
  for_each_string(list, [&](std::size_t i, std::string_view address) {
    if (i == 0 && address == "None") {
      if (list->size() > 1) out.invalid_shown(at, text, "'None' must be the first and only value");
      wrong |= list->size() > 1;
      return;
    }
    auto reasons = is_ip(address);
    wrong |= !reasons.empty();
    out.invalid(at[i], address, reasons);
    if (auto ip = parse_ip(address)) ++(ip->v6 ? v6 : v4);
  });
  if (size_of(list) > 2) out.invalid_shown(at, text, "may only hold up to 2 values");
  if (wrong) return;
  if (v4 > 1 || v6 > 1) out.invalid_shown(at, text, "may specify no more than one IP for each IP family");
  if (single == "None") return;
  for (std::size_t i = 0; i < std::min(size_of(list), size_of(families)); ++i) {
    auto ip = parse_ip(text_at(list, i));
    auto family = text_at(families, i);
    if (ip && ip->v6 != (family == "IPv6"))
      out.invalid(at[i], text_at(list, i),
                  std::string_view(fmt::format("expected an {} value as indicated by `ipFamilies[{}]`", family, i)));
  }
}

void check_address_changes(report& out, const json::object& spec, const json::object& old) {
  if (api::string_at(spec, {"type"}) == "ExternalName" || api::string_at(old, {"type"}) == "ExternalName") return;
  bool headless = api::string_at(spec, {"clusterIP"}) == "None",
       was_headless = api::string_at(old, {"clusterIP"}) == "None";
  if (!headless || !was_headless) check_list_change(out, spec, old, "clusterIPs", "clusterIP");
  if (!headless && !was_headless) check_list_change(out, spec, old, "ipFamilies", "ipFamily");
}

} // namespace troupe::policies::validation
