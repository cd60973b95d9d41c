#include "policies/validation/pod_spec.hpp"
#include <fmt/format.h>
#include <set>

namespace troupe::policies::validation {

namespace {

void check_ids(report& out, const field_path& at, const json::object& in,
               std::initializer_list<std::string_view> members) {
  for (auto member : members)
    if (!absent(in, member)) {
      auto id = api::int_at(in, {member});
      for (auto& message : is_user_id(id))
        out.invalid(at / member, id, message);
    }
}

void check_seccomp(report& out, const field_path& at, const json::object& profile) {
  auto type = api::string_at(profile, {"type"});
  if (type.empty())
    out.required(at / "type", "type is required when seccompProfile is set");
  else
    check_one_of(out, at / "type", type, {"Localhost", "RuntimeDefault", "Unconfined"});
  bool named = !absent(profile, "localhostProfile");
  if (type == "Localhost") {
    if (!named)
      out.required(at / "localhostProfile", "must be set when seccomp type is Localhost");
    else
      check_local_path(out, at / "localhostProfile", api::string_at(profile, {"localhostProfile"}));
  } else if (named) {
    out.invalid_shown(at / "localhostProfile", json::serialize(profile),
                      "can only be set when seccomp type is Localhost");
  }
}

void check_app_armor(report& out, const field_path& at, const json::object& profile) {
  auto type = api::string_at(profile, {"type"});
  if (type.empty())
    out.required(at / "type", "type is required when appArmorProfile is set");
  else
    check_one_of(out, at / "type", type, {"Localhost", "RuntimeDefault", "Unconfined"});
  auto name = api::string_at(profile, {"localhostProfile"});
  bool named = !absent(profile, "localhostProfile");
  constexpr std::size_t bytes_max = 4095;
  if (type == "Localhost") {
    if (!named)
      out.required(at / "localhostProfile", "must be set when AppArmor type is Localhost");
    else if (name.empty())
      out.required(at / "localhostProfile", "must be set when AppArmor type is Localhost");
    else if (name.front() == ' ' || name.back() == ' ')
      out.invalid(at / "localhostProfile", name, "must not be padded with whitespace");
    if (name.size() > bytes_max) out.too_long(at / "localhostProfile", bytes_max);
  } else if (named) {
    out.invalid(at / "localhostProfile", name, "can only be set when AppArmor type is Localhost");
  }
}

void check_profiles(report& out, const field_path& at, const json::object& context) {
  if (auto* seccomp = api::object_at(context, {"seccompProfile"})) check_seccomp(out, at / "seccompProfile", *seccomp);
  if (auto* armor = api::object_at(context, {"appArmorProfile"})) check_app_armor(out, at / "appArmorProfile", *armor);
}

/// `kernel.shm_rmid_forced`, `net/ipv4/ip_local_port_range`: parts of lower case, digits, '-' and '_' between dots or
/// slashes.
bool sysctl_shaped(std::string_view name) {
  constexpr std::size_t length_max = 253;
  if (name.empty() || name.size() > length_max) return false;
  auto alnum = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  bool start = true;
  for (std::size_t i = 0; i < name.size(); ++i) {
    char c = name[i];
    bool end = i + 1 == name.size() || name[i + 1] == '.' || name[i + 1] == '/';
    if (c == '.' || c == '/') {
      if (start) return false;
      start = true;
      continue;
    }
    if (!alnum(c) && ((c != '-' && c != '_') || start || end)) return false;
    start = false;
  }
  return !start;
}

void check_sysctls(report& out, const field_path& list, const json::object& spec, const json::array* sysctls) {
  std::set<std::string_view> seen;
  for_each(sysctls, [&](std::size_t i, const json::object& sysctl) {
    auto at = list[i];
    auto name = api::string_at(sysctl, {"name"});
    if (name.empty())
      out.required(at / "name");
    else if (!sysctl_shaped(name))
      out.invalid(at / "name", name,
                  "must have at most 253 characters and match regex "
                  R"(^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$)");
    else if (seen.contains(name))
      out.duplicate(at / "name", name);
    seen.insert(name);
    bool network = name.starts_with("net.") || name.starts_with("net/");
    bool ipc = name.starts_with("kernel.shm") || name.starts_with("kernel.msg") || name == "kernel.sem" ||
               name.starts_with("fs.mqueue.");
    if (network && api::bool_at(spec, {"hostNetwork"}))
      out.invalid(at / "name", name, "may not be specified when 'hostNetwork' is true");
    if (ipc && api::bool_at(spec, {"hostIPC"}))
      out.invalid(at / "name", name, "may not be specified when 'hostIPC' is true");
  });
}

} // namespace

void check_container_security(report& out, const field_path& at, const json::object& context, bool host_users) {
  check_ids(out, at, context, {"runAsUser", "runAsGroup"});
  if (!absent(context, "procMount")) {
    check_optional_one_of(out, at, context, "procMount", {"Default", "Unmasked"});
    auto mount = api::string_at(context, {"procMount"});
    if (host_users && mount == "Unmasked")
      out.invalid(at / "procMount", mount, "`hostUsers` must be false to use `Unmasked`");
  }
  check_profiles(out, at, context);
  if (api::bool_at(context, {"allowPrivilegeEscalation"}, true)) return;
  auto shown_context = json::serialize(context);
  if (api::bool_at(context, {"privileged"}))
    out.invalid_shown(at, shown_context, "cannot set `allowPrivilegeEscalation` to false and `privileged` to true");
  for_each_string(api::array_at(context, {"capabilities", "add"}), [&](std::size_t, std::string_view capability) {
    if (capability == "CAP_SYS_ADMIN")
      out.invalid_shown(at, shown_context,
                        "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN");
  });
}

void check_pod_security(report& out, const field_path& spec_at, const json::object& spec) {
  auto at = spec_at / "securityContext";
  if (!api::bool_at(spec, {"hostUsers"}, true))
    for (auto [member, name] :
         {std::pair{"hostNetwork", "hostNetwork"}, {"hostPID", "HostPID"}, {"hostIPC", "HostIPC"}})
      if (api::bool_at(spec, {member})) out.forbidden(spec_at / name, "when `pod.Spec.HostUsers` is false");
  if (api::bool_at(spec, {"shareProcessNamespace"}) && api::bool_at(spec, {"hostPID"}))
    out.invalid_shown(at / "shareProcessNamespace", "true", "ShareProcessNamespace and HostPID cannot both be enabled");
  auto* context = api::object_at(spec, {"securityContext"});
  if (!context) return;
  check_ids(out, at, *context, {"fsGroup", "runAsUser", "runAsGroup"});
  auto groups = at / "supplementalGroups";
  if (auto* list = api::array_at(*context, {"supplementalGroups"}))
    for (std::size_t i = 0; i < list->size(); ++i) {
      auto id = (*list)[i].is_number() ? (*list)[i].to_number<std::int64_t>() : 0;
      for (auto& message : is_user_id(id))
        out.invalid(groups[i], id, message);
    }
  check_sysctls(out, at / "sysctls", spec, api::array_at(*context, {"sysctls"}));
  check_optional_one_of(out, at, *context, "fsGroupChangePolicy", {"Always", "OnRootMismatch"});
  check_optional_one_of(out, at, *context, "supplementalGroupsPolicy", {"Merge", "Strict"});
  check_optional_one_of(out, at, *context, "seLinuxChangePolicy", {"MountOption", "Recursive"});
  check_profiles(out, at, *context);
}

} // namespace troupe::policies::validation
