#include "policies/inspection/why.hpp"
#include <algorithm>
#include <array>
#include <cctype>
#include <fmt/format.h>

namespace troupe::policies::inspection {

namespace {

namespace json = api::json;

const json::object* condition(const json::object& o, std::string_view type) {
  if (auto* all = api::array_at(o, {"status", "conditions"}))
    for (auto& c : *all)
      if (api::string_at(c, {"type"}) == type) return c.if_object();
  return nullptr;
}
bool has(const json::object& o, std::string_view type, std::string_view status) {
  auto* c = condition(o, type);
  return c && api::string_at(*c, {"status"}) == status;
}
bool is(const json::object& o, std::string_view kind) { return api::string_at(o, {"kind"}) == kind; }

/// Collects what one object says; says the same only once.
struct witness {
  const evidence& e;
  std::vector<reason>& out;

  void say(std::string_view code, std::string text) {
    reason r{name_of(e.object), std::string(code), std::move(text)};
    if (std::find(out.begin(), out.end(), r) == out.end()) out.push_back(std::move(r));
  }
  /// The condition in its own words, if it has that status.
  bool say_condition(std::string_view type, std::string_view status) {
    if (!has(e.object, type, status)) return false;
    auto& c = *condition(e.object, type);
    auto code = api::string_at(c, {"reason"}), text = api::string_at(c, {"message"});
    say(code.empty() ? type : code,
        text.empty() ? fmt::format("the condition {} is {}", type, status) : std::string(text));
    return true;
  }
  /// The newest warning with that reason, or any.
  void say_warning() {
    const json::object* newest = nullptr;
    std::string_view at;
    for (auto& event : e.events) {
      if (api::string_at(event, {"type"}) != "Warning") continue;
      auto time = std::max({api::string_at(event, {"lastTimestamp"}), api::string_at(event, {"eventTime"}),
                            api::string_at(event, {"series", "lastObservedTime"})});
      if (!newest || time >= at) {
        newest = &event;
        at = time;
      }
    }
    if (newest) say(api::string_at(*newest, {"reason"}), std::string(api::string_at(*newest, {"message"})));
  }
};

void deletion(witness& w) {
  auto& o = w.e.object;
  std::size_t before = w.out.size();
  auto since = api::string_at(o, {"metadata", "deletionTimestamp"});
  if (auto* finalizers = api::array_at(o, {"metadata", "finalizers"}))
    for (auto& f : *finalizers) {
      std::string name = f.is_string() ? std::string(f.get_string()) : json::serialize(f);
      if (name == "foregroundDeletion") {
        for (auto& child : w.e.children) w.say("Dependent", fmt::format("{} has to go first", name_of(child)));
        continue;
      }
      w.say("Finalizer", fmt::format("whoever put the finalizer {} there since {} has not taken it off", name, since));
    }
  if (is(o, "Namespace")) {
    for (auto* type : {"NamespaceDeletionDiscoveryFailure", "NamespaceDeletionContentFailure",
                       "NamespaceContentRemaining", "NamespaceFinalizersRemaining"})
      w.say_condition(type, "True");
    for (auto& child : w.e.children) w.say("ContentRemaining", fmt::format("{} is still there", name_of(child)));
  }
  auto node = api::string_at(o, {"spec", "nodeName"});
  if (is(o, "Pod") && !node.empty()) {
    if (w.e.node.empty())
      w.say("NodeGone", fmt::format("the node {} does not exist, so nobody ends its containers", node));
    else if (!has(w.e.node, "Ready", "True"))
      w.say("NodeNotReady", fmt::format("the node {} does not confirm that the containers have ended", node));
    else if (w.out.size() == before)
      w.say("Terminating", fmt::format("the kubelet of {} ends its containers; they have {} s from {} on", node,
                                       api::int_at(o, {"metadata", "deletionGracePeriodSeconds"}), since));
  }
  w.say_warning();
  if (w.out.size() == before) w.say("Terminating", fmt::format("it is being deleted since {}", since));
}

bool container(witness& w, const json::value& c) {
  auto name = api::string_at(c, {"name"});
  if (auto code = api::string_at(c, {"state", "waiting", "reason"}); !code.empty()) {
    auto text = api::string_at(c, {"state", "waiting", "message"});
    auto last = api::object_at(c, {"lastState", "terminated"});
    std::string before;
    if (last)
      before = fmt::format("; it ended with {} ({})", api::int_at(*last, {"exitCode"}),
                           api::string_at(*last, {"reason"}));
    w.say(code, fmt::format("container {}: {}{}", name, text.empty() ? "waits" : text, before));
    return true;
  }
  auto* ended = api::object_at(c, {"state", "terminated"});
  if (ended && api::int_at(*ended, {"exitCode"}) != 0) {
    w.say(api::string_at(*ended, {"reason"}, "Error"),
          fmt::format("container {} ended with {}", name, api::int_at(*ended, {"exitCode"})));
    return true;
  }
  return false;
}

void pod(witness& w) {
  auto& o = w.e.object;
  if (api::string_at(o, {"spec", "nodeName"}).empty()) {
    if (!w.say_condition("PodScheduled", "False"))
      w.say("NotScheduled", "no scheduler has looked at it yet");
    return;
  }
  auto node = api::string_at(o, {"spec", "nodeName"});
  if (w.e.node.empty()) w.say("NodeGone", fmt::format("the node {} does not exist", node));
  else if (!has(w.e.node, "Ready", "True")) w.say("NodeNotReady", fmt::format("the node {} is not ready", node));
  bool told = false;
  for (auto* list : {"initContainerStatuses", "containerStatuses"})
    if (auto* all = api::array_at(o, {"status", list}))
      for (auto& c : *all) {
        bool idle = api::string_at(c, {"state", "waiting", "reason"}) == "PodInitializing";
        told = (!idle && container(w, c)) || told;
      }
  if (api::string_at(o, {"status", "phase"}) == "Failed" && !told)
    w.say(api::string_at(o, {"status", "reason"}, "Failed"), std::string(api::string_at(o, {"status", "message"})));
  if (!told && !w.say_condition("Initialized", "False")) w.say_condition("ContainersReady", "False");
  if (has(o, "ContainersReady", "True")) w.say_condition("Ready", "False");
  w.say_warning();
}

void workload(witness& w) {
  auto& o = w.e.object;
  if (api::bool_at(o, {"spec", "paused"})) w.say("Paused", "its rollout is paused");
  if (api::int_at(o, {"metadata", "generation"}) > api::int_at(o, {"status", "observedGeneration"}))
    w.say("NotObserved", "its controller has not seen its newest specification yet");
  w.say_condition("ReplicaFailure", "True");
  w.say_condition("Failed", "True");
  w.say_condition("Progressing", "False");
  w.say_condition("Available", "False");
  auto wanted = api::int_at(o, {"spec", "replicas"}, 1);
  auto* ready = api::find(o, {"status", "readyReplicas"});
  if (api::find(o, {"spec", "replicas"}) && api::int_at(o, {"status", "readyReplicas"}) < wanted)
    w.say("NotReady", fmt::format("{} of {} pods are ready", ready ? json::serialize(*ready) : "0", wanted));
  w.say_warning();
}

void claim(witness& w) {
  auto& o = w.e.object;
  auto phase = api::string_at(o, {"status", "phase"}, "Pending");
  if (phase == "Bound") return;
  auto volume = api::string_at(o, {"spec", "volumeName"});
  auto type = api::string_at(o, {"spec", "storageClassName"});
  if (!volume.empty()) w.say(phase, fmt::format("it waits for the volume {}", volume));
  else if (type.empty()) w.say(phase, "it has no storage class, so it waits for a volume that somebody makes");
  else w.say(phase, fmt::format("no volume of the storage class {} is bound to it", type));
  for (auto& event : w.e.events) {
    auto code = api::string_at(event, {"reason"});
    if (code == "WaitForFirstConsumer" || code == "ExternalProvisioning")
      w.say(code, std::string(api::string_at(event, {"message"})));
  }
  w.say_warning();
}

void node(witness& w) {
  if (!w.say_condition("Ready", "False") && !w.say_condition("Ready", "Unknown") && !condition(w.e.object, "Ready"))
    w.say("NotReady", "its kubelet has never reported");
  for (auto* type : {"MemoryPressure", "DiskPressure", "PIDPressure", "NetworkUnavailable"})
    w.say_condition(type, "True");
  if (api::bool_at(w.e.object, {"spec", "unschedulable"})) w.say("Unschedulable", "it is cordoned");
}

void add(const evidence& e, std::vector<reason>& out) {
  witness w{e, out};
  auto& o = e.object;
  if (api::find(o, {"metadata", "deletionTimestamp"})) deletion(w);
  else if (settled(o)) return;
  else if (is(o, "Pod")) pod(w);
  else if (is(o, "PersistentVolumeClaim")) claim(w);
  else if (is(o, "Node")) node(w);
  else workload(w);
  for (auto& each : e.below) add(each, out);
}

} // namespace

std::string name_of(const json::object& object) {
  std::string kind(api::string_at(object, {"kind"}));
  for (auto& c : kind) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return kind + "/" + std::string(api::string_at(object, {"metadata", "name"}));
}

bool settled(const json::object& o) {
  if (api::find(o, {"metadata", "deletionTimestamp"})) return false;
  if (is(o, "Pod")) return api::string_at(o, {"status", "phase"}) == "Succeeded" || has(o, "Ready", "True");
  if (is(o, "PersistentVolumeClaim") || is(o, "PersistentVolume")) {
    auto phase = api::string_at(o, {"status", "phase"});
    return phase == "Bound" || phase == "Available";
  }
  if (is(o, "Node")) return has(o, "Ready", "True") && !api::bool_at(o, {"spec", "unschedulable"});
  if (is(o, "Job")) return has(o, "Complete", "True");
  auto* wanted = api::find(o, {"spec", "replicas"});
  if (!wanted) return !api::find(o, {"status", "conditions"}) || !has(o, "Available", "False");
  auto replicas = api::int_at(o, {"spec", "replicas"});
  bool seen = api::int_at(o, {"metadata", "generation"}) <= api::int_at(o, {"status", "observedGeneration"});
  bool newest = !is(o, "Deployment") || api::int_at(o, {"status", "updatedReplicas"}) >= replicas;
  return seen && newest && api::int_at(o, {"status", "readyReplicas"}) >= replicas &&
         !has(o, "ReplicaFailure", "True");
}

std::vector<reason> why(const evidence& e) {
  std::vector<reason> out;
  add(e, out);
  return out;
}

} // namespace troupe::policies::inspection
