#pragma once
#include "../../actors/kubelet/fake_cluster.hpp"
#include "../runtime/machine_fixture.hpp"
#include "actors/directory/directory.hpp"
#include "actors/kubelet/kubelet.hpp"
#include "actors/kubelet/machine.hpp"
#include "actors/kubelet/pod_files.hpp"
#include "policies/oci/log_line.hpp"
#include <caf/send.hpp>
#include <filesystem>
#include <fmt/format.h>
#include <sstream>

namespace troupe::actors::kubelet::testing {

using runtime::eventually;
using namespace std::chrono_literals;

inline constexpr const char* mirrored[] = {"pods", "configmaps", "secrets", "services"};

/// The fake API as one actor, so that all threads may use it. The test puts objects by (write_atom, resource, object),
/// removes them by (remove_atom, resource, key text) and reads them by (read_atom, "resource/ns/name").
struct cluster_state {
  static inline const char* name = "fake_cluster";
  fake_cluster data;
};
inline caf::behavior cluster_behavior(stateful<cluster_state>* self) {
  auto* d = &self->state.data;
  return {
    [d](call_atom, const shared<apiserver::call>& c) { return share(d->answer(*c)); },
    [self, d](watch_atom, const caf::actor& who, std::uint32_t kind) {
      mirror::update first;
      first.type.resource = mirrored[kind];
      first.replace = true;
      for (auto& [key, object] : d->objects)
        if (key.starts_with(std::string(mirrored[kind]) + "/")) first.changes.push_back({{}, object});
      d->watchers[kind].push_back(who);
      self->send(who, changed_atom::value, share(std::move(first)));
    },
    [d](write_atom, const std::string& resource, const object_handle& object) { d->put(resource, object->body()); },
    [d](read_atom, const std::string& key) {
      auto found = d->objects.find(key);
      return object_handle(found == d->objects.end() ? nullptr : found->second);
    },
  };
}
struct mirror_state { static inline const char* name = "fake_mirror"; };
inline caf::behavior mirror_behavior(stateful<mirror_state>* self, caf::actor cluster, std::uint32_t kind) {
  return {[=](watch_atom, const caf::actor& who, const std::string&) {
    self->send(cluster, watch_atom::value, who, kind);
  }};
}

/// A kubelet on the embedded runtime of this machine.
struct embedded : runtime::machine_fixture {
  std::vector<caf::actor> actors;
  caf::actor cluster, agent;
  directory::directory_actor dir;
  kubelet_config k;

  void SetUp() override {
    machine_fixture::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    dir = system->spawn(directory::directory);
    cluster = system->spawn(cluster_behavior);
    offer("apiserver", cluster);
    for (std::uint32_t i = 0; i < 4; ++i)
      offer(std::string("mirror/") + mirrored[i], system->spawn(mirror_behavior, cluster, i));
    k.facts = machine_facts(directory);
    k.facts.name = "n1";
    k.facts.addresses = {"192.0.2.1"};
    k.dns.servers = {"10.96.0.10"};
    k.pods_dir = machine_fixture::directory + "/pods";
    k.logs_dir = machine_fixture::directory + "/logs";
    k.seccomp_dir = machine_fixture::directory + "/seccomp";
    configure();
    k.prober = keep(spawn_socket_prober(*system, *env, 1));
    k.disk = keep(spawn_blocking(*system, *env, disk));
    k.sources = keep(system->spawn(sources, dir));
    start();
  }
  /// For tests that need other settings.
  virtual void configure() {}
  void TearDown() override {
    if (system) {
      stop();
      for (auto& a : actors) end(a);
      if (dir) end(caf::actor_cast<caf::actor>(dir));
      actors.clear();
      cluster = nullptr;
      dir = nullptr;
      k = {};
      remove_tree(machine_fixture::directory + "/pods");
    }
    machine_fixture::TearDown();
  }
  template <class Handle> Handle keep(Handle h) {
    actors.push_back(caf::actor_cast<caf::actor>(h));
    return h;
  }
  void offer(const std::string& role, const caf::actor& a) {
    keep(a);
    caf::anon_send(dir, offer_atom::value, role, caf::actor_cast<caf::strong_actor_ptr>(a));
  }
  void end(const caf::actor& a) {
    (*self)->monitor(a);
    caf::anon_send_exit(a, caf::exit_reason::kill);
    (*self)->receive([](caf::down_msg&) {});
  }
  void start() {
    k.runtime = runtime;
    agent = caf::actor_cast<caf::actor>(system->spawn(kubelet, env, dir, k));
  }
  void stop() {
    if (agent) end(agent);
    agent = nullptr;
    k.runtime = {};
  }
  void put(const std::string& resource, std::string_view json) {
    caf::anon_send(cluster, write_atom::value, resource, object_handle(api::object::parse(json)));
  }
  api::object_ptr read(const std::string& key) {
    api::object_ptr out;
    (*self)
        ->request(cluster, 10s, read_atom::value, key)
        .receive([&](object_handle& o) { out = o; }, [](caf::error&) { FAIL(); });
    return out;
  }
  api::json::value status(const std::string& pod, std::initializer_list<std::string_view> where) {
    auto p = read("pods/default/" + pod);
    auto* found = p ? api::find(p->status(), where) : nullptr;
    return found ? *found : api::json::value(nullptr);
  }
  bool becomes(const std::string& pod, std::string_view phase) {
    return eventually([&] { return status(pod, {"phase"}) == api::json::value(phase); });
  }
  void pod(const std::string& name, const std::string& container, const std::string& spec = "") {
    put("pods",
        fmt::format(R"({{"apiVersion":"v1","kind":"Pod","metadata":{{"name":"{0}","namespace":"default","uid":"u-{0}"}},
      "spec":{{"nodeName":"n1","terminationGracePeriodSeconds":1,{2} "containers":[{{"name":"app","image":"busybox:1.35","imagePullPolicy":"IfNotPresent",{1}}}]}},
      "status":{{"phase":"Pending"}}}})",
                    name, container, spec));
  }
  void remove_pod(const std::string& name) {
    auto body = read("pods/default/" + name)->body();
    api::set_at(body, {"metadata", "deletionTimestamp"}, "2026-01-01T00:00:00Z");
    api::set_at(body, {"metadata", "deletionGracePeriodSeconds"}, 1);
    caf::anon_send(cluster, write_atom::value, std::string("pods"), object_handle(api::object::make(std::move(body))));
  }
  /// What the container wrote, without what its log adds.
  std::string said(const std::string& pod, int attempt = 0) {
    std::string out;
    policies::oci::log_formatter formatter({});
    std::istringstream lines(log(pod, attempt));
    for (std::string line; std::getline(lines, line);) formatter.append(line, out);
    return out;
  }
  std::string log(const std::string& pod, int attempt = 0) {
    return text_of_file(
        fmt::format("{0}/logs/default_{1}_u-{1}/app/{2}.log", machine_fixture::directory, pod, attempt));
  }
};

} // namespace troupe::actors::kubelet::testing
