#include "policies/node/stream_target.hpp"
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace troupe::policies::node {

namespace {

tl::unexpected<stream_refusal> refuse(stream_refusal::kind what, std::string message) {
  return tl::unexpected(stream_refusal{what, std::move(message)});
}
using kind = stream_refusal::kind;

/// Why the container waits, as its status says.
std::string waiting_reason(const api::object& pod, const container_record& r) {
  if (!r.waiting_reason.empty()) return r.waiting_reason;
  auto* init = api::array_at(pod.spec(), {"initContainers"});
  return init && !init->empty() ? "PodInitializing" : "ContainerCreating";
}

} // namespace

or_refusal<std::string> choose_container(const api::object& pod, std::string_view named) {
  if (!named.empty()) {
    if (container_named(pod, named).spec) return std::string(named);
    return refuse(kind::bad_request, fmt::format("container {} is not valid for pod {}", named, pod.name()));
  }
  std::vector<std::string_view> apps, init, ephemeral;
  for (auto& c : containers_of(pod)) {
    bool before = c.kind == container_kind::init || c.kind == container_kind::sidecar;
    (c.kind == container_kind::app ? apps : before ? init : ephemeral).push_back(c.name());
  }
  if (apps.size() == 1) return std::string(apps.front());
  if (apps.empty())
    return refuse(kind::bad_request, fmt::format("a container name must be specified for pod {}", pod.name()));
  auto text = fmt::format("a container name must be specified for pod {}, choose one of: [{}]", pod.name(),
                          fmt::join(apps, " "));
  if (!init.empty()) text += fmt::format(" or one of the init containers: [{}]", fmt::join(init, " "));
  if (!ephemeral.empty()) text += fmt::format(" or one of the ephemeral containers: [{}]", fmt::join(ephemeral, " "));
  return refuse(kind::bad_request, std::move(text));
}

or_refusal<container_run> run_for_exec(const api::object& pod, const pod_record& record, std::string_view container) {
  if (!container_named(pod, container).spec)
    return refuse(kind::not_found, fmt::format("container {} not found in pod {}_{}", container, pod.name(), pod.ns()));
  auto& r = record.of(container);
  if (r.running()) return *r.current;
  auto phase = api::string_at(pod.status(), {"phase"});
  if (phase == "Succeeded" || phase == "Failed")
    return refuse(kind::failed,
                  fmt::format("cannot exec into a container in a completed pod; current phase is {}", phase));
  return refuse(kind::failed, fmt::format("container not found (\"{}\")", container));
}

or_refusal<container_run> run_for_logs(const api::object& pod, const pod_record& record, std::string_view container,
                                       bool previous) {
  if (!container_named(pod, container).spec)
    return refuse(kind::bad_request, fmt::format("container {} is not valid for pod {}", container, pod.name()));
  auto& r = record.of(container);
  bool has_log = r.current && r.current->state != run_state::created;
  if (previous) {
    // While a container waits for its restart, the run before is the one that just ended.
    if (r.exited() && !r.waiting_reason.empty()) return *r.current;
    if (r.previous) return *r.previous;
    return refuse(kind::bad_request,
                  fmt::format("previous terminated container \"{}\" in pod \"{}\" not found", container, pod.name()));
  }
  if (has_log) return *r.current;
  if (r.previous) return *r.previous;
  auto reason = waiting_reason(pod, r);
  if (reason == "ErrImagePull") reason = "image can't be pulled";
  if (reason == "ImagePullBackOff") reason = "trying and failing to pull image";
  return refuse(kind::bad_request,
                fmt::format("container \"{}\" in pod \"{}\" is waiting to start: {}", container, pod.name(), reason));
}

} // namespace troupe::policies::node
