#include "policies/printing/cells.hpp"
#include <fmt/format.h>

namespace troupe::policies::printing {

namespace {

using api::array_at, api::bool_at, api::find, api::int_at, api::object_at, api::string_at;

constexpr column budget_columns[] = {
  name_column,
  {"Min Available", "string", "", 0, "Pods that must stay, as number or share.",
   [](const row& r) { return json::value(scalar_text(find(r.body, {"spec", "minAvailable"}), "N/A")); }},
  {"Max Unavailable", "string", "", 0, "Pods that may be away, as number or share.",
   [](const row& r) { return json::value(scalar_text(find(r.body, {"spec", "maxUnavailable"}), "N/A")); }},
  {"Allowed Disruptions", "integer", "", 0, "Pods that may be evicted now.",
   [](const row& r) -> json::value { return int_at(r.body, {"status", "disruptionsAllowed"}); }},
  age_column,
};

constexpr column priority_columns[] = {
  name_column,
  {"Value", "integer", "", 0, "Priority of pods of the class; greater ones go first.",
   [](const row& r) -> json::value { return int_at(r.body, {"value"}); }},
  {"Global-Default", "boolean", "", 0, "Whether pods without a class get this one.",
   [](const row& r) { return json::value(bool_at(r.body, {"globalDefault"})); }},
  age_column,
  {"PreemptionPolicy", "string", "", 0, "Whether pods of the class may push out others.",
   [](const row& r) { return json::value(string_at(r.body, {"preemptionPolicy"})); }},
};

std::string subjects(const json::object& body, std::string_view kind) {
  std::vector<std::string> out;
  if (auto* list = array_at(body, {"subjects"}))
    for (auto& s : *list) {
      if (string_at(s, {"kind"}) != kind) continue;
      auto name = string_at(s, {"name"});
      out.push_back(kind == "ServiceAccount" ? fmt::format("{}/{}", string_at(s, {"namespace"}), name)
                                             : std::string(name));
    }
  return fmt::format("{}", fmt::join(out, ", "));
}

constexpr column binding_columns[] = {
    name_column,
    {"Role", "string", "", 0, "Role that is granted.",
     [](const row& r) {
       return json::value(
           fmt::format("{}/{}", string_at(r.body, {"roleRef", "kind"}), string_at(r.body, {"roleRef", "name"})));
     }},
    age_column,
    {"Users", "string", "", 1, "Users who have the role.",
     [](const row& r) { return json::value(subjects(r.body, "User")); }},
    {"Groups", "string", "", 1, "Groups that have the role.",
     [](const row& r) { return json::value(subjects(r.body, "Group")); }},
    {"ServiceAccounts", "string", "", 1, "Service accounts that have the role.",
     [](const row& r) { return json::value(subjects(r.body, "ServiceAccount")); }},
};

json::value request_condition(const row& r) {
  bool approved = false, denied = false, failed = false;
  if (auto* conditions = array_at(r.body, {"status", "conditions"}))
    for (auto& c : *conditions) {
      auto type = string_at(c, {"type"});
      approved |= type == "Approved";
      denied |= type == "Denied";
      failed |= type == "Failed";
    }
  std::string out = denied ? "Denied" : approved ? "Approved" : "Pending";
  if (failed) out += ",Failed";
  if (!string_at(r.body, {"status", "certificate"}).empty()) out += ",Issued";
  return json::value(out);
}

json::value requested_duration(const row& r) {
  auto* seconds = find(r.body, {"spec", "expirationSeconds"});
  if (!seconds || !seconds->is_number()) return "<none>";
  return json::value(api::human_duration(std::chrono::seconds(int_at(r.body, {"spec", "expirationSeconds"}))));
}

constexpr column request_columns[] = {
  name_column,
  age_column,
  {"SignerName", "string", "", 0, "Who is asked to sign.",
   [](const row& r) { return text_or(r.body, {"spec", "signerName"}, "<none>"); }},
  {"Requestor", "string", "", 0, "Who asks.",
   [](const row& r) { return json::value(string_at(r.body, {"spec", "username"})); }},
  {"RequestedDuration", "string", "", 0, "How long the certificate shall be valid.", requested_duration},
  {"Condition", "string", "", 0, "What was decided, and whether there is a certificate.", request_condition},
};

constexpr column webhook_columns[] = {
  name_column,
  {"Webhooks", "integer", "", 0, "Number of webhooks.",
   [](const row& r) -> json::value { return count_at(r.body, {"webhooks"}); }},
  age_column,
};

json::value service_of(const row& r) {
  auto* service = object_at(r.body, {"spec", "service"});
  if (!service) return "Local";
  return json::value(fmt::format("{}/{}", string_at(*service, {"namespace"}), string_at(*service, {"name"})));
}

json::value available(const row& r) {
  auto* c = condition(r.body, "Available");
  if (!c) return "Unknown";
  auto status = string_at(*c, {"status"});
  return json::value(status == "True" ? "True" : fmt::format("{} ({})", status, string_at(*c, {"reason"})));
}

constexpr column service_columns[] = {
  name_column,
  {"Service", "string", "", 0, "Service that answers, or Local.", service_of},
  {"Available", "string", "", 0, "Whether the service answers.", available},
  age_column,
};

constexpr printer list[] = {
  {"policy", "PodDisruptionBudget", budget_columns},
  {"scheduling.k8s.io", "PriorityClass", priority_columns},
  {"rbac.authorization.k8s.io", "RoleBinding", binding_columns},
  {"rbac.authorization.k8s.io", "ClusterRoleBinding", binding_columns},
  {"certificates.k8s.io", "CertificateSigningRequest", request_columns},
  {"admissionregistration.k8s.io", "MutatingWebhookConfiguration", webhook_columns},
  {"admissionregistration.k8s.io", "ValidatingWebhookConfiguration", webhook_columns},
  {"apiregistration.k8s.io", "APIService", service_columns},
};

} // namespace

printers policy_printers() noexcept { return list; }

} // namespace troupe::policies::printing
