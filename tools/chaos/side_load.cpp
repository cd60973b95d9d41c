#include "tools/chaos/simulated_run.hpp"
#include <fmt/format.h>

// Load beside the registers and rollouts: watches through the API servers, objects with finalizers, and pods that
// belong to somebody else.
namespace troupe::tools::chaos {

namespace apiserver = actors::apiserver;
namespace json = api::json;
namespace simulation = actors::simulation;

namespace {

const apiserver::resource_path config_maps{"", "v1", "configmaps"}, pods{"", "v1", "pods"},
  replica_sets{"apps", "v1", "replicasets"};
const api::group_resource config_map_type{"", "configmaps"};

constexpr std::uint64_t deletion_delay_ms = 500, release_delay_ms = 3'000;

json::object config_map(const std::string& name) {
  return {{"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"metadata", {{"name", name}, {"namespace", "default"}}}};
}

json::object crowd_pod() {
  return {{"metadata", {{"labels", {{"app", "crowd"}}}}},
          {"spec", {{"containers", {{{"name", "main"}, {"image", "crowd:1"}}}}}}};
}

} // namespace

void simulated_run::prepare_side_load() {
  watchers_.resize(scenario_.load.watches.clients);
  for (std::size_t n = 0; n < watchers_.size(); ++n) move_watcher(n);
  if (scenario_.load.guards.every_ms > 0) at(begin_ms_ + scenario_.load.guards.every_ms, [this] { guard(1); });
  if (scenario_.load.strangers.pods > 0) place_strangers();
}

/// To any server that is up; it resumes where it was.
void simulated_run::move_watcher(std::size_t number) {
  auto& w = watchers_[number];
  auto every = scenario_.load.watches.every_ms;
  at(now_ms() + every / 2 + chance_.below(every + 1), [=, this] { move_watcher(number); });
  auto* h = server();
  if (!h) return;
  auto listener = std::make_shared<simulation::follower_listener>();
  listener->listed = [this, number](std::int64_t revision) {
    auto& me = watchers_[number];
    me.from = me.seen = revision;
    me.told.clear();
  };
  listener->changed = [this, number](const actors::watch_cache::cached_event& e) {
    auto& me = watchers_[number];
    if (e.revision < me.seen)
      hold("watches", fmt::format("watch {} of config maps told revision {} after {}", number, e.revision, me.seen));
    me.seen = std::max(me.seen, e.revision);
    me.told.emplace_back(e.revision, std::string(e.after->name()));
    ++report_.watched;
  };
  w.listener = listener;
  simulation::follow(*h, config_map_type, w.seen, w.listener);
}

/// An object with a finalizer comes, is deleted, and goes only when the finalizer is taken away.
void simulated_run::guard(std::uint64_t number) {
  auto name = fmt::format("guarded-{}", number);
  auto key = "/registry/configmaps/default/" + name;
  auto object = config_map(name);
  object["metadata"].as_object()["finalizers"].emplace_array().emplace_back("troupe.dev/guard");
  guarded_[key] = false;
  insist(apiserver::create(apiserver::admin(), config_maps, object), [=, this](const reply&) {
    at(now_ms() + deletion_delay_ms, [=, this] {
      insist(apiserver::remove(apiserver::admin(), config_maps, {"default", name}), [=, this](const reply&) {
        at(now_ms() + release_delay_ms, [=, this] {
          guarded_[key] = true;
          json::object patch{{"metadata", {{"finalizers", nullptr}}}};
          insist(apiserver::merge_patch(apiserver::admin(), config_maps, {"default", name}, patch));
        });
      });
    });
  });
  at(now_ms() + scenario_.load.guards.every_ms, [this, number] { guard(number + 1); });
}

/// A replica set, and pods with its labels that a config map controls.
void simulated_run::place_strangers() {
  json::object spec{{"replicas", 2}, {"selector", {{"matchLabels", {{"app", "crowd"}}}}}, {"template", crowd_pod()}};
  insist(apiserver::create(apiserver::admin(), replica_sets,
                           {{"apiVersion", "apps/v1"},
                            {"kind", "ReplicaSet"},
                            {"metadata", {{"name", "crowd"}, {"namespace", "default"}}},
                            {"spec", std::move(spec)}}));
  insist(apiserver::create(apiserver::admin(), config_maps, config_map("keeper")));
  insist(apiserver::get(apiserver::admin(), config_maps, {"default", "keeper"}), [this](const reply& r) {
    if (!r.ok() || !r.object) return at(now_ms() + 500, [this] { place_strangers(); });
    json::object owner{{"apiVersion", "v1"},
                       {"kind", "ConfigMap"},
                       {"name", "keeper"},
                       {"uid", r.object->uid()},
                       {"controller", true}};
    for (std::uint32_t n = 0; n < scenario_.load.strangers.pods; ++n) {
      auto pod = crowd_pod();
      pod["apiVersion"] = "v1";
      pod["kind"] = "Pod";
      auto& metadata = pod["metadata"].as_object();
      metadata["name"] = fmt::format("stranger-{}", n);
      metadata["namespace"] = "default";
      metadata["ownerReferences"].emplace_array().push_back(owner);
      insist(apiserver::create(apiserver::admin(), pods, std::move(pod)));
    }
  });
}

} // namespace troupe::tools::chaos
