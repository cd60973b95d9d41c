#include "actors/kubelet/pod.hpp"
#include "policies/node/sandbox_config.hpp"
#include <fmt/format.h>

namespace troupe::actors::kubelet {

namespace node = policies::node;

namespace {
constexpr api::duration sandbox_pause = std::chrono::seconds(5);
}

void pod_state::make_sandbox() {
  if (!record.sandbox_id.empty()) return retire_sandbox();
  record.sandbox_busy = true;
  mount_volumes([this] {
    mounted = true;
    if (record.ending) {
      record.sandbox_busy = false;
      return sync();
    }
    run_sandbox();
  });
}

void pod_state::run_sandbox() {
  auto config = node::sandbox_config_of(*pod, record.sandbox_attempts, ctx->config.dns, ctx->config.logs_dir);
  bool host_network = config.host_network;
  ++record.sandbox_attempts;
  self->request(ctx->config.runtime.pods, ctx->config.runtime_timeout, run_atom::value, share(std::move(config)))
    .then(
      [this, host_network](const shared<runtime::sandbox_status>& s) {
        record.sandbox_busy = false;
        record.sandbox_id = s->id;
        record.sandbox_ready = s->ready;
        record.ips = host_network ? record.host_ips : s->ips;
        arm_usage(ctx->config.usage_interval);
        sync();
      },
      [this](caf::error& e) { sandbox_failed(user_text(e)); });
}

void pod_state::sandbox_broke(const std::string& id) {
  if (id != record.sandbox_id) return;
  record.sandbox_ready = false;
  sync();
}

/// Ends what is left of a sandbox that broke. Its containers end with it and count as never started, so that init
/// containers run anew in the next one; whether there is a next one is for the plan to say.
void pod_state::retire_sandbox() {
  record.sandbox_busy = true;
  event(false, "SandboxChanged", "Pod sandbox changed, it will be killed and re-created.");
  self->request(ctx->config.runtime.pods, ctx->config.runtime_timeout, remove_atom::value,
                runtime::sandbox_id{record.sandbox_id})
    .then(
      [this] {
        record.sandbox_id.clear();
        for (auto& [container, r] : record.containers) {
          if (r.running()) {
            r.current->state = node::run_state::exited;
            r.current->exit_code = 137;
            r.current->reason = "ContainerStatusUnknown";
            r.current->message = "The container could not be located when the pod was terminated";
            r.current->finished = now();
            std::erase_if(probes, [&, name = container](auto& p) { return p.container == name; });
          }
          r.started = r.ready = false;
          r.stale = r.current.has_value();
          stopping.erase(container);
        }
        record.sandbox_busy = false;
        sync();
      },
      [this](caf::error& e) {
        event(true, "FailedKillPod", "error killing pod: " + user_text(e));
        record.sandbox_busy = false;
        record.sandbox_hold_until = now() + sandbox_pause;
        sync();
      });
}

void pod_state::sandbox_failed(std::string message) {
  event(true, "FailedCreatePodSandBox", fmt::format("Failed to create pod sandbox: {}", message));
  record.sandbox_busy = false;
  record.sandbox_hold_until = now() + sandbox_pause;
  sync();
}

void pod_state::stop_sandbox(std::function<void()> done) {
  if (record.sandbox_busy || record.sandbox_id.empty()) return;
  record.sandbox_busy = true;
  self->request(ctx->config.runtime.pods, ctx->config.runtime_timeout, stop_atom::value,
                runtime::sandbox_id{record.sandbox_id})
    .then(
      [this, done] {
        record.sandbox_busy = false;
        record.sandbox_ready = false;
        done();
        sync();
      },
      [this](caf::error&) {
        record.sandbox_busy = false;
        wake_at(now() + sandbox_pause);
      });
}

} // namespace troupe::actors::kubelet
