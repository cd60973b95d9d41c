#include "actors/base/error.hpp"
#include "actors/kubelet/kubelet.hpp"
#include <caf/send.hpp>
#include <spdlog/spdlog.h>

namespace troupe::actors::kubelet {

void kubelet_state::arm_rotation() {
  if (rotation_armed || logs.empty() || !ctx->config.disk || ctx->config.log_bytes_max == 0) return;
  rotation_armed = true;
  self->delayed_send(self, ctx->config.log_interval, logs_atom::value);
}

void kubelet_state::rotate_logs() {
  rotation_armed = false;
  if (logs.empty()) return;
  log_order order{ctx->config.log_bytes_max, {logs.begin(), logs.end()}};
  self->request(ctx->config.disk, ctx->config.runtime_timeout, logs_atom::value, share(std::move(order)))
    .then(
      [this](const std::vector<std::string>& large) {
        for (auto& id : large)
          self->request(ctx->config.runtime.pods, ctx->config.runtime_timeout, runtime::rotate_atom::value,
                        runtime::container_id{id}, ctx->config.log_files_max)
            .then([] {},
                  [this, id](caf::error& e) {
                    // One that ended in between keeps its log as it is.
                    if (logs.contains(id))
                      spdlog::warn("kubelet: log_not_rotated node={} container={} why=\"{}\"", ctx->config.facts.name,
                                   id, text_of(e));
                  });
        arm_rotation();
      },
      [this](caf::error&) { arm_rotation(); });
}

} // namespace troupe::actors::kubelet
