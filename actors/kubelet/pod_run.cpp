#include "actors/kubelet/pod.hpp"
#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace troupe::actors::kubelet {

namespace node = policies::node;

void pod_state::running(const std::string& container, node::container_run run) {
  auto& r = record_of(container);
  if (r.current && r.current->id == run.id && r.current->state != node::run_state::created) return;
  if (r.exited() && r.current->id != run.id) r.previous = std::move(r.current);
  r.current = std::move(run);
  r.stale = false;
  r.waiting_reason.clear();
  r.waiting_message.clear();
  r.hold_until = {};
  auto spec = node::container_named(*pod, container);
  r.started = !spec.spec || !spec.spec->contains("startupProbe");
  r.ready = r.started && (!spec.spec || !spec.spec->contains("readinessProbe"));
  begin_probes(container);
  // While the start is under way its answer plans next; a second plan would only cost time.
  if (!r.busy || record.ending) sync();
}

void pod_state::exited(const std::string& container, node::container_run run) {
  auto& r = record_of(container);
  if (r.current && r.current->id == run.id && r.exited()) return;
  if (r.current && r.current->id != run.id) r.stale = false;
  if (r.exited() && r.current->id != run.id) r.previous = std::move(r.current);
  std::erase_if(probes, [&](auto& p) { return p.run_id == run.id; });
  r.current = std::move(run);
  r.started = r.ready = false;
  stopping.erase(container);
  sync();
}

void pod_state::look_at(const std::string& container, const runtime::container_id& id) {
  self->request(ctx->config.runtime.pods, ctx->config.runtime_timeout, status_atom::value, id)
    .then(
      [this, container](const shared<runtime::container_status>& s) {
        record_of(container).busy = false;
        if (s->state == runtime::container_state::running) running(container, run_of(*s));
        if (s->state == runtime::container_state::exited) exited(container, run_of(*s));
        sync();
      },
      [this, container, id](caf::error&) {
        // It is gone: what ran is lost, as after the loss of a machine.
        auto& r = record_of(container);
        r.busy = false;
        if (!r.current || r.current->id != id.value || !r.running()) return sync();
        auto lost = *r.current;
        lost.state = node::run_state::exited;
        lost.exit_code = 137;
        lost.reason = "ContainerStatusUnknown";
        lost.message = "The container could not be located when the pod was terminated";
        lost.finished = now();
        exited(container, std::move(lost));
      });
}

namespace {

network_check network_of(const node::check& what, const std::string& pod_ip, api::duration timeout) {
  network_check out;
  out.timeout_us = timeout.count();
  if (auto* http = std::get_if<node::http_check>(&what)) {
    out.what = http->scheme == "https" ? network_check::kind::https : network_check::kind::http;
    out.host = http->host.empty() ? pod_ip : http->host;
    out.port = http->port;
    out.path = http->path;
    out.headers = http->headers;
  } else if (auto* tcp = std::get_if<node::tcp_check>(&what)) {
    out.host = tcp->host.empty() ? pod_ip : tcp->host;
    out.port = tcp->port;
  }
  return out;
}

} // namespace

void pod_state::run_check(const node::check& what, const node::container_run& run, api::duration timeout,
                          check_done done) {
  if (auto* exec = std::get_if<node::exec_check>(&what)) {
    auto milliseconds = static_cast<std::uint32_t>(std::chrono::ceil<std::chrono::milliseconds>(timeout).count());
    auto command = exec->command;
    self->request(ctx->config.runtime.pods, caf::timespan(timeout) + ctx->config.call_timeout, exec_atom::value,
                  runtime::container_id{run.id}, command, milliseconds)
      .then(
        [done, command](const runtime::exec_result& r) {
          if (r.timed_out) return done(false, false, fmt::format("command \"{}\" timed out", fmt::join(command, " ")));
          done(r.exit_code == 0, false, r.out + r.err);
        },
        [done](caf::error& e) { done(false, true, user_text(e)); });
    return;
  }
  if (std::holds_alternative<std::monostate>(what)) return done(true, false, "");
  if (std::holds_alternative<node::grpc_check>(what)) return done(false, true, "gRPC checks are not supported");
  auto ip = record.ips.empty() ? std::string() : record.ips.front();
  self->request(ctx->config.prober, caf::timespan(timeout) + ctx->config.call_timeout, http_atom::value,
                share(network_of(what, ip, timeout)))
    .then([done](const check_result& r) { done(r.success, false, r.output); },
          [done](caf::error& e) { done(false, true, user_text(e)); });
}

} // namespace troupe::actors::kubelet
