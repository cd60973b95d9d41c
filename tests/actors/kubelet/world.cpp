#include "tests/actors/kubelet/world.hpp"
#include "actors/base/error.hpp"
#include "actors/kubelet/pod.hpp"
#include <caf/send.hpp>
#include <fmt/format.h>

namespace troupe::actors::kubelet::testing {

namespace {

const std::vector<std::string> mirrored{"pods", "configmaps", "secrets", "services"};

struct plain_state { static inline const char* name = "fake"; };

apiserver::apiserver_actor::behavior_type api_behavior(stateful<plain_state, apiserver::apiserver_actor::base>*,
                                                       fake_cluster* c) {
  return {[c](call_atom, const shared<apiserver::call>& call) { return share(c->answer(*call)); }};
}

caf::behavior mirror_behavior(stateful<plain_state>* self, fake_cluster* c, std::size_t kind) {
  return {[self, c, kind](watch_atom, const caf::actor& who, const std::string&) {
    mirror::update first;
    first.type.resource = mirrored[kind];
    first.replace = true;
    for (auto& [key, object] : c->objects)
      if (key.starts_with(mirrored[kind] + "/")) first.changes.push_back({{}, object});
    c->watchers[kind].push_back(who);
    self->send(who, changed_atom::value, share(std::move(first)));
  }};
}

prober_actor::behavior_type prober_behavior(stateful<plain_state, prober_actor::base>*, world* w) {
  return {[w](http_atom, const shared<network_check>& c) {
    w->checks.push_back(*c);
    return w->check;
  }};
}

disk_actor::behavior_type disk_behavior(stateful<plain_state, disk_actor::base>*, world* w) {
  return {
      [w](write_atom, const shared<pod_order>& o) {
        for (auto& v : o->volumes)
          w->volumes[v.place.name].push_back(v.files);
      },
      [](start_atom, const shared<container_order>& o) {
        resolved_mounts out;
        for (auto& m : o->mounts)
          out.push_back(m.mount);
        return share(std::move(out));
      },
      [w](remove_atom, const std::string& directory, const std::string&) {
        w->rt.log.push_back("remove-files " + directory);
      },
      [w](logs_atom, const shared<log_order>& o) {
        ++w->looks;
        std::vector<std::string> out;
        for (auto& [id, path] : o->logs)
          if (w->log_sizes[id] > o->bytes_max) out.push_back(id);
        return out;
      },
      [w](stats_atom, const shared<usage_order>& o) {
        ++w->looks;
        for (auto& d : o->directories)
          if (w->full.contains(d.name)) return d.name;
        return std::string();
      },
      [](list_atom, const std::string&) { return std::vector<std::string>{}; },
  };
}

} // namespace

world::world() {
  rt.env = env;
  dir = sys.spawn(directory::directory);
  auto keep = [&](const auto& a) { actors.push_back(caf::actor_cast<caf::actor>(a)); };
  auto offer = [&](const std::string& role, const auto& a) {
    caf::anon_send(dir, offer_atom::value, role, caf::actor_cast<caf::strong_actor_ptr>(a));
    keep(a);
  };
  offer("apiserver", sys.spawn(api_behavior, &cluster));
  for (std::size_t k = 0; k < mirrored.size(); ++k)
    offer("mirror/" + mirrored[k], sys.spawn(mirror_behavior, &cluster, k));
  config.facts.name = "n1";
  config.facts.addresses = {"192.0.2.1"};
  config.facts.milli_cpu = 2000;
  config.facts.memory_bytes = std::int64_t(4) << 30;
  config.dns.servers = {"10.96.0.10"};
  config.pods_dir = "/pods";
  config.logs_dir = "/logs";
  config.runtime = spawn_fake_runtime(sys, &rt);
  keep(config.runtime.pods);
  keep(config.runtime.images);
  keep(config.runtime.sessions);
  config.prober = sys.spawn(prober_behavior, this);
  keep(config.prober);
  config.disk = sys.spawn(disk_behavior, this);
  keep(config.disk);
  config.sources = sys.spawn(sources, dir);
  keep(config.sources);
  config.recorder = sys.spawn(events::recorder, env, dir, events::recorder_config{});
  keep(config.recorder);
  run();
}

void world::start() {
  agent = sys.spawn(kubelet, env, dir, config);
  run();
}

void world::kill_agent() {
  caf::anon_send_exit(agent, caf::exit_reason::kill);
  run();
  agent = nullptr;
}

world::~world() {
  if (agent) caf::anon_send_exit(agent, caf::exit_reason::kill);
  for (auto& a : actors) caf::anon_send_exit(a, caf::exit_reason::kill);
  caf::anon_send_exit(dir, caf::exit_reason::kill);
  run();
  sched.clock().cancel_all();
}

void world::run() {
  while (sched.try_run_once()) {}
}

void world::advance(std::chrono::milliseconds d) {
  for (auto step = std::chrono::milliseconds(100); d.count() > 0; d -= step) {
    sched.advance_time(std::min(step, d));
    run();
  }
}

void world::create_pod(std::string_view spec, std::string pod_name) {
  api::json::object body{
      {"apiVersion", "v1"},
      {"kind", "Pod"},
      {"metadata", {{"name", pod_name}, {"namespace", "default"}, {"uid", "u-" + pod_name}}},
      {"spec",
       {{"nodeName", "n1"},
        {"restartPolicy", "Always"},
        {"terminationGracePeriodSeconds", 30},
        {"containers",
         api::json::array{{{"name", "app"}, {"image", "busybox"}, {"imagePullPolicy", "IfNotPresent"}}}}}},
      {"status", {{"phase", "Pending"}}}};
  auto overrides = api::json::parse(spec);
  for (auto& m : overrides.as_object()) body["spec"].as_object()[m.key()] = m.value();
  cluster.put("pods", std::move(body));
  run();
}

void world::change_pod(const std::string& pod_name, const std::function<void(api::json::object&)>& change) {
  auto body = pod(pod_name)->body();
  change(body);
  cluster.put("pods", std::move(body));
  run();
}

void world::delete_pod(const std::string& pod_name, std::int64_t grace) {
  change_pod(pod_name, [&](api::json::object& body) {
    api::set_at(body, {"metadata", "deletionTimestamp"},
                api::json::value(api::format_time(env->now() + std::chrono::seconds(grace))));
    api::set_at(body, {"metadata", "deletionGracePeriodSeconds"}, grace);
  });
}

api::object_ptr world::pod(const std::string& pod_name) const {
  auto found = cluster.objects.find("pods/default/" + pod_name);
  return found == cluster.objects.end() ? nullptr : found->second;
}

std::string world::phase(const std::string& pod_name) const {
  auto p = pod(pod_name);
  return p ? std::string(api::string_at(p->status(), {"phase"})) : "gone";
}

std::string world::condition(const std::string& type, const std::string& pod_name) const {
  if (auto* all = api::array_at(pod(pod_name)->status(), {"conditions"}))
    for (auto& c : *all)
      if (api::string_at(c, {"type"}) == type) return std::string(api::string_at(c, {"status"}));
  return "";
}

const api::json::object& world::status_of(const std::string& container, const std::string& pod_name) const {
  static const api::json::object none;
  auto p = pod(pod_name);
  if (!p) return none;
  for (std::string_view list : {"containerStatuses", "initContainerStatuses"})
    if (auto* all = api::array_at(p->status(), {list}))
      for (auto& s : *all)
        if (api::string_at(s, {"name"}) == container) return s.get_object();
  return none;
}

std::vector<std::string> world::events() const {
  std::vector<std::string> out;
  for (auto& c : cluster.calls)
    if (c.resource == "events" && c.what == apiserver::verb::create)
      out.push_back(fmt::format("{}: {}", api::string_at(c.object->body(), {"reason"}),
                                api::string_at(c.object->body(), {"message"})));
  return out;
}

bool world::saw_event(const std::string& text) const {
  auto all = events();
  return std::find(all.begin(), all.end(), text) != all.end();
}

} // namespace troupe::actors::kubelet::testing
