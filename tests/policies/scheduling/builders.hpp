#pragma once
#include "policies/scheduling/algorithm.hpp"
#include <gtest/gtest.h>

/// Pods, nodes and clusters of tests: a case shows only what matters to it.
namespace troupe::policies::scheduling {

inline api::json::value from_json(std::string_view text) { return api::json::parse(text); }

/// A pod "default/<name>"; `spec` and `status` are JSON objects.
inline pod_ptr pod(std::string_view name, std::string_view spec = "{}", std::string_view status = "{}") {
  return make_pod_info(
      api::object::make({{"apiVersion", "v1"},
                         {"kind", "Pod"},
                         {"metadata", {{"name", name}, {"namespace", "default"}, {"uid", "uid-" + std::string(name)}}},
                         {"spec", from_json(spec)},
                         {"status", from_json(status)}}));
}

inline std::string requesting(std::string_view cpu, std::string_view memory = "0", int priority = 0) {
  return api::json::serialize(api::json::object{
      {"priority", priority},
      {"containers",
       api::json::array{api::json::object{
           {"name", "c"}, {"image", "app:1"}, {"resources", {{"requests", {{"cpu", cpu}, {"memory", memory}}}}}}}}});
}

struct node_text {
  std::string name = "n1";
  std::string spec = "{}";
  std::string labels = "{}";
  std::string allocatable = R"({"cpu":"4","memory":"8Gi","pods":"110","ephemeral-storage":"10Gi"})";
  std::string images = "[]";
};
inline api::object_ptr node_object(const node_text& t) {
  return api::object::make({{"apiVersion", "v1"},
                            {"kind", "Node"},
                            {"metadata", {{"name", t.name}, {"labels", from_json(t.labels)}}},
                            {"spec", from_json(t.spec)},
                            {"status", {{"allocatable", from_json(t.allocatable)}, {"images", from_json(t.images)}}}});
}
inline node_info node(const node_text& t = {}) {
  node_info out(t.name);
  out.set_object(node_object(t));
  return out;
}

/// What one plugin's filter says, after its pre-filter.
inline status filtered(const plugin& p, const pod_info& pod, const node_info& n) {
  static const cluster empty;
  cycle c{pod, empty, {}, {}};
  if (p.pre_filter) {
    auto s = p.pre_filter(c);
    if (s.skipped()) return {};
    if (!s.ok()) return s;
  }
  return p.filter ? p.filter(c, n) : status();
}
inline std::string reason(const status& s) { return s.reasons().empty() ? "" : s.reasons().front(); }

} // namespace troupe::policies::scheduling
