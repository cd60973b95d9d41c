#include "actors/kubelet/pod.hpp"
#include "policies/node/container_config.hpp"
#include <algorithm>
#include <caf/send.hpp>
#include <fmt/format.h>

namespace troupe::actors::kubelet {

namespace node = policies::node;

namespace {
constexpr api::duration config_pause = std::chrono::seconds(10);

bool mounts_at(const std::vector<node::planned_mount>& mounts, std::string_view path) {
  return std::any_of(mounts.begin(), mounts.end(), [&](auto& m) { return m.mount.container_path == path; });
}
} // namespace

bool pod_state::still_wanted(const start_ptr& job) {
  // In another sandbox init containers run first: the plan begins anew.
  if (!record.ending && record.sandbox_ready && job->sandbox == record.sandbox_id) return true;
  record_of(job->container).busy = false;
  sync();
  return false;
}

void pod_state::start_failed(const start_ptr& job, std::string reason, std::string message, api::duration pause) {
  auto& r = record_of(job->container);
  r.busy = false;
  r.waiting_reason = std::move(reason);
  r.waiting_message = std::move(message);
  if (pause > api::duration{}) r.hold_until = now() + pause;
  sync();
}

void pod_state::start(const node::pod_plan::start& what) {
  auto job = std::make_shared<start_job>();
  job->container = what.name;
  job->sandbox = record.sandbox_id;
  job->attempt = what.attempt;
  job->asked = now();
  auto& r = record_of(what.name);
  r.busy = true;
  if (what.restart) r.crash.next(now(), r.current->finished);
  read_sources(
    [this, job](const shared<found_objects>& found) {
      if (!still_wanted(job)) return;
      job->found = found;
      find_image(job);
    },
    [this, job](caf::error& e) { start_failed(job, "CreateContainerConfigError", user_text(e), config_pause); });
}

void pod_state::prepare_container(const start_ptr& job) {
  auto container = node::container_named(*pod, job->container);
  if (!container.spec) return start_failed(job, "CreateContainerConfigError", "container is gone", config_pause);
  auto config_error = [&](const std::string& text) {
    event(true, "Failed", "Error: " + text, job->container);
    start_failed(job, "CreateContainerConfigError", text, config_pause);
  };
  auto& in = job->inputs;
  in.attempt = job->attempt;
  in.image_ref = job->image.id;
  in.image_user = job->image.user;
  in.image_user_name = job->image.user_name;
  in.node_memory_bytes = ctx->config.facts.memory_bytes;
  in.seccomp_dir = ctx->config.seccomp_dir;
  if (!ctx->config.logs_dir.empty())
    in.log_path = node::log_file(ctx->config.logs_dir, *pod, job->container, job->attempt);
  if (auto target = api::string_at(*container.spec, {"targetContainerName"}); !target.empty())
    if (auto& r = record.of(target); r.running()) in.target = r.current->id;
  if (!ctx->config.disk) return create_container(job);
  auto environment = node::environment_of(*pod, *container.spec, source_of(job->found), facts());
  if (!environment) return config_error(environment.error());
  for (auto& text : environment->complaints) event(true, "InvalidEnvironmentVariableNames", text);
  in.env = std::move(environment->variables);
  auto places = node::volume_places(*pod, directory());
  if (!places) return config_error(places.error());
  auto mounts =
      node::volume_mounts(*container.spec, *places, [&in](std::string_view wanted) -> std::optional<std::string> {
        auto found = std::find_if(in.env.begin(), in.env.end(), [&](auto& v) { return v.first == wanted; });
        return found == in.env.end() ? std::nullopt : std::optional(found->second);
      });
  if (!mounts) return config_error(mounts.error());
  container_order order{*mounts, {}, {}, fmt::format("{}/containers/{}/{}", directory(), job->container, job->attempt)};
  in.termination_message = order.termination_file;
  bool own_hosts = !mounts_at(*mounts, "/etc/hosts");
  if (own_hosts) {
    order.hosts_file = directory() + "/etc-hosts";
    order.hosts_text = node::hosts_file(*pod, record.ips, ctx->config.dns.domain, ctx->config.node_hosts);
  }
  auto hosts = order.hosts_file, termination_path = node::termination_message_path(*container.spec);
  self->request(ctx->config.disk, ctx->config.runtime_timeout, start_atom::value, share(std::move(order)))
    .then(
      [this, job, hosts, termination_path](const shared<resolved_mounts>& resolved) {
        if (!still_wanted(job)) return;
        job->inputs.mounts = *resolved;
        if (!hosts.empty()) job->inputs.mounts.push_back({hosts, "/etc/hosts", false});
        job->inputs.mounts.push_back({job->inputs.termination_message, termination_path, false});
        create_container(job);
      },
      [this, job](caf::error& e) {
        auto text = user_text(e);
        event(true, "Failed", "Error: " + text, job->container);
        start_failed(job, "CreateContainerConfigError", text, config_pause);
      });
}

void pod_state::create_container(const start_ptr& job) {
  auto container = node::container_named(*pod, job->container);
  auto config = node::container_config_of(*pod, container, std::move(job->inputs));
  if (!config) {
    event(true, "Failed", "Error: " + config.error(), job->container);
    return start_failed(job, "CreateContainerConfigError", config.error(), config_pause);
  }
  self->request(ctx->config.runtime.pods, ctx->config.runtime_timeout, runtime::create_atom::value,
                runtime::sandbox_id{record.sandbox_id}, share(std::move(*config)))
    .then(
      [this, job](const runtime::container_id& id) {
        event(false, "Created", fmt::format("Created container: {}", job->container), job->container);
        if (!still_wanted(job)) return;
        start_container(job, id);
      },
      [this, job](caf::error& e) {
        if (!still_wanted(job)) return;
        auto text = user_text(e);
        event(true, "Failed", "Error: " + text, job->container);
        start_failed(job, "CreateContainerError", text, config_pause);
      });
}

void pod_state::start_container(const start_ptr& job, const runtime::container_id& id) {
  auto& r = record_of(job->container);
  if (job->attempt >= 2 && r.previous && !r.previous->id.empty()) {
    // One dead run is kept for its log; the one before it goes. Sent by nobody: an answer would find no handler here.
    caf::anon_send(ctx->config.runtime.pods, remove_atom::value, runtime::container_id{r.previous->id});
    if (ctx->config.disk && !ctx->config.logs_dir.empty())
      caf::anon_send(ctx->config.disk, remove_atom::value, std::string(),
                 node::log_file(ctx->config.logs_dir, *pod, job->container, job->attempt - 2));
  }
  self->request(ctx->config.runtime.pods, ctx->config.runtime_timeout, start_atom::value, id)
    .then([this, job, id] { started_container(job, id); },
          [this, job, id](caf::error& e) {
            if (!still_wanted(job)) return;
            auto text = user_text(e);
            event(true, "Failed", "Error: " + text, job->container);
            auto& failed = record_of(job->container);
            failed.waiting_reason = "RunContainerError";
            failed.waiting_message = text;
            // The crash back-off counts from the failed start.
            look_at(job->container, id);
          });
}

void pod_state::started_container(const start_ptr& job, const runtime::container_id& id) {
  event(false, "Started", fmt::format("Started container {}", job->container), job->container);
  auto& r = record_of(job->container);
  // The runtime's event may come before or after this answer. The container stays busy until its run is known.
  if (r.current && r.current->id == id.value)
    r.busy = false;
  else
    look_at(job->container, id);
  auto container = node::container_named(*pod, job->container);
  auto* hook = container.spec ? api::object_at(*container.spec, {"lifecycle", "postStart"}) : nullptr;
  if (!hook) return sync();
  node::container_run run;
  run.id = id.value;
  auto started = job->container;
  run_check(node::check_of(*hook, *container.spec), run, std::chrono::minutes(5),
            [this, started](bool success, bool, const std::string&) {
              if (success || !record.of(started).running()) return;
              event(true, "FailedPostStartHook", "PostStartHook failed", started);
              stop_container(started, api::int_at(pod->spec(), {"terminationGracePeriodSeconds"}, 30),
                             "FailedPostStartHook");
            });
  sync();
}

} // namespace troupe::actors::kubelet
