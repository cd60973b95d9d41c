#include "actors/runtime/hollow_pods.hpp"
#include "actors/base/error.hpp"
#include "actors/runtime/answer.hpp"
#include "net/cni/config.hpp"
#include <caf/send.hpp>
#include <charconv>
#include <csignal>
#include <fmt/format.h>

namespace troupe::actors::runtime {

namespace {

caf::error no_container(const std::string& id) {
  return make_error(errc::not_found, fmt::format("container \"{}\" not found", id));
}

/// "3" or "3,60": exit code and seconds after the start.
struct planned_end {
  bool set = false;
  std::int32_t code = 0;
  std::int64_t after_seconds = 0;
};

planned_end plan_of(const std::map<std::string, std::string>& annotations) {
  planned_end out;
  auto found = annotations.find("troupe.dev/hollow-exit");
  if (found == annotations.end()) return out;
  auto* end = found->second.data() + found->second.size();
  auto [comma, ec] = std::from_chars(found->second.data(), end, out.code);
  out.set = ec == std::errc{};
  if (comma != end && *comma == ',') std::from_chars(comma + 1, end, out.after_seconds);
  return out;
}

} // namespace

void hollow_state::notify(container_event::kind what, const container_status& s) {
  if (subscribers.empty()) return;
  auto event = share(container_event{what, s});
  for (auto& a : subscribers) caf::anon_send(a, event_atom::value, event);
}

void hollow_state::give_back(sandbox_entry& e) {
  if (e.address != 0) taken.erase(e.address);
  e.address = 0;
}

caf::result<shared<sandbox_status>> hollow_state::run_sandbox(const shared<sandbox_config>& wanted) {
  sandbox_entry e;
  e.status.id = fmt::format("{:064x}", ++ids);
  e.status.config = *wanted;
  e.status.created_us = now_us();
  if (!wanted->host_network) {
    if (taken.size() + 3 >= hosts) // Not the network, the gateway and the broadcast address.
      return make_error(
          errc::runtime_failed,
          fmt::format("failed to setup network for sandbox \"{}\": no IP addresses available in range set",
                      e.status.id));
    do {
      e.address = next;
      next = next + 2 >= hosts ? 2 : next + 1;
    } while (!taken.insert(e.address).second);
    auto a = base + e.address;
    e.status.ips = {fmt::format("{}.{}.{}.{}", a >> 24, a >> 16 & 255, a >> 8 & 255, a & 255)};
  }
  auto answer = self->make_response_promise<shared<sandbox_status>>();
  e.making.push_back(answer);
  auto id = e.status.id;
  sandboxes.emplace(id, std::move(e));
  if (config.sandbox_delay.count() == 0)
    sandbox_made(id);
  else
    self->delayed_send(self, config.sandbox_delay, tick_atom::value, sandbox_id{id});
  return answer;
}

void hollow_state::sandbox_made(const std::string& id) {
  auto found = sandboxes.find(id);
  if (found == sandboxes.end() || found->second.making.empty()) return;
  auto& e = found->second;
  e.status.ready = true;
  auto waiting = std::move(e.making);
  e.making.clear();
  for (auto& p : waiting) p.deliver(share(e.status));
}

void hollow_state::stop_sandbox(const std::string& id) {
  auto found = sandboxes.find(id);
  if (found == sandboxes.end()) return;
  found->second.status.ready = false;
  for (auto& p : found->second.making) p.deliver(make_error(errc::runtime_failed, "the sandbox was stopped"));
  found->second.making.clear();
  for (auto& [cid, c] : containers)
    if (c.status.sandbox == id) end(cid, 128 + SIGKILL);
  give_back(found->second);
}

void hollow_state::remove_sandbox(const std::string& id) {
  stop_sandbox(id);
  std::vector<std::string> inside;
  for (auto& [cid, c] : containers)
    if (c.status.sandbox == id) inside.push_back(cid);
  for (auto& cid : inside) remove(cid);
  sandboxes.erase(id);
}

caf::result<shared<inventory>> hollow_state::list() const {
  inventory out;
  for (auto& [id, e] : sandboxes)
    if (e.making.empty()) out.sandboxes.push_back(e.status);
  for (auto& [id, e] : containers) out.containers.push_back(e.status);
  return share(std::move(out));
}

caf::result<container_id> hollow_state::create(const std::string& sandbox, const shared<container_config>& wanted) {
  auto found = sandboxes.find(sandbox);
  if (found == sandboxes.end() || !found->second.status.ready)
    return make_error(errc::not_found, fmt::format("failed to find sandbox id \"{}\": not found", sandbox));
  container_entry e;
  e.status.id = fmt::format("{:064x}", ++ids);
  e.status.sandbox = sandbox;
  e.status.created_us = now_us();
  e.status.image_id = wanted->image_ref;
  e.status.image_ref = wanted->image_ref;
  e.status.config = *wanted;
  auto id = e.status.id;
  containers.emplace(id, std::move(e));
  return container_id{id};
}

caf::result<void> hollow_state::start(const std::string& id) {
  auto found = containers.find(id);
  if (found == containers.end()) return no_container(id);
  auto& e = found->second;
  if (e.status.state == container_state::running) return caf::unit;
  if (e.status.state == container_state::exited)
    return make_error(errc::invalid_argument, fmt::format("container \"{}\" cannot be started any more", id));
  auto answer = self->make_response_promise<void>();
  e.starting.push_back(answer);
  if (e.starting.size() > 1) return answer;
  if (config.start_delay.count() == 0)
    started(id);
  else
    self->delayed_send(self, config.start_delay, tick_atom::value, container_id{id});
  return answer;
}

void hollow_state::started(const std::string& id) {
  auto found = containers.find(id);
  if (found == containers.end() || found->second.status.state != container_state::created) return;
  auto& e = found->second;
  e.status.state = container_state::running;
  e.status.started_us = now_us();
  e.status.pid = static_cast<std::uint32_t>(ids % 30000 + 2);
  auto waiting = std::move(e.starting);
  e.starting.clear();
  for (auto& p : waiting) fulfil(p);
  notify(container_event::kind::started, e.status);
  auto plan = plan_of(e.status.config.annotations);
  if (auto s = sandboxes.find(e.status.sandbox); !plan.set && s != sandboxes.end())
    plan = plan_of(s->second.status.config.annotations);
  if (plan.set)
    self->delayed_send(self, std::chrono::seconds(plan.after_seconds), exited_atom::value, container_id{id});
}

void hollow_state::ended_by_itself(const std::string& id) {
  auto found = containers.find(id);
  if (found == containers.end()) return;
  auto plan = plan_of(found->second.status.config.annotations);
  if (auto s = sandboxes.find(found->second.status.sandbox); !plan.set && s != sandboxes.end())
    plan = plan_of(s->second.status.config.annotations);
  end(id, plan.code);
}

void hollow_state::end(const std::string& id, std::int32_t code) {
  auto found = containers.find(id);
  if (found == containers.end()) return;
  auto& e = found->second;
  for (auto& p : e.starting) p.deliver(make_error(errc::runtime_failed, "the container was stopped before its start"));
  e.starting.clear();
  if (e.status.state != container_state::running) return;
  e.status.state = container_state::exited;
  e.status.finished_us = now_us();
  e.status.exit_code = code;
  e.status.pid = 0;
  e.status.reason = code == 0 ? "Completed" : "Error";
  notify(container_event::kind::exited, e.status);
}

void hollow_state::remove(const std::string& id) {
  end(id, 128 + SIGKILL);
  auto found = containers.find(id);
  if (found == containers.end()) return;
  notify(container_event::kind::removed, found->second.status);
  containers.erase(found);
}

caf::result<shared<container_status>> hollow_state::status(const std::string& id) const {
  auto found = containers.find(id);
  if (found == containers.end()) return no_container(id);
  return share(found->second.status);
}

caf::result<exec_result> hollow_state::exec(const std::string& id, const std::vector<std::string>& command) const {
  auto found = containers.find(id);
  if (found == containers.end()) return no_container(id);
  if (found->second.status.state != container_state::running)
    return make_error(errc::invalid_argument, fmt::format("container \"{}\" is not running", id));
  return exec_result{.exit_code = 0,
                     .out = fmt::format("this node is hollow: \"{}\" was not run\n", fmt::join(command, " "))};
}

caf::result<shared<std::vector<container_usage>>> hollow_state::stats() const {
  std::vector<container_usage> out;
  for (auto& [id, e] : containers)
    if (e.status.state == container_state::running) out.push_back({id, e.status.sandbox, {.sampled_us = now_us()}});
  return share(std::move(out));
}

hollow_pods_actor::behavior_type hollow_pods(hollow_state::self_pointer self, environment_ptr env,
                                             hollow_config config) {
  auto& s = self->state;
  s.env = std::move(env);
  s.config = std::move(config);
  auto use = [](hollow_state& state, const std::string& cidr) -> caf::result<void> {
    auto subnet = net::cni::parse_subnet(cidr);
    if (!subnet) return make_error(errc::invalid_argument, subnet.error());
    if (!state.taken.empty() && subnet->base != state.base)
      return make_error(errc::invalid_argument, "pods have addresses of another network");
    state.base = subnet->base;
    state.hosts = 1u << (32 - subnet->bits);
    return caf::unit;
  };
  (void)use(s, s.config.pod_cidr);
  self->set_down_handler([=](caf::down_msg& down) {
    std::erase_if(self->state.subscribers, [&](auto& a) { return a.address() == down.source; });
  });
  return {
    [=](run_atom, const shared<sandbox_config>& c) { return self->state.run_sandbox(c); },
    [=](stop_atom, const sandbox_id& id) { self->state.stop_sandbox(id.value); },
    [=](remove_atom, const sandbox_id& id) { self->state.remove_sandbox(id.value); },
    [=](list_atom) { return self->state.list(); },
    [=](watch_atom, const caf::actor& subscriber) {
      self->state.subscribers.push_back(subscriber);
      self->monitor(subscriber);
    },
    [=](version_atom) { return share(version{"troupe-hollow", "1", {}}); },
    [=](write_atom, const std::string& cidr) { return use(self->state, cidr); },
    [=](create_atom, const sandbox_id& sandbox, const shared<container_config>& c) {
      return self->state.create(sandbox.value, c);
    },
    [=](start_atom, const container_id& id) { return self->state.start(id.value); },
    [=](stop_atom, const container_id& id, std::uint32_t grace) {
      self->state.end(id.value, 128 + (grace > 0 ? SIGTERM : SIGKILL));
    },
    [=](remove_atom, const container_id& id) { self->state.remove(id.value); },
    [=](status_atom, const container_id& id) { return self->state.status(id.value); },
    [=](exec_atom, const container_id& id, const std::vector<std::string>& command, std::uint32_t) {
      return self->state.exec(id.value, command);
    },
    [=](rotate_atom, const container_id&, std::uint32_t) {},
    [=](stats_atom) { return self->state.stats(); },
    [=](tick_atom, const sandbox_id& id) { self->state.sandbox_made(id.value); },
    [=](tick_atom, const container_id& id) { self->state.started(id.value); },
    [=](exited_atom, const container_id& id) { self->state.ended_by_itself(id.value); },
  };
}

} // namespace troupe::actors::runtime
