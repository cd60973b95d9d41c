#include "tools/inspect/gather.hpp"
#include "policies/schema/registry.hpp"
#include <algorithm>
#include <fmt/format.h>

namespace troupe::tools::inspect {

namespace {

namespace json = api::json;
using policies::inspection::evidence;
constexpr std::size_t children_max = 20; ///< of one object, looked into
constexpr int depth_max = 3;             ///< Deployment, ReplicaSet, Pod

struct reader {
  bench::api_client& cluster;

  /// Items of lists do not say what they are. What cannot be listed is left out: the rest tells as much.
  std::vector<json::object> list(const std::string& type, const std::string& ns, const std::string& query = {}) {
    auto* t = find_type(type);
    return t ? list(*t, ns, query) : std::vector<json::object>();
  }
  std::vector<json::object> list(const policies::schema::descriptor& type, const std::string& ns,
                                 const std::string& query = {}) {
    std::vector<json::object> out;
    auto found = cluster.get(path_of(type, ns) + (query.empty() ? "" : "?" + query));
    if (!found) return out;
    if (auto* items = api::array_at(*found, {"items"}))
      for (auto& item : *items)
        if (auto* o = item.if_object()) {
          out.push_back(*o);
          out.back()["kind"] = type.gvk.kind;
        }
    return out;
  }

  std::vector<json::object> owned(const std::string& type, const std::string& ns, std::string_view uid) {
    auto all = list(type, ns);
    std::erase_if(all, [&](auto& o) {
      auto* owners = api::array_at(o, {"metadata", "ownerReferences"});
      return !owners || std::none_of(owners->begin(), owners->end(),
                                     [&](auto& r) { return api::string_at(r, {"uid"}) == uid; });
    });
    return all;
  }

  std::vector<json::object> children(const json::object& o, const std::string& ns) {
    auto kind = api::string_at(o, {"kind"}), uid = api::string_at(o, {"metadata", "uid"});
    if (kind == "Deployment") return owned("replicasets.apps", ns, uid);
    if (kind == "CronJob") return owned("jobs.batch", ns, uid);
    for (auto* owner : {"ReplicaSet", "StatefulSet", "DaemonSet", "Job", "ReplicationController"})
      if (kind == owner) return owned("pods", ns, uid);
    if (kind == "Pod") return claims(o, ns);
    if (kind == "Namespace" && api::find(o, {"metadata", "deletionTimestamp"}))
      return content(std::string(api::string_at(o, {"metadata", "name"})));
    return {};
  }

  std::vector<json::object> claims(const json::object& pod, const std::string& ns) {
    std::vector<json::object> out;
    auto* type = find_type("persistentvolumeclaims");
    auto* volumes = api::array_at(pod, {"spec", "volumes"});
    if (!volumes || !type) return out;
    for (auto& v : *volumes) {
      auto name = api::string_at(v, {"persistentVolumeClaim", "claimName"});
      if (name.empty()) continue;
      if (auto found = cluster.get(path_of(*type, ns, name))) out.push_back(std::move(*found));
    }
    return out;
  }

  std::vector<json::object> content(const std::string& ns) {
    std::vector<json::object> out;
    for (auto& type : policies::schema::registry::builtin().all()) {
      bool newest = policies::schema::registry::builtin().find_stored(type.storage) == &type;
      if (!type.stored() || !type.namespaced || !newest) continue;
      auto some = list(type, ns, fmt::format("limit={}", children_max));
      out.insert(out.end(), some.begin(), some.end());
    }
    return out;
  }

  evidence read(json::object o, const std::string& ns, int depth) {
    evidence e;
    auto uid = std::string(api::string_at(o, {"metadata", "uid"}));
    e.events = list("events", ns.empty() ? "default" : ns, "fieldSelector=involvedObject.uid%3D" + uid);
    if (auto node = api::string_at(o, {"spec", "nodeName"}); !node.empty())
      if (auto found = cluster.get(path_of(*find_type("nodes"), {}, node))) e.node = std::move(*found);
    e.children = children(o, ns);
    bool whole = api::string_at(o, {"kind"}) != "Namespace";
    if (whole && depth < depth_max)
      for (auto& child : e.children) {
        if (e.below.size() == children_max) break;
        e.below.push_back(read(child, ns, depth + 1));
      }
    e.object = std::move(o);
    return e;
  }
};

} // namespace

bench::api_result<evidence> gather(bench::api_client& cluster, const target& of, const std::string& ns) {
  auto found = cluster.get(path_of(*of.type, ns, of.name));
  if (!found) return tl::make_unexpected(found.error());
  (*found)["kind"] = of.type->gvk.kind;
  return reader{cluster}.read(std::move(*found), of.type->namespaced ? ns : std::string(), 1);
}

} // namespace troupe::tools::inspect
