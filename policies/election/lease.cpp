#include "policies/election/lease.hpp"

namespace troupe::policies::election {

namespace {

api::json::object spec_of(const lease_record& record) {
  return {{"holderIdentity", record.holder},
          {"leaseDurationSeconds", record.duration_seconds},
          {"acquireTime", api::format_micro_time(record.acquired)},
          {"renewTime", api::format_micro_time(record.renewed)},
          {"leaseTransitions", record.transitions}};
}

api::time_point time_in(const api::object& lease, std::string_view member) {
  return api::parse_time(api::string_at(lease.spec(), {member})).value_or(api::time_point{});
}

} // namespace

lease_record record_of(const api::object& lease) {
  return {std::string(api::string_at(lease.spec(), {"holderIdentity"})),
          api::int_at(lease.spec(), {"leaseDurationSeconds"}), time_in(lease, "acquireTime"),
          time_in(lease, "renewTime"), api::int_at(lease.spec(), {"leaseTransitions"})};
}

api::json::object new_lease(std::string_view name, const lease_record& record) {
  return {{"apiVersion", "coordination.k8s.io/v1"},
          {"kind", "Lease"},
          {"metadata", {{"name", name}, {"namespace", "kube-system"}}},
          {"spec", spec_of(record)}};
}

api::json::object changed_lease(const api::object& before, const lease_record& record) {
  auto out = before.body();
  // The server keeps the history of the fields itself.
  api::erase_at(out, {"metadata", "managedFields"});
  out["spec"] = spec_of(record);
  return out;
}

} // namespace troupe::policies::election
