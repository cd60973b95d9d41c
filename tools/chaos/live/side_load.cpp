#include "tools/chaos/live/live_run.hpp"
#include <fmt/format.h>

// Load beside the registers and rollouts: objects with finalizers, and pods that belong to somebody else.
namespace troupe::tools::chaos::live {

namespace json = api::json;

namespace {

constexpr std::uint64_t deletion_delay_ms = 500, release_delay_ms = 3'000, again_ms = 500;
const std::string config_maps = "/api/v1/namespaces/default/configmaps", pods = "/api/v1/namespaces/default/pods",
                  replica_sets = "/apis/apps/v1/namespaces/default/replicasets",
                  guarded_keys = "/registry/configmaps/default/";

json::object config_map(const std::string& name) {
  return {{"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"metadata", {{"name", name}}}};
}

json::object crowd_pod() {
  return {{"metadata", {{"labels", {{"app", "crowd"}}}}},
          {"spec", {{"containers", {{{"name", "main"}, {"image", "crowd:1"}}}}}}};
}

} // namespace

void live_run::prepare_side_load() {
  if (scenario_.load.guards.every_ms > 0) at(report_.begin_ms + scenario_.load.guards.every_ms, [this] { guard(1); });
  if (scenario_.load.strangers.pods > 0) place_strangers();
}

/// An object with a finalizer comes, is deleted, and goes only when the finalizer is taken away.
void live_run::guard(std::uint64_t number) {
  if (!working_) return;
  auto name = fmt::format("guarded-{}", number);
  auto object = config_map(name);
  object["metadata"].as_object()["finalizers"].emplace_array().emplace_back("troupe.dev/guard");
  released_ms_.try_emplace(guarded_keys + name, 0);
  insist({"POST", config_maps, json::serialize(object)}, [=, this](const reply&) {
    at(now_ms() + deletion_delay_ms, [=, this] {
      insist({"DELETE", config_maps + "/" + name, {}}, [=, this](const reply&) {
        at(now_ms() + release_delay_ms, [=, this] { release(name); });
      });
    });
  });
  at(now_ms() + scenario_.load.guards.every_ms, [this, number] { guard(number + 1); });
}

void live_run::release(const std::string& name) {
  auto& released = released_ms_[guarded_keys + name];
  if (released == 0) released = now_ms();
  insist({"PATCH", config_maps + "/" + name, R"({"metadata":{"finalizers":null}})", "application/merge-patch+json"});
}

/// A request of before, which was late, may have made one anew.
void live_run::release_all() {
  for (auto& [key, released] : released_ms_)
    if (released > 0) release(key.substr(guarded_keys.size()));
}

/// A replica set, and pods with its labels that a config map controls.
void live_run::place_strangers() {
  json::object spec{{"replicas", 2}, {"selector", {{"matchLabels", {{"app", "crowd"}}}}}, {"template", crowd_pod()}};
  insist({"POST", replica_sets,
          json::serialize(json::object{{"apiVersion", "apps/v1"},
                                       {"kind", "ReplicaSet"},
                                       {"metadata", {{"name", "crowd"}}},
                                       {"spec", std::move(spec)}})});
  insist({"POST", config_maps, json::serialize(config_map("keeper"))}, [this](const reply&) { own_strangers(); });
}

void live_run::own_strangers() {
  insist({.path = config_maps + "/keeper"}, [this](const reply& r) {
    // The server that is asked may not have seen it yet.
    if (!r.ok()) return at(now_ms() + again_ms, [this] { own_strangers(); });
    json::object owner{{"apiVersion", "v1"},
                       {"kind", "ConfigMap"},
                       {"name", "keeper"},
                       {"uid", api::string_at(r.body, {"metadata", "uid"})},
                       {"controller", true}};
    for (std::uint32_t n = 0; n < scenario_.load.strangers.pods; ++n) {
      auto pod = crowd_pod();
      pod["apiVersion"] = "v1";
      pod["kind"] = "Pod";
      auto& metadata = pod["metadata"].as_object();
      metadata["name"] = fmt::format("stranger-{}", n);
      metadata["ownerReferences"].emplace_array().push_back(owner);
      insist({"POST", pods, json::serialize(pod)});
    }
  });
}

} // namespace troupe::tools::chaos::live
