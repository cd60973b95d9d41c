#include "actors/apiserver/client.hpp"
#include "actors/base/error.hpp"
#include "actors/kubelet/pod.hpp"
#include "policies/node/termination.hpp"
#include "policies/node/volume_place.hpp"
#include <algorithm>
#include <caf/send.hpp>

namespace troupe::actors::kubelet {

namespace node = policies::node;

namespace {
constexpr api::duration stop_retry = std::chrono::seconds(1);
/// Seconds that containers get of a pod that was deleted without grace.
constexpr std::int64_t grace_when_gone = 2;
constexpr api::duration delete_retry = std::chrono::seconds(2);
} // namespace

void pod_state::end_step() {
  if (finishing) return;
  bool busy = record.sandbox_busy ||
              std::any_of(record.containers.begin(), record.containers.end(), [](auto& c) { return c.second.busy; });
  auto stages = node::stop_stages(*pod, record);
  if (stages.empty()) {
    if (!busy) finish();
    return;
  }
  auto grace = gone ? grace_when_gone : node::grace_seconds(*pod);
  bool shorter = ending_grace >= 0 && grace < ending_grace;
  if (ending_grace < 0 || shorter) ending_grace = grace;
  for (auto& container : stages.front()) {
    if (shorter && stopping.contains(container))
      kill_container(container, {record.of(container).current->id}, static_cast<std::uint32_t>(grace));
    else
      stop_container(container, grace, node::stopping_text(container));
  }
  report();
}

void pod_state::stop_container(const std::string& container, std::int64_t grace, std::string text) {
  auto& r = record.of(container);
  if (!r.running() || !stopping.insert(container).second) return;
  event(false, "Killing", std::move(text), container);
  auto run = *r.current;
  runtime::container_id id{run.id};
  auto spec = node::container_named(*pod, container);
  auto* hook = spec.spec ? api::object_at(*spec.spec, {"lifecycle", "preStop"}) : nullptr;
  if (!hook || grace <= 0)
    return kill_container(container, id, static_cast<std::uint32_t>(std::max<std::int64_t>(0, grace)));
  auto begin = now();
  auto limit = std::chrono::seconds(grace);
  auto then_kill = [this, container, id, grace, begin](bool success, bool, const std::string&) {
    if (!success) event(true, "FailedPreStopHook", "PreStopHook failed", container);
    kill_container(container, id, node::stop_grace(grace, now() - begin));
  };
  if (auto* sleep = api::object_at(*hook, {"sleep"})) {
    auto pause = std::min<std::int64_t>(grace, api::int_at(*sleep, {"seconds"}));
    self->delayed_send(self, std::chrono::seconds(pause), stop_atom::value, container, id, grace - pause);
    return;
  }
  run_check(node::check_of(*hook, *spec.spec), run, limit, then_kill);
}

void pod_state::kill_container(const std::string& container, const runtime::container_id& id, std::uint32_t grace) {
  auto timeout = ctx->config.runtime_timeout + std::chrono::seconds(grace);
  self->request(ctx->config.runtime.pods, timeout, stop_atom::value, id, grace)
    .then(
      [this, container, id] {
        if (record.of(container).running() && record.of(container).current->id == id.value) look_at(container, id);
      },
      [this, container](caf::error&) {
        stopping.erase(container);
        wake_at(now() + stop_retry);
      });
}

void pod_state::finish() {
  finishing = true;
  auto& c = ctx->config;
  auto cleaned_up = [this] {
    cleaned = true;
    record.sandbox_ready = false;
    take_leave();
  };
  auto clean_disk = [this, cleaned_up] {
    auto& config = ctx->config;
    if (!config.disk) return cleaned_up();
    auto logs = config.logs_dir.empty() ? std::string() : node::log_directory(config.logs_dir, *pod);
    self->request(config.disk, config.runtime_timeout, remove_atom::value, directory(), logs)
      .then(cleaned_up, [this](caf::error& e) {
        event(true, "FailedUnmount", user_text(e));
        finishing = false;
        wake_at(now() + delete_retry);
      });
  };
  if (record.sandbox_id.empty()) return clean_disk();
  self->request(c.runtime.pods, c.runtime_timeout, remove_atom::value, runtime::sandbox_id{record.sandbox_id})
    .then(clean_disk, [this](caf::error& e) {
      event(true, "FailedKillPod", "error killing pod: " + user_text(e));
      finishing = false;
      wake_at(now() + delete_retry);
    });
}

/// Nothing is left here of the pod: the API is told how it ended, and then that it may go.
void pod_state::take_leave() {
  if (gone) return self->quit();
  report();
  if (!writing) remove_object();
}

void pod_state::remove_object() {
  if (gone) return self->quit();
  if (!pod->deleting()) return; // A pod that the kubelet rejected stays until somebody deletes it.
  api::json::object options{{"gracePeriodSeconds", 0}, {"preconditions", {{"uid", pod->uid()}}}};
  auto call =
      apiserver::remove(apiserver::node(ctx->config.facts.name), {"", "v1", "pods"}, pod->key(), std::move(options));
  auto again = [this] {
    finishing = false; // The next step finds everything cleaned and comes back here.
    wake_at(now() + delete_retry);
  };
  self->request(kubelet, ctx->config.call_timeout, call_atom::value, call)
    .then(
      [this, again](const shared<apiserver::reply>& reply) {
        // Conflict: another pod has the name now, so this one is gone.
        if (reply->ok() || reply->code == 404 || reply->code == 409) return self->quit();
        again();
      },
      [again](caf::error&) { again(); });
}

} // namespace troupe::actors::kubelet
