#include "policies/validation/pod_spec.hpp"
#include "policies/validation/metadata.hpp"
#include "policies/validation/resources.hpp"
#include <fmt/format.h>
#include <set>

namespace troupe::policies::validation {

namespace {

void check_searches(report& out, const field_path& at, const json::value* value) {
  constexpr std::size_t count_max = 32, characters_max = 2048;
  auto* searches = value ? value->if_array() : nullptr;
  if (!searches) return;
  if (searches->size() > count_max)
    out.invalid_shown(at, shown_list(value), fmt::format("must not have more than {} search paths", count_max));
  std::size_t characters = searches->empty() ? 0 : searches->size() - 1;
  for_each_string(searches, [&](std::size_t, std::string_view search) { characters += search.size(); });
  if (characters > characters_max)
    out.invalid_shown(
        at, shown_list(value),
        fmt::format("must not have more than {} characters (including spaces) in the search list", characters_max));
  for_each_string(searches, [&](std::size_t i, std::string_view search) {
    if (search.ends_with('.')) search.remove_suffix(1);
    out.invalid(at[i], search, is_dns_subdomain(search));
  });
}

void check_dns(report& out, const field_path& at, const json::object& spec) {
  auto* config = api::object_at(spec, {"dnsConfig"});
  auto* servers = config ? api::array_at(*config, {"nameservers"}) : nullptr;
  constexpr std::size_t servers_max = 3;
  auto servers_at = at / "nameservers";
  if (api::string_at(spec, {"dnsPolicy"}) == "None") {
    if (!config) return out.required(at, "must provide `dnsConfig` when `dnsPolicy` is None");
    if (!servers || servers->empty())
      return out.required(servers_at, "must provide at least one DNS nameserver when `dnsPolicy` is None");
  }
  if (!config) return;
  if (servers && servers->size() > servers_max)
    out.invalid_shown(servers_at, shown_list(config->if_contains("nameservers")),
                      fmt::format("must not have more than {} nameservers", servers_max));
  for_each_string(servers,
                  [&](std::size_t i, std::string_view server) { out.invalid(servers_at[i], server, is_ip(server)); });
  check_searches(out, at / "searches", config->if_contains("searches"));
  auto options = at / "options";
  for_each(api::array_at(*config, {"options"}), [&](std::size_t i, const json::object& option) {
    if (api::string_at(option, {"name"}).empty()) out.required(options[i], "must not be empty");
  });
}

void check_gates(report& out, const field_path& at, const json::object& spec) {
  auto readiness = at / "readinessGates", scheduling = at / "schedulingGates";
  for_each(api::array_at(spec, {"readinessGates"}), [&](std::size_t i, const json::object& gate) {
    auto type = api::string_at(gate, {"conditionType"});
    auto entry = readiness[i];
    out.invalid(entry / "conditionType", type, is_qualified_name(type));
  });
  std::set<std::string_view> seen;
  for_each(api::array_at(spec, {"schedulingGates"}), [&](std::size_t i, const json::object& gate) {
    auto name = api::string_at(gate, {"name"});
    out.invalid(scheduling[i], name, is_qualified_name(name));
    if (!seen.insert(name).second) out.duplicate(scheduling[i], name);
  });
}

void check_host_aliases(report& out, const field_path& list, const json::object& spec) {
  for_each(api::array_at(spec, {"hostAliases"}), [&](std::size_t i, const json::object& alias) {
    auto at = list[i];
    auto names = at / "hostnames";
    auto ip = api::string_at(alias, {"ip"});
    out.invalid(at / "ip", ip, is_ip(ip));
    for_each_string(api::array_at(alias, {"hostnames"}),
                    [&](std::size_t k, std::string_view name) { out.invalid(names[k], name, is_dns_subdomain(name)); });
  });
}

void check_names(report& out, const field_path& at, const json::object& spec) {
  for (auto member : {"serviceAccountName", "nodeName", "priorityClassName", "runtimeClassName"})
    if (auto name = api::string_at(spec, {member}); !name.empty())
      out.invalid(at / member, name, is_dns_subdomain(name));
  for (auto member : {"hostname", "subdomain"})
    if (auto name = api::string_at(spec, {member}); !name.empty()) out.invalid(at / member, name, is_dns_label(name));
}

/// A container on the host's network listens on the host's ports, so the two numbers are one.
void check_host_network(report& out, const field_path& at, const json::object& spec, bool is_template) {
  if (!api::bool_at(spec, {"hostNetwork"})) return;
  for (auto list : {"containers", "initContainers"}) {
    auto list_at = at / list;
    for_each(api::array_at(spec, {list}), [&](std::size_t i, const json::object& container) {
      auto entry = list_at[i];
      auto ports = entry / "ports";
      for_each(api::array_at(container, {"ports"}), [&](std::size_t k, const json::object& port) {
        auto host = api::int_at(port, {"hostPort"});
        auto port_at = ports[k];
        if (host != api::int_at(port, {"containerPort"}) && (host != 0 || !is_template))
          out.invalid(port_at / "hostPort", host, "must match `containerPort` when `hostNetwork` is true");
      });
    });
  }
}

void check_system(report& out, const field_path& at, const json::object& spec) {
  auto* os = api::object_at(spec, {"os"});
  if (!os) return;
  auto name = api::string_at(*os, {"name"});
  if (name.empty()) return out.required(at / "os.name", "cannot be empty");
  if (name != "linux" && name != "windows") return out.not_supported(at / "os", name, {"linux", "windows"});
  std::string_view foreign = name == "linux" ? "windowsOptions" : "seLinuxOptions";
  auto why = fmt::format("{} options cannot be set for a {} pod", name == "linux" ? "windows" : "linux", name);
  if (api::find(spec, {"securityContext", foreign})) {
    auto context = at / "securityContext";
    out.forbidden(context / foreign, why);
  }
}

void check_references(report& out, const field_path& at, const json::object& spec) {
  auto secrets = at / "imagePullSecrets";
  for_each(api::array_at(spec, {"imagePullSecrets"}), [&](std::size_t i, const json::object& secret) {
    for (auto& member : secret)
      if (member.key() != "name") return out.invalid_shown(secrets[i], json::serialize(secret), "only name may be set");
  });
  auto claims = at / "resourceClaims";
  std::set<std::string_view> seen;
  for_each(api::array_at(spec, {"resourceClaims"}), [&](std::size_t i, const json::object& claim) {
    auto entry = claims[i];
    auto name = api::string_at(claim, {"name"});
    if (name.empty())
      out.required(entry / "name");
    else if (!seen.insert(name).second)
      out.duplicate(entry / "name", name);
    else
      out.invalid(entry / "name", name, is_dns_label(name));
    bool by_claim = !absent(claim, "resourceClaimName"), by_template = !absent(claim, "resourceClaimTemplateName");
    if (by_claim && by_template)
      out.invalid_shown(entry, json::serialize(claim),
                        "at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified");
    if (!by_claim && !by_template)
      out.invalid_shown(entry, json::serialize(claim),
                        "must specify one of: `resourceClaimName`, `resourceClaimTemplateName`");
    for (auto member : {"resourceClaimName", "resourceClaimTemplateName"})
      if (auto target = api::string_at(claim, {member}); !absent(claim, member))
        out.invalid(entry / member, target, is_dns_subdomain(target));
  });
}

} // namespace

void check_pod_spec(report& out, const field_path& at, const json::object& spec, const json::object* pod) {
  if (absent(spec, "terminationGracePeriodSeconds")) out.required(at / "terminationGracePeriodSeconds");
  pod_view view{spec, check_volumes(out, at / "volumes", api::array_at(spec, {"volumes"}), pod),
                api::int_at(spec, {"terminationGracePeriodSeconds"})};
  check_containers(out, at / "containers", view);
  check_init_containers(out, at / "initContainers", view);
  check_ephemeral_container_list(out, at / "ephemeralContainers", view);
  check_host_network(out, at, spec, !pod);
  check_one_of(out, at / "restartPolicy", api::string_at(spec, {"restartPolicy"}), {"Always", "OnFailure", "Never"});
  check_one_of(out, at / "dnsPolicy", api::string_at(spec, {"dnsPolicy"}),
               {"ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"});
  check_pod_security(out, at, spec);
  check_references(out, at, spec);
  check_dns(out, at / "dnsConfig", spec);
  check_gates(out, at, spec);
  check_names(out, at, spec);
  check_placement(out, at, spec);
  constexpr std::int64_t seconds_max = 2147483647;
  if (!absent(spec, "activeDeadlineSeconds")) {
    auto seconds = api::int_at(spec, {"activeDeadlineSeconds"});
    for (auto& message : is_in_range(seconds, 1, seconds_max))
      out.invalid(at / "activeDeadlineSeconds", seconds, message);
  }
  check_host_aliases(out, at / "hostAliases", spec);
  check_optional_one_of(out, at, spec, "preemptionPolicy", {"PreemptLowerPriority", "Never"});
  if (auto* overhead = api::object_at(spec, {"overhead"})) check_resource_list(out, at / "overhead", *overhead);
  check_system(out, at, spec);
}

} // namespace troupe::policies::validation
