#include "actors/kubelet/pod.hpp"
#include "policies/node/eviction.hpp"
#include "policies/node/volume_place.hpp"
#include <algorithm>

namespace troupe::actors::kubelet {

namespace node = policies::node;

namespace {
/// A measurement that takes long is repeated the more seldom, so that it never takes more than two percent of the time.
constexpr int rest_per_work = 50;
} // namespace

void pod_state::arm_usage(caf::timespan pause) {
  if (usage_armed || !ctx->config.disk || node::limited_volumes(*pod).empty()) return;
  usage_armed = true;
  self->delayed_send(self, pause, stats_atom::value);
}

void pod_state::look_at_usage() {
  usage_armed = false;
  if (record.ending || node::is_finished(*pod, record)) return;
  auto places = node::volume_places(*pod, directory());
  if (!places) return;
  usage_order order;
  for (auto& limited : node::limited_volumes(*pod))
    for (auto& place : *places)
      if (place.name == limited.name) order.directories.push_back({limited.name, place.path, limited.bytes_max});
  auto asked = now();
  auto interval = ctx->config.usage_interval;
  self->request(ctx->config.disk, ctx->config.runtime_timeout, stats_atom::value, share(std::move(order)))
    .then(
      [this, asked, interval](const std::string& too_large) {
        if (too_large.empty()) return arm_usage(std::max(interval, caf::timespan(now() - asked) * rest_per_work));
        for (auto& limited : node::limited_volumes(*pod))
          if (limited.name == too_large) return evict(node::volume_eviction_text(limited.name, limited.limit));
      },
      [this, interval](caf::error&) { arm_usage(interval); });
}

void pod_state::evict(std::string message) {
  if (record.ending || !record.reason.empty()) return;
  record.reason = node::evicted_reason;
  record.message = message;
  event(true, node::evicted_reason, std::move(message));
  sync();
}

} // namespace troupe::actors::kubelet
