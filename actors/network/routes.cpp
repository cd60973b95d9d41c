#include "actors/network/routes.hpp"
#include "actors/base/error.hpp"
#include "actors/mirror/apply.hpp"
#include "actors/network/kernel.hpp"
#include "net/netlink/monitor.hpp"
#include <algorithm>
#include <caf/actor_cast.hpp>
#include <caf/send.hpp>
#include <spdlog/spdlog.h>

namespace troupe::actors::network {

namespace policy = policies::network;

namespace {

/// What of the configuration the plans need; an error names what is wrong.
tl::expected<policy::cluster_view, std::string> view_of(const routes_config& c) {
  auto pods = policy::parse_subnet(c.pod_cidr), cluster = policy::parse_subnet(c.cluster_cidr),
       services = policy::parse_subnet(c.service_cidr);
  if (!pods) return tl::unexpected("not a range of addresses: pods of this node \"" + c.pod_cidr + "\"");
  if (!cluster) return tl::unexpected("not a range of addresses: pods of the cluster \"" + c.cluster_cidr + "\"");
  if (!services) return tl::unexpected("not a range of addresses: services \"" + c.service_cidr + "\"");
  auto address = policies::services::parse_ipv4(c.node_ip);
  if (!address) return tl::unexpected("not an IPv4 address of this node: \"" + c.node_ip + "\"");
  return policy::cluster_view{
      c.instance, c.cluster_id, {c.node_name, *address, *pods}, *cluster, *services, c.vxlan_port, c.direct, {}};
}

std::shared_ptr<void> watch_machine(std::function<void()> changed) {
  auto made = net::netlink::monitor::start(std::move(changed));
  if (made) return std::shared_ptr<net::netlink::monitor>(std::move(*made));
  spdlog::warn("routes: not_watching error=\"{}\"", made.error());
  return {};
}

} // namespace

void routes_state::changed(const mirror::update& u) {
  mirror::apply(objects, u);
  if (armed) return;
  armed = true;
  self->delayed_send(self, config.settle, tick_atom::value);
}

void routes_state::look() {
  armed = false;
  auto found = policy::nodes_of(objects, cluster.self, cluster.cluster);
  node_problems = std::move(found.problems);
  // Most changes of nodes are reports of their health.
  if (known && found.nodes == cluster.nodes) return;
  cluster.nodes = std::move(found.nodes);
  known = false;
  write();
}

void routes_state::write() {
  again = writing;
  if (writing) return;
  writing = true;
  soon = false;
  ++timer;
  self->request(kernel, config.kernel_timeout, write_atom::value,
                kernel_job{std::make_shared<const policy::cluster_view>(cluster)})
    .then([this](const kernel_report& r) { done(r); }, [this](caf::error& e) { failed(e); });
}

/// Also our own changes come back this way: a look at what was just written finds nothing, and that is the end of it.
void routes_state::disturbed() {
  if (soon || !(known || writing)) return;
  soon = true;
  if (!writing) next(config.repair);
}

void routes_state::done(const kernel_report& r) {
  writing = false;
  for (auto& e : r.errors) spdlog::error("routes: step_failed error=\"{}\"", e);
  if (r.steps > 0)
    spdlog::info("routes: written nodes={} steps={} tunnel={}", cluster.nodes.size(), r.steps, r.tunnel);
  auto all = node_problems;
  all.insert(all.end(), r.problems.begin(), r.problems.end());
  tell(std::move(all));
  if (again) return write();
  known = r.errors.empty();
  retry_after = known ? caf::timespan{0} : std::clamp(retry_after * 2, config.retry_min, config.retry_max);
  next(!known ? retry_after : soon ? config.repair : config.reconcile);
}

void routes_state::failed(const caf::error& e) {
  writing = false;
  known = false;
  retry_after = std::clamp(retry_after * 2, config.retry_min, config.retry_max);
  spdlog::error("routes: kernel_failed error=\"{}\" retry_ms={}", text_of(e),
                std::chrono::duration_cast<std::chrono::milliseconds>(retry_after).count());
  next(retry_after);
}

void routes_state::next(caf::timespan after) { self->delayed_send(self, after, retry_atom::value, ++timer); }

void routes_state::tell(std::vector<std::string> fresh) {
  if (fresh == problems) return;
  problems = std::move(fresh);
  for (auto& p : problems) spdlog::warn("routes: pods_unreachable reason=\"{}\"", p);
}

caf::behavior routes(routes_state::self_pointer self, directory::directory_actor directory, routes_config config,
                     kernel_actor kernel, const watcher& watch) {
  auto view = view_of(config);
  auto& s = self->state;
  s.config = std::move(config);
  s.kernel = std::move(kernel);
  // They end together: the kernel actor has a thread that nobody else would end.
  self->link_to(s.kernel);
  if (!view) {
    spdlog::error("routes: bad_config error=\"{}\"", view.error());
    self->quit(make_error(errc::invalid_argument, view.error()));
    return {};
  }
  s.cluster = std::move(*view);
  self->send(directory, watch_atom::value, std::string("mirror/nodes"), caf::actor_cast<caf::actor>(self));
  if (watch)
    s.watch = watch([weak = self->address()] {
      if (auto strong = caf::actor_cast<caf::actor>(weak)) caf::anon_send(strong, event_atom::value);
    });
  return {
    [self](peer_atom, const std::string&, const caf::strong_actor_ptr& player) {
      if (!player) return; // Routes stay as they are until the mirror is back.
      self->send(caf::actor_cast<mirror::mirror_actor>(player), watch_atom::value, caf::actor_cast<caf::actor>(self),
                 std::string{});
    },
    [self](changed_atom, const shared<mirror::update>& u) { self->state.changed(*u); },
    [self](tick_atom) { self->state.look(); },
    [self](event_atom) { self->state.disturbed(); },
    [self](retry_atom, std::uint64_t of) {
      if (of == self->state.timer) self->state.write();
    },
  };
}

caf::actor spawn_routes(caf::local_actor& parent, const environment_ptr& env,
                        const directory::directory_actor& directory, const routes_config& config) {
  auto k = spawn_kernel(parent, *env, config);
  return parent.spawn(routes, directory, config, k, config.hollow ? watcher{} : watch_machine);
}

} // namespace troupe::actors::network
