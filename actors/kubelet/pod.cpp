#include "actors/kubelet/pod.hpp"
#include "actors/apiserver/client.hpp"
#include "actors/base/error.hpp"
#include "actors/events/recorder.hpp"
#include "policies/node/eviction.hpp"
#include "policies/node/pod_status.hpp"
#include "policies/node/references.hpp"
#include "policies/node/stream_target.hpp"
#include "policies/node/termination.hpp"
#include <algorithm>
#include <caf/send.hpp>
#include <fmt/format.h>

namespace troupe::actors::kubelet {

namespace node = policies::node;

api::time_point time_of(std::int64_t us) { return api::time_point(std::chrono::microseconds(us)); }

node::container_run run_of(const runtime::container_status& s) {
  node::container_run run;
  run.id = s.id;
  run.attempt = s.config.attempt;
  run.state = static_cast<node::run_state>(s.state);
  run.created = time_of(s.created_us);
  run.started = time_of(s.started_us);
  run.finished = time_of(s.finished_us);
  run.exit_code = s.exit_code;
  run.reason = s.reason;
  run.message = s.message;
  run.image_id = s.image_ref.empty() ? s.image_id : s.image_ref;
  return run;
}

std::string user_text(const caf::error& e) {
  auto& context = e.context();
  if (code_of(e) != errc::none && context.size() > 0 && context.match_element<std::string>(0))
    return context.get_as<std::string>(0);
  return text_of(e);
}

node::container_record& pod_state::record_of(const std::string& container) { return record.containers[container]; }

void pod_state::event(bool warning, std::string_view reason, std::string message, std::string_view container) const {
  auto& c = ctx->config;
  if (!c.recorder) return;
  std::string path;
  if (!container.empty())
    if (auto ref = node::container_named(*pod, container); ref.spec) path = node::field_path(ref);
  events::record(c.recorder, apiserver::node(c.facts.name), "kubelet", c.facts.name, *pod, warning, reason,
                 std::move(message), path);
}

void pod_state::begin(const std::vector<runtime::sandbox_status>& sandboxes,
                      const std::vector<runtime::container_status>& runs) {
  begun = now();
  record = node::record_of(*pod);
  record.host_ips = ctx->config.facts.addresses;
  const runtime::sandbox_status* newest = nullptr;
  for (auto& s : sandboxes)
    if (!newest || s.config.attempt >= newest->config.attempt) newest = &s;
  for (auto& s : sandboxes)
    if (&s != newest) caf::anon_send(ctx->config.runtime.pods, remove_atom::value, runtime::sandbox_id{s.id});
  if (newest) {
    record.sandbox_id = newest->id;
    record.sandbox_attempts = newest->config.attempt + 1;
    record.sandbox_ready = newest->ready;
    record.ips = newest->config.host_network ? record.host_ips : newest->ips;
    mounted = true;
    arm_usage(ctx->config.usage_interval);
  } else {
    for (auto& [container, r] : record.containers) r.stale = r.current.has_value();
  }
  for (auto& s : runs) {
    if (!newest || s.sandbox != newest->id) continue;
    auto& r = record_of(s.config.name);
    auto run = run_of(s);
    if (!r.current || r.current->attempt < run.attempt || r.current->id == run.id || r.current->id.empty()) {
      if (r.current && r.current->attempt < run.attempt) r.previous = r.current;
      r.current = std::move(run);
    } else if (r.current->attempt == run.attempt) {
      r.current = std::move(run); // What the status said of it was older.
    } else if (!r.previous || r.previous->attempt <= run.attempt) {
      r.previous = std::move(run);
    }
  }
  // A container that runs keeps what its probes had found out, so that a restart of the kubelet is not seen outside.
  for (std::string_view list : {"initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses"})
    if (auto* all = api::array_at(pod->status(), {list}))
      for (auto& s : *all) {
        auto found = record.containers.find(api::string_at(s, {"name"}));
        if (found == record.containers.end() || !found->second.running()) continue;
        if (api::string_at(s, {"containerID"}) != "troupe://" + found->second.current->id) continue;
        found->second.started = api::bool_at(s, {"started"});
        found->second.ready = api::bool_at(s, {"ready"});
      }
  for (auto& [container, r] : record.containers)
    if (r.running()) begin_probes(container);
  if (record.start_time == api::time_point{}) record.start_time = begun;
  if (ctx->config.sources) {
    auto refs = node::references_of(*pod);
    wanted_objects wanted{std::string(pod->ns()), {refs.config_maps.begin(), refs.config_maps.end()},
                          {refs.secrets.begin(), refs.secrets.end()}};
    self->send(ctx->config.sources, watch_atom::value, share(std::move(wanted)), caf::actor_cast<caf::actor>(self));
  }
  if (mounted) refresh_volumes();
  sync();
}

void pod_state::desired(const object_handle& fresh) {
  if (!fresh) {
    gone = true;
    record.ending = true;
  } else if (fresh->revision() > pod->revision()) {
    bool renamed = fresh->labels() != pod->labels() || fresh->annotations() != pod->annotations();
    pod = fresh;
    if (renamed) refresh_volumes(); // Downward API volumes show both.
  }
  sync();
}

void pod_state::happened(const runtime::container_event& e) {
  auto& s = e.status;
  if (e.what == runtime::container_event::kind::broken) return sandbox_broke(s.sandbox);
  auto found = record.containers.find(s.config.name);
  bool older = found != record.containers.end() && found->second.current && found->second.current->id != s.id &&
               found->second.current->attempt >= s.config.attempt &&
               found->second.current->state != node::run_state::created;
  if (s.sandbox != record.sandbox_id || older) return;
  if (e.what == runtime::container_event::kind::started) running(s.config.name, run_of(s));
  if (e.what == runtime::container_event::kind::exited) exited(s.config.name, run_of(s));
}

void pod_state::sync() {
  if (pod->deleting() || gone) record.ending = true;
  if (record.ending) return end_step();
  age_pull_errors();
  auto plan = node::plan_pod(*pod, record, now());
  for (auto& w : plan.waits) {
    auto& r = record_of(w.name);
    if (r.waiting_reason != w.reason)
      event(true, "BackOff",
            fmt::format("Back-off restarting failed container {} in pod {}", w.name, node::pod_text(*pod)), w.name);
    r.waiting_reason = w.reason;
    r.waiting_message = w.message;
  }
  if (plan.make_sandbox) make_sandbox();
  for (auto& s : plan.starts) start(s);
  if (!record.reason.empty())
    for (auto& c : plan.kills) stop_container(c, node::eviction_grace_seconds, node::stopping_text(c));
  else if (!plan.kills.empty())
    stop_container(plan.kills.front(), node::grace_seconds(*pod), node::stopping_text(plan.kills.front()));
  if (plan.kills.empty() && plan.finished && record.sandbox_ready) stop_sandbox([] {});
  if (plan.wake) wake_at(*plan.wake);
  report();
}

void pod_state::wake_at(api::time_point when) {
  if (wake != api::time_point{} && wake <= when && wake > now()) return;
  wake = when;
  auto pause = std::max<api::duration>(when - now(), api::duration(1000));
  self->delayed_send(self, caf::timespan(pause), tick_atom::value, ++wake_generation);
}

void pod_state::woken(std::uint64_t generation) {
  if (generation != wake_generation) return;
  wake = {};
  sync();
}

caf::result<caf::actor> pod_state::open(const shared<streams::request>& request, const caf::actor& client) {
  auto refuse = [](const node::stream_refusal& why) {
    using kind = node::stream_refusal::kind;
    auto code = why.what == kind::bad_request ? errc::invalid_argument
                : why.what == kind::not_found ? errc::not_found
                                              : errc::runtime_failed;
    return make_error(code, why.message);
  };
  auto ask = runtime::session_request{*request, record.sandbox_id, {}, {}};
  if (request->what == streams::kind::port_forward) {
    if (!record.sandbox_ready)
      return make_error(errc::invalid_argument,
                        fmt::format("unable to forward port because pod is not running. Current status={}",
                                    api::string_at(pod->status(), {"phase"}, "Pending")));
  } else {
    auto chosen = node::choose_container(*pod, request->container);
    if (!chosen) return refuse(chosen.error());
    bool logs = request->what == streams::kind::logs;
    auto run = logs ? node::run_for_logs(*pod, record, *chosen, request->previous)
                    : node::run_for_exec(*pod, record, *chosen);
    if (!run) return refuse(run.error());
    ask.what.container = *chosen;
    ask.container = run->id;
    if (logs) ask.log_files = {node::log_file(ctx->config.logs_dir, *pod, *chosen, run->attempt)};
  }
  auto promise = self->make_response_promise<caf::actor>();
  self->request(ctx->config.runtime.sessions, ctx->config.call_timeout, open_atom::value, share(std::move(ask)), client)
    .then([promise](const caf::actor& end) mutable { promise.deliver(end); },
          [promise](caf::error& e) mutable { promise.deliver(std::move(e)); });
  return promise;
}

caf::behavior pod(pod_state::self_pointer self, node_context_ptr ctx, caf::actor kubelet, object_handle object,
                  std::vector<runtime::sandbox_status> sandboxes, std::vector<runtime::container_status> runs) {
  auto& s = self->state;
  s.ctx = std::move(ctx);
  s.kubelet = std::move(kubelet);
  s.pod = std::move(object);
  s.begin(sandboxes, runs);
  return {
      [self](changed_atom, const object_handle& fresh) { self->state.desired(fresh); },
      [self](changed_atom) {
        self->state.refresh_volumes();
        // What waited for an object may go on.
        for (auto& [name, r] : self->state.record.containers)
          if (r.waiting_reason == "CreateContainerConfigError") r.hold_until = {};
        self->state.record.sandbox_hold_until = {};
        self->state.sync();
      },
      [self](event_atom, const shared<runtime::container_event>& e) { self->state.happened(*e); },
      [self](open_atom, const shared<streams::request>& r, const caf::actor& client) {
        return self->state.open(r, client);
      },
      [self](tick_atom, std::uint64_t generation) { self->state.woken(generation); },
      [self](tick_atom, const std::string& run_id, std::uint32_t kind) { self->state.probe(run_id, kind); },
      [self](retry_atom) { self->state.refresh_volumes(); },
      [self](stats_atom) { self->state.look_at_usage(); },
      [self](write_atom) {
        self->state.writing = false;
        // An end that could not be told is told again; there is no other step left that would do it.
        if (self->state.cleaned) return self->state.take_leave();
        self->state.sync();
      },
      [self](stop_atom, const std::string& container, const runtime::container_id& id, std::int64_t grace) {
        self->state.kill_container(container, id, static_cast<std::uint32_t>(std::max<std::int64_t>(2, grace)));
      },
  };
}

} // namespace troupe::actors::kubelet
