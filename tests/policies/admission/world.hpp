#pragma once
#include "policies/admission/chain.hpp"
#include "policies/admission/resource_quota.hpp"
#include <gtest/gtest.h>
#include <map>

namespace troupe::policies::admission {

inline api::json::object parse(std::string_view text) { return api::json::parse(text).as_object(); }
inline api::object_ptr make(std::string_view text) { return api::object::make(parse(text)); }

/// What plugins can look up, and a request about it.
struct world : lookup {
  std::map<std::string, api::object_ptr, std::less<>> namespaces{
      {"n", make(R"({"metadata":{"name":"n"},"status":{"phase":"Active"}})")}};
  std::map<std::string, api::object_ptr, std::less<>> accounts{
      {"default", make(R"({"metadata":{"name":"default","namespace":"n"}})")}};
  std::map<std::string, api::object_ptr, std::less<>> pods, nodes;
  std::vector<api::object_ptr> ranges, quotas, priorities, storages, ingresses;

  static api::object_ptr at(const auto& map, std::string_view name) {
    auto found = map.find(name);
    return found == map.end() ? nullptr : found->second;
  }
  api::object_ptr namespace_named(std::string_view name) const override { return at(namespaces, name); }
  api::object_ptr service_account(std::string_view, std::string_view name) const override { return at(accounts, name); }
  api::object_ptr pod(std::string_view, std::string_view name) const override { return at(pods, name); }
  api::object_ptr node(std::string_view name) const override { return at(nodes, name); }
  api::object_ptr priority_class(std::string_view name) const override {
    for (auto& p : priorities)
      if (p->name() == name) return p;
    return nullptr;
  }
  std::vector<api::object_ptr> limit_ranges(std::string_view) const override { return ranges; }
  std::vector<api::object_ptr> resource_quotas(std::string_view) const override { return quotas; }
  std::vector<api::object_ptr> priority_classes() const override { return priorities; }
  std::vector<api::object_ptr> storage_classes() const override { return storages; }
  std::vector<api::object_ptr> ingress_classes() const override { return ingresses; }

  // The request: by default the creation of a pod.
  request req{.resource = {"", "pods"}, .kind = {"", "v1", "Pod"}, .ns = "n"};
  api::json::object body, before;
  std::uint64_t seed = 1;
  std::function<std::uint64_t()> random = [this] { return seed = seed * 6364136223846793005u + 1442695040888963407u; };

  world() {
    req.random = &random;
    req.now = *api::parse_time("2026-01-01T12:00:00Z");
    set(R"({"metadata":{"name":"p","namespace":"n"},"spec":{"containers":[{"name":"c"}]}})");
  }
  void set(std::string_view text) {
    body = parse(text);
    req.object = &body;
  }
  void set_old(std::string_view text) {
    before = parse(text);
    req.old = &before;
  }
  void about(std::string group, std::string resource, std::string kind) {
    req.resource = {group, resource};
    req.kind = {group, "v1", kind};
  }
  std::string mutated() {
    auto out = mutate(req, *this);
    return out ? "" : out.error().message;
  }
  std::string checked() {
    auto out = check(req, *this);
    return out ? "" : out.error().message;
  }
  std::string at_path(api::path where) const {
    auto* found = api::find(body, where);
    return found ? api::json::serialize(*found) : "-";
  }
};

} // namespace troupe::policies::admission
