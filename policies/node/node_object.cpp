#include "policies/node/node_object.hpp"
#include "policies/api/quantity.hpp"
#include <algorithm>
#include <fmt/format.h>

namespace troupe::policies::node {

namespace {

constexpr std::size_t images_max = 50;

api::json::object amounts(const node_facts& f, std::int64_t milli_cpu, std::int64_t memory) {
  using api::quantity;
  return {{"cpu", quantity::from_milli(milli_cpu).text()},
          {"ephemeral-storage", fmt::format("{}Ki", f.storage_bytes / 1024)},
          {"hugepages-1Gi", "0"},
          {"hugepages-2Mi", "0"},
          {"memory", fmt::format("{}Ki", memory / 1024)},
          {"pods", std::to_string(f.pods_max)}};
}

std::map<std::string, std::string> all_labels(const node_facts& f) {
  auto out = f.labels;
  out["kubernetes.io/hostname"] = f.name;
  out["kubernetes.io/arch"] = f.arch;
  out["kubernetes.io/os"] = "linux";
  out["beta.kubernetes.io/arch"] = f.arch;
  out["beta.kubernetes.io/os"] = "linux";
  return out;
}

const api::json::object* condition_of(const api::json::object& status, std::string_view type) {
  auto* all = api::array_at(status, {"conditions"});
  if (!all) return nullptr;
  for (auto& c : *all)
    if (api::string_at(c, {"type"}) == type) return c.if_object();
  return nullptr;
}

api::json::array conditions(const node_health& h, const api::json::object& present, api::time_point now) {
  struct row {
    const char* type;
    bool truth;
    std::string reason, message;
  };
  const row rows[] = {
    {"MemoryPressure", h.memory_pressure,
     h.memory_pressure ? "KubeletHasInsufficientMemory" : "KubeletHasSufficientMemory",
     h.memory_pressure ? "kubelet has insufficient memory available" : "kubelet has sufficient memory available"},
    {"DiskPressure", h.disk_pressure, h.disk_pressure ? "KubeletHasDiskPressure" : "KubeletHasNoDiskPressure",
     h.disk_pressure ? "kubelet has disk pressure" : "kubelet has no disk pressure"},
    {"PIDPressure", h.pid_pressure, h.pid_pressure ? "KubeletHasInsufficientPID" : "KubeletHasSufficientPID",
     h.pid_pressure ? "kubelet has insufficient PID available" : "kubelet has sufficient PID available"},
    {"Ready", h.problem.empty(), h.problem.empty() ? "KubeletReady" : "KubeletNotReady",
     h.problem.empty() ? "kubelet is posting ready status" : h.problem},
  };
  api::json::array out;
  for (auto& r : rows) {
    std::string_view status = r.truth ? "True" : "False";
    auto* before = condition_of(present, r.type);
    bool same = before && api::string_at(*before, {"status"}) == status;
    auto since = same ? std::string(api::string_at(*before, {"lastTransitionTime"})) : api::format_time(now);
    out.push_back(api::json::object{{"type", r.type},
                                    {"status", status},
                                    {"lastHeartbeatTime", api::format_time(now)},
                                    {"lastTransitionTime", since},
                                    {"reason", r.reason},
                                    {"message", r.message}});
  }
  return out;
}

api::json::array image_list(std::vector<node_image> images) {
  std::stable_sort(images.begin(), images.end(), [](auto& a, auto& b) { return a.size_bytes > b.size_bytes; });
  if (images.size() > images_max) images.resize(images_max);
  api::json::array out;
  for (auto& i : images) {
    api::json::array names;
    for (auto& n : i.names) names.emplace_back(n);
    out.push_back(api::json::object{{"names", std::move(names)}, {"sizeBytes", i.size_bytes}});
  }
  return out;
}

api::json::object without_heartbeats(const api::json::object& status) {
  auto out = status;
  if (auto* all = out.if_contains("conditions"); all && all->is_array())
    for (auto& c : all->get_array())
      if (auto* o = c.if_object()) o->erase("lastHeartbeatTime");
  return out;
}

} // namespace

api::json::object node_status(const node_facts& f, const node_health& health, std::vector<node_image> images,
                              const api::json::object& present, api::time_point now) {
  api::json::array addresses;
  for (auto& a : f.addresses) addresses.push_back(api::json::object{{"type", "InternalIP"}, {"address", a}});
  addresses.push_back(api::json::object{{"type", "Hostname"}, {"address", f.name}});
  return {{"capacity", amounts(f, f.milli_cpu, f.memory_bytes)},
          {"allocatable", amounts(f, std::max<std::int64_t>(0, f.milli_cpu - f.reserved_milli_cpu),
                                  std::max<std::int64_t>(0, f.memory_bytes - f.reserved_memory_bytes))},
          {"conditions", conditions(health, present, now)},
          {"addresses", std::move(addresses)},
          {"daemonEndpoints", {{"kubeletEndpoint", {{"Port", f.port}}}}},
          {"nodeInfo",
           {{"machineID", f.machine_id},
            {"systemUUID", f.system_uuid},
            {"bootID", f.boot_id},
            {"kernelVersion", f.kernel},
            {"osImage", f.os_image},
            {"containerRuntimeVersion", f.runtime},
            {"kubeletVersion", f.version},
            {"kubeProxyVersion", f.version},
            {"operatingSystem", "linux"},
            {"architecture", f.arch}}},
          {"images", image_list(std::move(images))}};
}

api::json::object node_object(const node_facts& f, const node_health& health, api::time_point now) {
  api::json::object labels, spec;
  for (auto& [key, value] : all_labels(f)) labels[key] = value;
  if (!f.pod_cidr.empty()) {
    spec["podCIDR"] = f.pod_cidr;
    spec["podCIDRs"] = api::json::array{api::json::value(f.pod_cidr)};
  }
  api::json::array taints;
  for (auto& t : f.taints) {
    auto colon = t.rfind(':');
    auto equals = t.find('=');
    auto key_end = std::min(colon, equals);
    api::json::object taint{{"key", t.substr(0, key_end)}};
    if (equals < colon) taint["value"] = t.substr(equals + 1, colon - equals - 1);
    taint["effect"] = colon == std::string::npos ? "NoSchedule" : t.substr(colon + 1);
    taints.push_back(std::move(taint));
  }
  if (!taints.empty()) spec["taints"] = std::move(taints);
  return {{"apiVersion", "v1"},
          {"kind", "Node"},
          {"metadata", {{"name", f.name}, {"labels", std::move(labels)}}},
          {"spec", std::move(spec)},
          {"status", node_status(f, health, {}, {}, now)}};
}

bool node_status_due(const api::json::object& before, const api::json::object& after, api::time_point reported,
                     api::time_point now, api::duration report_every) {
  if (now - reported >= report_every) return true;
  return !api::semantically_equal(without_heartbeats(before), without_heartbeats(after));
}

api::json::object node_label_changes(const node_facts& facts, const api::object& node) {
  api::json::object out;
  for (auto& [key, value] : all_labels(facts))
    if (api::string_at(node.labels(), {key}) != value || !node.labels().contains(key)) out[key] = value;
  return out;
}

api::json::object lease_object(std::string_view node, std::string_view uid, std::int64_t seconds, api::time_point now) {
  api::json::object metadata{{"name", node}, {"namespace", "kube-node-lease"}};
  if (!uid.empty())
    metadata["ownerReferences"] =
      api::json::array{api::json::object{{"apiVersion", "v1"}, {"kind", "Node"}, {"name", node}, {"uid", uid}}};
  return {{"apiVersion", "coordination.k8s.io/v1"},
          {"kind", "Lease"},
          {"metadata", std::move(metadata)},
          {"spec",
           {{"holderIdentity", node}, {"leaseDurationSeconds", seconds}, {"renewTime", api::format_micro_time(now)}}}};
}

} // namespace troupe::policies::node
