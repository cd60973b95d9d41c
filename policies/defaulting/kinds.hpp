#pragma once
#include "policies/api/json.hpp"

/// Defaults of one kind each; `set_defaults` chooses.
namespace troupe::policies::defaulting {

void set_pod(api::json::object& body);
void set_pod_template(api::json::object& body);
void set_volume(api::json::object& volume);
/// Defaults that a volume source has in pods and in persistent volumes alike.
void set_volume_source(api::json::object& source);
void set_claim_spec(api::json::object& spec);

void set_replication_controller(api::json::object& body);
void set_service(api::json::object& body);
void set_secret(api::json::object& body);
void set_persistent_volume(api::json::object& body);
void set_persistent_volume_claim(api::json::object& body);
void set_endpoints(api::json::object& body);
void set_namespace(api::json::object& body);
void set_node(api::json::object& body);
void set_limit_range(api::json::object& body);
void set_resource_quota(api::json::object& body);

void set_deployment(api::json::object& body);
void set_daemon_set(api::json::object& body);
void set_stateful_set(api::json::object& body);
void set_replica_set(api::json::object& body);
void set_job(api::json::object& body);
void set_job_spec(api::json::object& spec);
void set_cron_job(api::json::object& body);

void set_autoscaler(api::json::object& body);
void set_autoscaler_v1(api::json::object& body);
void set_network_policy(api::json::object& body);
void set_ingress_class(api::json::object& body);
void set_endpoint_slice(api::json::object& body);
void set_role_binding(api::json::object& body);
void set_storage_class(api::json::object& body);
void set_csi_driver(api::json::object& body);
void set_priority_class(api::json::object& body);
void set_runtime_class(api::json::object& body);
void set_token_request(api::json::object& body);
void set_disruption_budget(api::json::object& body);

} // namespace troupe::policies::defaulting
