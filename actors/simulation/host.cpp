#include "actors/simulation/host.hpp"
#include "actors/base/process_number.hpp"
#include "actors/base/spawn.hpp"
#include "actors/cluster/worker.hpp"
#include "actors/directory/directory.hpp"
#include "actors/gate/gate.hpp"
#include "actors/link/links.hpp"
#include "actors/link/middleman.hpp"
#include "actors/supervisor/supervisor.hpp"
#include <algorithm>
#include <caf/actor_cast.hpp>
#include <caf/io/middleman.hpp>
#include <caf/scheduled_actor.hpp>
#include <caf/send.hpp>
#include <spdlog/spdlog.h>

namespace troupe::actors::simulation {

using std::chrono::milliseconds;

namespace {

/// One question of a client outside of the cluster.
struct client_state {
  static inline const char* name = "client";
  std::function<void(const apiserver::reply*)> done;
  void finish(const apiserver::reply* r) {
    if (auto f = std::exchange(done, nullptr)) f(r);
  }
  ~client_state() { finish(nullptr); }
};

caf::behavior client(stateful<client_state>* self, directory::directory_actor directory, shared<apiserver::call> what,
                     caf::timespan limit, std::function<void(const apiserver::reply*)> done) {
  self->state.done = std::move(done);
  auto fail = [=](caf::error&) {
    self->state.finish(nullptr);
    self->quit();
  };
  self->request(directory, limit, lookup_atom::value, std::string("apiserver"))
    .then(
      [=](const caf::strong_actor_ptr& player) {
        self->request(caf::actor_cast<apiserver::apiserver_actor>(player), limit, call_atom::value, what)
          .then(
            [=](const shared<apiserver::reply>& r) {
              self->state.finish(&*r);
              self->quit();
            },
            fail);
      },
      fail);
  return {[](tick_atom) {}};
}

apiserver::context_ptr context_of(const environment_ptr& env, const cluster::cluster_config& c) {
  static const auto& types = policies::schema::registry::builtin();
  static const policies::schema::discovery documents(types, "simulation");
  auto services = policies::strategy::service_network::parse(c.service_cidr);
  return std::make_shared<const apiserver::server_context>(apiserver::server_context{
    .env = env,
    .types = types,
    .discovery = documents,
    .openapi = policies::schema::openapi(types),
    .services = services ? *services : policies::strategy::service_network{},
    .tokens = nullptr,
    .version_document = "{}",
    .metrics = nullptr});
}

} // namespace

host::system_config::system_config() {
  set("scheduler.policy", caf::atom("testing"));
  load<caf::io::middleman, wire_multiplexer>();
  const link::middleman_config timing;
  set("middleman.network-backend", caf::atom("testing"));
  set("middleman.attach-utility-actors", true);
  set("middleman.workers", std::size_t{0});
  set("middleman.heartbeat-interval", caf::timespan{timing.heartbeat});
  set("middleman.connection-timeout", caf::timespan{timing.silence});
  link::add_wire_types(*this);
}

host::host(network& wires, host_config config) : config_(std::move(config)), network_(wires) {
  simulate_process(config_.process_number);
  system_ = std::make_unique<caf::actor_system>(settings_);
  simulate_process(0);
  scheduler_ = &dynamic_cast<caf::scheduler::test_coordinator&>(system_->scheduler());
  auto& clock = scheduler_->clock();
  const auto origin = clock.current_time;
  clock.current_time += config_.now;
  now_ = config_.now;
  skew_ = std::make_shared<network::moment>(config_.skew);
  env_ = std::make_shared<environment>(environment::config{
    .seed = config_.seed,
    .wall_clock = [&clock, origin, start = config_.start, skew = skew_] {
      return start + std::chrono::duration_cast<api::duration>(clock.now() - origin + *skew);
    },
    .threads = false});
  port_ = std::make_shared<process_port>();
  port_->node = id();
  port_->who = {id(), name(), control_plane()};
  port_->multiplexer = &dynamic_cast<wire_multiplexer&>(system_->middleman().backend());
  door_ = std::make_shared<network_door>(wires, id());
  port_->minder = [d = door_.get()] { return d->minder(); };
  network_.up(port_);
  directory_ = system_->spawn(directory::directory);
  spawn_links();
  spawn_cluster();
}

void host::spawn_links() {
  link::links_config c;
  c.self = port_->who;
  if (control_plane())
    c.make_gate = [this](const policies::cluster::node_identity& who) {
      return gate::make_gate(*system_, directory_, who.name);
    };
  auto links = system_->spawn(link::links, env_, directory_, std::shared_ptr<link::door>(door_), std::move(c));
  caf::anon_send(links, roster_atom::value, share(roster(config_.nodes)));
}

void host::spawn_cluster() {
  supervisor::supervisor_config top{"cluster", {}};
  std::shared_ptr<events::recorder_actor> recorder;
  auto ready = [this] { ready_ = true; };
  if (control_plane()) {
    cluster::control_plane_parts parts{env_, directory_, config_.files, config_.store,
                                       context_of(env_, config_.cluster), entrance_, ready, "simulated", {}};
    top.children = cluster::control_plane(config_.cluster, parts);
    recorder = parts.recorder;
  } else {
    cluster::worker_parts parts{env_, directory_, ready};
    top.children = cluster::worker(parts);
    recorder = parts.recorder;
  }
  cluster::node_parts node_parts;
  node_parts.env = env_;
  node_parts.directory = directory_;
  node_parts.recorder = recorder;
  for (auto& node : cluster::nodes(config_.cluster, node_parts))
    top.children.push_back(std::move(node));
  if (!control_plane())
    for (auto& part : node_network(env_, directory_, config_.cluster, services_))
      top.children.push_back(std::move(part));
  root_ = system_->spawn(supervisor::supervisor, std::move(top));
  root_->attach_functor([this] { ended_ = true; });
}

bool host::held_back(caf::resumable* job) const {
  auto* actor = dynamic_cast<caf::scheduled_actor*>(job);
  auto found = actor ? slow_.find(std::string_view(actor->name())) : slow_.end();
  if (found == slow_.end()) return false;
  auto until = found->second.until.find(actor->id());
  return until != found->second.until.end() && until->second > now_;
}

bool host::busy() const {
  auto& jobs = scheduler_->jobs;
  if (slow_.empty()) return !jobs.empty();
  return std::any_of(jobs.begin(), jobs.end(), [this](auto* job) { return !held_back(job); });
}

void host::slow(const std::string& actor, network::moment each) {
  if (each.count() > 0) slow_[actor].each = each;
  else slow_.erase(actor);
}

std::uint64_t host::turn(policies::chaos::chance& c) {
  auto& jobs = scheduler_->jobs;
  auto i = c.below(jobs.size());
  if (!slow_.empty())
    while (held_back(jobs[i])) i = (i + 1) % jobs.size();
  if (i) std::swap(jobs.front(), jobs[i]);
  std::uint64_t what = 0;
  if (auto* actor = dynamic_cast<caf::scheduled_actor*>(jobs.front())) {
    what = actor->id();
    if (auto found = slow_.find(std::string_view(actor->name())); found != slow_.end())
      found->second.until[actor->id()] = now_ + found->second.each;
    if (auto* mail = actor->mailbox().peek()) {
      auto& content = mail->content();
      what = what * 31 + content.type_token();
      if (!content.empty() && content.match_element<caf::atom_value>(0))
        what = what * 31 + static_cast<std::uint64_t>(content.get_as<caf::atom_value>(0));
      if (spdlog::should_log(spdlog::level::trace))
        spdlog::trace("simulation: delivers node={} actor={} id={} message={}", name(), actor->name(), actor->id(),
                      content.stringify());
    }
  }
  scheduler_->try_run_once();
  return what;
}

bool host::turn_network() { return port_->multiplexer->try_exec_runnable(); }

void host::advance(network::moment to) {
  now_ = to;
  auto& clock = scheduler_->clock();
  auto gone = clock.current_time.time_since_epoch();
  auto wanted = std::chrono::duration_cast<caf::actor_clock::duration_type>(to);
  if (wanted > gone) clock.advance_time(wanted - gone);
}

void host::call(shared<apiserver::call> what, caf::timespan limit, std::function<void(const apiserver::reply*)> done) {
  system_->spawn(client, directory_, std::move(what), limit, std::move(done));
}

void host::kill_all() {
  for (auto living = probe_table::instance().actors_of(*system_); !living.empty();
       living = probe_table::instance().actors_of(*system_)) {
    for (auto& a : living) caf::anon_send_exit(a, caf::exit_reason::kill);
    living.clear();
    while (scheduler_->try_run_once() || turn_network()) {}
    scheduler_->clock().cancel_all();
  }
}

host::~host() {
  network_.down(id(), port_->paused); // A process that stands still when its end comes is one whose power went.
  door_->set({});
  entrance_->set({});
  directory_ = nullptr;
  root_ = nullptr;
  kill_all();
  while (scheduler_->try_run_once() || turn_network()) {}
  scheduler_->clock().cancel_all();
}

} // namespace troupe::actors::simulation
