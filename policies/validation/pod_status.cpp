#include "policies/validation/kinds.hpp"
#include "policies/validation/metadata.hpp"
#include <set>

namespace troupe::policies::validation {

namespace {

constexpr field_path root("status");

/// A container that has ended for good does not run again.
void check_transitions(report& out, const json::object& body, const json::object& old, std::string_view list,
                       std::string_view restart) {
  if (restart == "Always") return;
  auto at = root / list;
  auto* now = api::array_at(body, {"status", list});
  for_each(api::array_at(old, {"status", list}), [&](std::size_t i, const json::object& before) {
    auto* ended = api::object_at(before, {"state", "terminated"});
    if (!ended || (api::int_at(*ended, {"exitCode"}) != 0 && restart == "OnFailure")) return;
    for_each(now, [&](std::size_t, const json::object& status) {
      auto entry = at[i];
      if (api::string_at(status, {"name"}) == api::string_at(before, {"name"}) &&
          !api::object_at(status, {"state", "terminated"}))
        out.forbidden(entry / "state", "may not be transitioned to non-terminated state");
    });
  });
}

/// Init containers end for good unless they are restarted always; a failed one runs again unless the pod never
/// restarts.
void check_init_transitions(report& out, const json::object& body, const json::object& old) {
  auto restart = api::string_at(old, {"spec", "restartPolicy"});
  std::set<std::string_view> sidecars;
  for_each(api::array_at(old, {"spec", "initContainers"}), [&](std::size_t, const json::object& c) {
    if (api::string_at(c, {"restartPolicy"}) == "Always") sidecars.insert(api::string_at(c, {"name"}));
  });
  auto at = root / "initContainerStatuses";
  auto* now = api::array_at(body, {"status", "initContainerStatuses"});
  for_each(api::array_at(old, {"status", "initContainerStatuses"}), [&](std::size_t i, const json::object& before) {
    auto* ended = api::object_at(before, {"state", "terminated"});
    auto name = api::string_at(before, {"name"});
    if (!ended || restart == "Always" || sidecars.contains(name)) return;
    if (api::int_at(*ended, {"exitCode"}) != 0 && restart == "OnFailure") return;
    for_each(now, [&](std::size_t, const json::object& status) {
      auto entry = at[i];
      if (api::string_at(status, {"name"}) == name && !api::object_at(status, {"state", "terminated"}))
        out.forbidden(entry / "state", "may not be transitioned to non-terminated state");
    });
  });
}

void check_addresses(report& out, const json::object& body, std::string_view list) {
  auto at = root / list;
  auto* addresses = api::array_at(body, {"status", list});
  std::size_t v4 = 0, v6 = 0;
  std::set<std::string_view> seen;
  for_each(addresses, [&](std::size_t i, const json::object& entry) {
    auto text = api::string_at(entry, {"ip"});
    out.invalid(at[i], text, is_ip(text));
    auto ip = parse_ip(text);
    if (ip) ++(ip->v6 ? v6 : v4);
    if (!seen.insert(text).second) out.duplicate(at[i], text);
  });
  if (v4 > 1 || v6 > 1)
    out.invalid_shown(at, json::serialize(*addresses), "may specify no more than one IP for each IP family");
}

} // namespace

void check_pod_status(report& out, const json::object& body, const json::object& old) {
  constexpr field_path conditions("metadata.conditions");
  for_each(api::array_at(body, {"status", "conditions"}), [&](std::size_t i, const json::object& condition) {
    auto at = conditions[i];
    if (auto seen = api::int_at(condition, {"observedGeneration"}); seen < 0)
      out.invalid(at / "observedGeneration", seen, not_negative);
  });
  if (api::string_at(body, {"spec", "nodeName"}) != api::string_at(old, {"spec", "nodeName"}))
    out.forbidden(root / "nodeName", "may not be changed directly");
  auto nominated = api::string_at(body, {"status", "nominatedNodeName"});
  if (!nominated.empty() && nominated != api::string_at(old, {"status", "nominatedNodeName"}))
    out.invalid(root / "nominatedNodeName", nominated, is_dns_subdomain(nominated));
  check_immutable(out, root / "qosClass", api::find(body, {"status", "qosClass"}),
                  api::find(old, {"status", "qosClass"}));
  check_transitions(out, body, old, "containerStatuses", api::string_at(old, {"spec", "restartPolicy"}));
  check_init_transitions(out, body, old);
  check_transitions(out, body, old, "ephemeralContainerStatuses", "Never");
  check_addresses(out, body, "podIPs");
  check_addresses(out, body, "hostIPs");
}

} // namespace troupe::policies::validation
