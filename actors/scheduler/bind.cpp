#include "actors/apiserver/client.hpp"
#include "actors/events/recorder.hpp"
#include "actors/scheduler/scheduler.hpp"
#include <fmt/format.h>

namespace troupe::actors::scheduler {

namespace scheduling = policies::scheduling;

namespace {
const apiserver::resource_path pods_path{"", "v1", "pods"};
} // namespace

void scheduler_state::write(shared<apiserver::call> call, done_function done) {
  ++writes;
  auto then = std::make_shared<done_function>(std::move(done));
  self->request(api, config.call_timeout, call_atom::value, std::move(call))
      .then(
          [this, then](const shared<apiserver::reply>& reply) {
            --writes;
            (*then)(&*reply);
            if (queue.active() != 0) wake();
            arm();
          },
          [this, then](caf::error&) {
            --writes;
            (*then)(nullptr);
            if (queue.active() != 0) wake();
            arm();
          });
}

void scheduler_state::place(const scheduling::pod_ptr& pod) {
  auto chosen = how.place(*pod, all, chance);
  if (chosen)
    bind(pod, chosen->node);
  else
    refuse(pod, std::move(chosen.error()));
}

void scheduler_state::bind(const scheduling::pod_ptr& pod, const std::string& node) {
  all.put_pod(pod->bound_to(node));
  assumed[pod->key] = pod->uid;
  all.withdraw(pod->key);
  write(apiserver::create_subresource(identity(), pods_path, pod->key, "binding", scheduling::binding(*pod, node)),
        [this, pod, node](const apiserver::reply* reply) { bound(pod, node, reply); });
}

void scheduler_state::bound(const scheduling::pod_ptr& pod, const std::string& node, const apiserver::reply* reply) {
  auto waiting = queue.find(pod->key);
  if (reply && reply->ok()) {
    if (waiting && waiting->uid == pod->uid) queue.erase(pod->key);
    events::record(recorder, identity(), config.scheduler_name, "", *pod->object, false, "Scheduled",
                   fmt::format("Successfully assigned {} to {}", pod->key.text(), node));
    return;
  }
  auto found = assumed.find(pod->key);
  if (found == assumed.end() || found->second != pod->uid) return; // Seen bound, or gone.
  assumed.erase(found);
  all.erase_pod(pod->key);
  auto now = self->clock().now();
  queue.moved(how.plugins(), {scheduling::cluster_event::kind::pod_removed, nullptr, all.find(node)}, now);
  queue.failed(pod->key, now);
  auto why = reply ? std::string(reply->message()) : std::string("the API server did not answer in time");
  report(pod, {"SchedulerError", "binding rejected: running Bind plugin \"DefaultBinder\": " + why, std::nullopt});
}

} // namespace troupe::actors::scheduler
