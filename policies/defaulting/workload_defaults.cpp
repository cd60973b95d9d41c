#include "policies/defaulting/defaults.hpp"
#include "policies/defaulting/fill.hpp"
#include "policies/defaulting/kinds.hpp"

namespace troupe::policies::defaulting {

namespace {

constexpr int revision_history = 10;

void set_template(json::object& spec) {
  if (auto* pod = object_in(spec, "template"))
    if (auto* pod_spec = object_in(*pod, "spec")) set_pod_spec_defaults(*pod_spec);
}

} // namespace

void set_deployment(json::object& body) {
  auto* spec = object_in(body, "spec");
  if (!spec) return;
  fill_absent(*spec, "replicas", 1);
  if (auto* strategy = need_object(*spec, "strategy")) {
    fill_blank(*strategy, "type", "RollingUpdate");
    if (api::string_at(*strategy, {"type"}) == "RollingUpdate")
      if (auto* rolling = need_object(*strategy, "rollingUpdate")) {
        fill_absent(*rolling, "maxUnavailable", "25%");
        fill_absent(*rolling, "maxSurge", "25%");
      }
  }
  fill_absent(*spec, "revisionHistoryLimit", revision_history);
  fill_absent(*spec, "progressDeadlineSeconds", 600);
  set_template(*spec);
}

void set_daemon_set(json::object& body) {
  auto* spec = object_in(body, "spec");
  if (!spec) return;
  if (auto* strategy = need_object(*spec, "updateStrategy")) {
    fill_blank(*strategy, "type", "RollingUpdate");
    if (api::string_at(*strategy, {"type"}) == "RollingUpdate")
      if (auto* rolling = need_object(*strategy, "rollingUpdate")) {
        fill_absent(*rolling, "maxUnavailable", 1);
        fill_absent(*rolling, "maxSurge", 0);
      }
  }
  fill_absent(*spec, "revisionHistoryLimit", revision_history);
  set_template(*spec);
}

void set_stateful_set(json::object& body) {
  auto* spec = object_in(body, "spec");
  if (!spec) return;
  fill_blank(*spec, "podManagementPolicy", "OrderedReady");
  if (auto* strategy = need_object(*spec, "updateStrategy")) {
    if (blank(*strategy, "type")) {
      (*strategy)["type"] = "RollingUpdate";
      need_object(*strategy, "rollingUpdate");
    }
    // A strategy that names its type and nothing else keeps `rollingUpdate` unset.
    if (api::string_at(*strategy, {"type"}) == "RollingUpdate")
      if (auto* rolling = object_in(*strategy, "rollingUpdate")) fill_absent(*rolling, "partition", 0);
  }
  if (auto* retention = need_object(*spec, "persistentVolumeClaimRetentionPolicy")) {
    fill_blank(*retention, "whenDeleted", "Retain");
    fill_blank(*retention, "whenScaled", "Retain");
  }
  fill_absent(*spec, "replicas", 1);
  fill_absent(*spec, "revisionHistoryLimit", revision_history);
  each(*spec, "volumeClaimTemplates", [](json::object& claim) {
    claim["apiVersion"] = "v1";
    claim["kind"] = "PersistentVolumeClaim";
    set_persistent_volume_claim(claim);
  });
  set_template(*spec);
}

void set_replica_set(json::object& body) {
  auto* spec = object_in(body, "spec");
  if (!spec) return;
  fill_absent(*spec, "replicas", 1);
  set_template(*spec);
}

void set_job_spec(json::object& spec) {
  if (absent(spec, "completions") && absent(spec, "parallelism")) spec["completions"] = 1;
  fill_absent(spec, "parallelism", 1);
  constexpr int unlimited = 2147483647;
  fill_absent(spec, "backoffLimit", absent(spec, "backoffLimitPerIndex") ? 6 : unlimited);
  fill_absent(spec, "completionMode", "NonIndexed");
  fill_absent(spec, "suspend", false);
  fill_absent(spec, "manualSelector", false);
  if (auto* policy = object_in(spec, "podFailurePolicy"))
    each(*policy, "rules", [](json::object& rule) {
      each(rule, "onPodConditions", [](json::object& pattern) { fill_blank(pattern, "status", "True"); });
    });
  fill_absent(spec, "podReplacementPolicy", absent(spec, "podFailurePolicy") ? "TerminatingOrFailed" : "Failed");
  set_template(spec);
}

void set_job(json::object& body) {
  auto* spec = object_in(body, "spec");
  if (!spec) return;
  set_job_spec(*spec);
  auto* labels = api::object_at(body, {"spec", "template", "metadata", "labels"});
  auto* own = api::object_at(body, {"metadata", "labels"});
  if (labels && (!own || own->empty())) {
    auto copy = *labels;
    api::set_at(body, {"metadata", "labels"}, std::move(copy));
  }
}

void set_cron_job(json::object& body) {
  auto* spec = object_in(body, "spec");
  if (!spec) return;
  fill_blank(*spec, "concurrencyPolicy", "Allow");
  fill_absent(*spec, "suspend", false);
  fill_absent(*spec, "successfulJobsHistoryLimit", 3);
  fill_absent(*spec, "failedJobsHistoryLimit", 1);
  // The job's own defaults are set when the job is made from the template; only its pods' are set here.
  if (auto* job = object_in(*spec, "jobTemplate"))
    if (auto* job_spec = object_in(*job, "spec")) set_template(*job_spec);
}

} // namespace troupe::policies::defaulting
