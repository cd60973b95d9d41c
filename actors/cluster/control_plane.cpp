#include "actors/cluster/control_plane.hpp"
#include "actors/apiserver/client.hpp"
#include "actors/cluster/api_endpoints.hpp"
#include "actors/cluster/bootstrap.hpp"
#include "actors/cluster/role_label.hpp"
#include "actors/cluster/roster.hpp"
#include "actors/controller/bindings.hpp"
#include "actors/controller/garbage.hpp"
#include "actors/election/election.hpp"
#include "actors/events/recorder.hpp"
#include "actors/gate/references.hpp"
#include "actors/mirror/state.hpp"
#include "actors/scheduler/scheduler.hpp"
#include "actors/shards/mover.hpp"
#include "actors/shards/shards.hpp"
#include "actors/store/autopilot.hpp"
#include "actors/store/store.hpp"
#include "actors/store/transport.hpp"
#include "actors/watch_cache/state.hpp"
#include <caf/actor_cast.hpp>
#include <caf/send.hpp>
#include <fmt/format.h>
#include <set>

namespace troupe::actors::cluster {

namespace {

using supervisor::child_spec;

/// The store and what follows it: a cache and, for components, a mirror per stored type.
std::vector<child_spec> data_path(const cluster_config& c, const control_plane_parts& p) {
  std::vector<child_spec> out;
  out.push_back({.name = "store", .make = [p, id = c.node_id](caf::event_based_actor* parent) {
                   auto carrier = parent->spawn(store::transport, p.directory, 0U);
                   store::store_dependencies with{p.env, p.files, caf::actor_cast<store::peer_actor>(carrier)};
                   auto shard = parent->spawn(store::store, std::move(with), p.store);
                   shard->attach_functor([carrier] { caf::anon_send_exit(carrier, caf::exit_reason::user_shutdown); });
                   for (auto& role : {std::string("store/0"), store::member_role(id)})
                     parent->send(p.directory, offer_atom::value, role, caf::actor_cast<caf::strong_actor_ptr>(shard));
                   return caf::actor_cast<caf::actor>(shard);
                 },
                 // A disk that failed is not better at the next try, and a second writer must not open the same files.
                 .restart = {.rule = policies::supervision::restart_rule::on_failure, .failures_max = 1}});
  out.push_back({.name = "shards", .make = [p](caf::event_based_actor* parent) {
                   shards::shards_config config;
                   config.store = p.store;
                   return caf::actor_cast<caf::actor>(parent->spawn(shards::shards, p.env, p.directory, config));
                 }});
  out.push_back({.name = "mover", .make = [p](caf::event_based_actor* parent) {
                   return caf::actor(parent->spawn(shards::mover, p.directory, shards::mover_config{}));
                 }});
  std::set<api::group_resource> types;
  for (auto& type : p.context->types.all())
    if (type.stored()) types.insert(type.storage);
  for (auto& type : types) {
    out.push_back({.name = "watch_cache/" + type.text(), .make = [p, type](caf::event_based_actor* parent) {
                     watch_cache::watch_cache_config config;
                     config.type = type;
                     config.sharded = true;
                     return caf::actor_cast<caf::actor>(
                         parent->spawn(watch_cache::watch_cache, std::move(config), p.directory));
                   }});
    out.push_back({.name = "mirror/" + type.text(), .make = [p, type](caf::event_based_actor* parent) {
                     mirror::mirror_config config;
                     config.type = type;
                     return caf::actor_cast<caf::actor>(parent->spawn(mirror::mirror, std::move(config), p.directory));
                   }});
  }
  return out;
}

std::vector<child_spec> controllers(const cluster_config& config, const control_plane_parts& p) {
  std::vector<child_spec> out;
  auto add = [&](std::function<controller::binding()> make) {
    out.push_back({.name = "controller/" + make().name, .make = [p, make](caf::event_based_actor* parent) {
                     return caf::actor(parent->spawn(controller::controller, make(), p.env, p.directory,
                                                     controller::controller_config{}));
                   }});
  };
  for (auto make :
       {controller::deployment, controller::replica_set, controller::replication_controller, controller::endpoints,
        controller::endpoint_slices, controller::namespace_deletion, controller::service_account,
        controller::node_lifecycle, controller::taint_eviction, controller::pod_gc, controller::resource_quota})
    add(make);
  add([pem = p.authority_pem] { return controller::root_certificate(pem); });
  out.push_back({.name = "api_endpoints", .make = [p, id = config.node_id](caf::event_based_actor* parent) {
                   return caf::actor(parent->spawn(api_endpoints, p.directory, api_endpoints_config{.node_id = id}));
                 }});
  out.push_back({.name = "controller/garbage-collector", .make = [p](caf::event_based_actor* parent) {
                   return caf::actor(parent->spawn(controller::garbage_collector, p.env, p.directory,
                                                   controller::controller_config{}));
                 }});
  return out;
}

std::vector<child_spec> schedulers(const control_plane_parts& p) {
  return {{.name = "scheduler", .make = [p](caf::event_based_actor* parent) {
             return caf::actor_cast<caf::actor>(
               parent->spawn(scheduler::scheduler, p.env, p.directory, scheduler::scheduler_config{}));
           }}};
}

/// Children that run on one control-plane node at a time.
child_spec elected(const cluster_config& config, const control_plane_parts& p, const std::string& lease,
                   std::vector<child_spec> children) {
  election::election_config e;
  e.rules.lease = lease;
  e.rules.identity = config.node_name;
  e.node_id = config.node_id;
  e.who = apiserver::component("system:" + lease);
  e.children = std::move(children);
  return {.name = "election/" + lease, .make = [p, e](caf::event_based_actor* parent) {
            return caf::actor(parent->spawn(election::election, p.env, p.directory, e));
          }};
}

policies::cluster::node_record record_of(const cluster_config& c) {
  return {.id = c.node_id,
          .name = c.node_name,
          .control_plane = c.control_plane,
          .worker = c.worker,
          .address = c.node_ip,
          .link_port = c.link_port,
          .api_port = c.api_port,
          .pod_cidr = c.pod_cidr,
          .version = c.version,
          .etcd_url = c.etcd_url};
}

} // namespace

child_spec event_recorder(const environment_ptr& env, const directory::directory_actor& directory,
                          const std::shared_ptr<events::recorder_actor>& recorder) {
  return {.name = "events", .make = [=](caf::event_based_actor* parent) {
            *recorder = parent->spawn(events::recorder, env, directory, events::recorder_config{});
            parent->send(directory, offer_atom::value, std::string("events"),
                         caf::actor_cast<caf::strong_actor_ptr>(*recorder));
            return caf::actor_cast<caf::actor>(*recorder);
          }};
}

std::vector<child_spec> control_plane(const cluster_config& config, const control_plane_parts& p) {
  auto out = data_path(config, p);
  out.push_back({.name = "roster", .make = [p, config](caf::event_based_actor* parent) {
                   return caf::actor(parent->spawn(roster, p.env, p.directory,
                                                   roster_config{record_of(config), config.node_id == 1}));
                 }});
  out.push_back({.name = "autopilot", .make = [p](caf::event_based_actor* parent) {
                   return caf::actor(parent->spawn(store::autopilot, p.directory, store::autopilot_settings{}));
                 }});
  out.push_back({.name = "references", .make = [p](caf::event_based_actor* parent) {
                   return caf::actor_cast<caf::actor>(parent->spawn(gate::references, p.directory));
                 }});
  if (p.make_registrar) out.push_back({.name = "registrar", .make = p.make_registrar});
  out.push_back({.name = "apiserver", .make = [p, workers = config.workers](caf::event_based_actor* parent) {
                   return caf::actor_cast<caf::actor>(
                     parent->spawn(apiserver::pool, p.context, p.directory, std::size_t(workers), p.door));
                 }});
  out.push_back(event_recorder(p.env, p.directory, p.recorder));
  out.push_back({.name = "bootstrap", .make = [p, config](caf::event_based_actor* parent) {
                   return caf::actor(parent->spawn(bootstrap, config, p.directory, p.bootstrapped));
                 },
                 .restart = {.rule = policies::supervision::restart_rule::on_failure}});
  if (config.worker)
    out.push_back({.name = "role_label", .make = [p, node = config.node_name](caf::event_based_actor* parent) {
                     return caf::actor(parent->spawn(role_label, p.directory, role_label_config{.node = node}));
                   }});
  out.push_back(elected(config, p, "kube-controller-manager", controllers(config, p)));
  out.push_back(elected(config, p, "kube-scheduler", schedulers(p)));
  return out;
}

} // namespace troupe::actors::cluster
