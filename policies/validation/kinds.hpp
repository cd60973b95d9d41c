#pragma once
#include "policies/validation/report.hpp"

/// The rules of one kind each; `validate_create` and its siblings choose.
/// `check_<kind>` holds for every version of the object, `check_<kind>_create` for the first one only,
/// `check_<kind>_update` compares with the version before, `check_<kind>_status` likewise on the status subresource.
/// Metadata has been checked by the time they run.
namespace troupe::policies::validation {

void check_config_map(report& out, const json::object& body);
void check_config_map_update(report& out, const json::object& body, const json::object& old);
void check_secret(report& out, const json::object& body);
void check_secret_update(report& out, const json::object& body, const json::object& old);
void check_namespace(report& out, const json::object& body);
void check_namespace_status(report& out, const json::object& body, const json::object& old);
void check_node(report& out, const json::object& body);
void check_node_update(report& out, const json::object& body, const json::object& old);
void check_lease(report& out, const json::object& body);

void check_pod(report& out, const json::object& body);
void check_pod_create(report& out, const json::object& body);
void check_pod_update(report& out, const json::object& body, const json::object& old);
void check_pod_status(report& out, const json::object& body, const json::object& old);
void check_pod_template_object(report& out, const json::object& body);

void check_service(report& out, const json::object& body);
void check_service_update(report& out, const json::object& body, const json::object& old);
void check_service_status(report& out, const json::object& body, const json::object& old);
void check_endpoints(report& out, const json::object& body);
void check_endpoint_slice(report& out, const json::object& body);
void check_endpoint_slice_update(report& out, const json::object& body, const json::object& old);

void check_deployment(report& out, const json::object& body);
void check_deployment_update(report& out, const json::object& body, const json::object& old);
void check_deployment_status(report& out, const json::object& body, const json::object& old);
void check_replica_set(report& out, const json::object& body);
void check_replica_set_update(report& out, const json::object& body, const json::object& old);
void check_replica_set_status(report& out, const json::object& body, const json::object& old);
void check_replication_controller(report& out, const json::object& body);
void check_stateful_set(report& out, const json::object& body);
void check_stateful_set_update(report& out, const json::object& body, const json::object& old);
void check_stateful_set_status(report& out, const json::object& body, const json::object& old);
void check_daemon_set(report& out, const json::object& body);
void check_daemon_set_update(report& out, const json::object& body, const json::object& old);
void check_daemon_set_status(report& out, const json::object& body, const json::object& old);
void check_controller_revision(report& out, const json::object& body);
void check_controller_revision_update(report& out, const json::object& body, const json::object& old);

void check_job(report& out, const json::object& body);
void check_job_update(report& out, const json::object& body, const json::object& old);
void check_job_status(report& out, const json::object& body, const json::object& old);
void check_cron_job(report& out, const json::object& body);
void check_cron_job_create(report& out, const json::object& body);
/// The rules of a JobSpec in a Job or, `in_template`, in a CronJob's template.
void check_job_spec(report& out, const field_path& at, const json::object& spec, bool in_template);

void check_persistent_volume(report& out, const json::object& body);
void check_persistent_volume_update(report& out, const json::object& body, const json::object& old);
void check_persistent_volume_claim(report& out, const json::object& body);
void check_persistent_volume_claim_update(report& out, const json::object& body, const json::object& old);
void check_persistent_volume_claim_status(report& out, const json::object& body, const json::object& old);
void check_storage_class(report& out, const json::object& body);
void check_storage_class_update(report& out, const json::object& body, const json::object& old);

void check_limit_range(report& out, const json::object& body);
void check_resource_quota(report& out, const json::object& body);
void check_resource_quota_update(report& out, const json::object& body, const json::object& old);

void check_event(report& out, const json::object& body);
void check_new_event(report& out, const json::object& body);
void check_new_event_create(report& out, const json::object& body);
void check_new_event_update(report& out, const json::object& body, const json::object& old);

void check_ingress(report& out, const json::object& body);
void check_ingress_create(report& out, const json::object& body);
void check_ingress_status(report& out, const json::object& body, const json::object& old);
void check_ingress_class(report& out, const json::object& body);
void check_ingress_class_update(report& out, const json::object& body, const json::object& old);
void check_network_policy(report& out, const json::object& body);

void check_autoscaler(report& out, const json::object& body);
void check_autoscaler_status(report& out, const json::object& body, const json::object& old);
void check_disruption_budget(report& out, const json::object& body);
void check_disruption_budget_status(report& out, const json::object& body, const json::object& old);

void check_role(report& out, const json::object& body);
void check_cluster_role(report& out, const json::object& body);
void check_role_binding(report& out, const json::object& body);
void check_cluster_role_binding(report& out, const json::object& body);
void check_role_binding_update(report& out, const json::object& body, const json::object& old);

void check_priority_class(report& out, const json::object& body);
void check_priority_class_update(report& out, const json::object& body, const json::object& old);
void check_runtime_class(report& out, const json::object& body);
void check_runtime_class_update(report& out, const json::object& body, const json::object& old);

} // namespace troupe::policies::validation
