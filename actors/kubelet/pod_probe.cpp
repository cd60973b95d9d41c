#include "actors/kubelet/pod.hpp"
#include "policies/node/termination.hpp"
#include <algorithm>

namespace troupe::actors::kubelet {

namespace node = policies::node;
using node::probe_kind;

pod_state::probe_job* pod_state::find_probe(const std::string& run_id, probe_kind kind) {
  auto found =
      std::find_if(probes.begin(), probes.end(), [&](auto& p) { return p.run_id == run_id && p.kind == kind; });
  return found == probes.end() ? nullptr : &*found;
}

void pod_state::begin_probes(const std::string& container) {
  auto& r = record_of(container);
  auto spec = node::container_named(*pod, container);
  if (!spec.spec || !r.running()) return;
  // Until the startup probe has succeeded the others wait.
  auto kinds = r.started ? std::vector{probe_kind::readiness, probe_kind::liveness} : std::vector{probe_kind::startup};
  for (auto kind : kinds) {
    auto probe = node::probe_of(*spec.spec, kind);
    if (!probe || find_probe(r.current->id, kind)) continue;
    probes.push_back({container, r.current->id, kind, std::move(*probe), {}, {}});
    arm_probe(probes.back());
  }
}

void pod_state::arm_probe(const probe_job& job) {
  auto& r = record.of(job.container);
  auto due = node::next_probe(job.spec, r.current ? r.current->started : now(), job.previous);
  auto pause = std::max<api::duration>(due - now(), api::duration(0));
  self->delayed_send(self, caf::timespan(pause), tick_atom::value, job.run_id, static_cast<std::uint32_t>(job.kind));
}

void pod_state::probe(const std::string& run_id, std::uint32_t kind_number) {
  auto kind = static_cast<probe_kind>(kind_number);
  auto* job = find_probe(run_id, kind);
  if (!job || !record.of(job->container).running()) return;
  if (record.ending && kind != probe_kind::readiness) return;
  job->previous = now();
  run_check(job->spec.what, *record.of(job->container).current, job->spec.timeout,
            [this, run_id, kind](bool success, bool errored, const std::string& output) {
              probed(run_id, kind, success, errored, output);
            });
}

void pod_state::probed(const std::string& run_id, probe_kind kind, bool success, bool errored,
                       const std::string& output) {
  auto* job = find_probe(run_id, kind);
  if (!job) return;
  auto container = job->container;
  if (!success)
    event(true, errored ? "ProbeError" : "Unhealthy", node::unhealthy_text(kind, errored, output), container);
  // A check that could not be carried out says nothing about the container.
  auto verdict = errored ? std::nullopt : node::fold(job->fold, job->spec, success);
  auto& r = record_of(container);
  if (!verdict) return arm_probe(*job);
  if (kind == probe_kind::readiness) {
    bool changed = r.ready != *verdict;
    r.ready = *verdict;
    arm_probe(*job);
    if (changed) sync();
    return;
  }
  if (*verdict) {
    if (kind == probe_kind::liveness) return arm_probe(*job);
    std::erase_if(probes, [&](auto& p) { return p.run_id == run_id && p.kind == kind; });
    auto spec = node::container_named(*pod, container);
    r.started = true;
    r.ready = !spec.spec || !spec.spec->contains("readinessProbe");
    begin_probes(container);
    return sync();
  }
  auto grace = job->spec.grace_seconds.value_or(node::grace_seconds(*pod));
  std::erase_if(probes, [&](auto& p) { return p.run_id == run_id; });
  node::container_run assumed = *r.current;
  assumed.exit_code = 137;
  bool again = node::restarts(*pod, node::container_named(*pod, container), assumed);
  r.ready = false;
  stop_container(container, grace, node::probe_kill_text(container, kind, again));
  sync();
}

} // namespace troupe::actors::kubelet
