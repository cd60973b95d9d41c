#pragma once
#include "actors/apiserver/interface.hpp"
#include <string>
#include <string_view>

/// Calls that components inside the process make of the API, under an identity of their own. Send them with
/// `self->request(apiserver, timeout, call_atom::value, create(...)).then([](shared<reply>&) …, [](caf::error&) …)`.
namespace troupe::actors::apiserver {

/// Where a call goes: group, version and plural of a resource, as `{"apps", "v1", "deployments"}`.
struct resource_path {
  std::string group, version, resource;
};

/// A member of `system:masters`: bootstrap and tests only.
[[nodiscard]] user admin();
/// A control-plane component: "system:kube-scheduler" and the like.
[[nodiscard]] user component(std::string_view name);
/// A kubelet: "system:node:<name>" of group "system:nodes".
[[nodiscard]] user node(std::string_view name);

using call_ptr = shared<call>;

[[nodiscard]] call_ptr get(const user& who, const resource_path& at, const api::object_key& key);
[[nodiscard]] call_ptr list(const user& who, const resource_path& at, std::string_view ns = {});
/// `object` brings its namespace and its name or generateName. With a `subresource`, the object's own name is used
/// for the parent unless `parent` is given.
[[nodiscard]] call_ptr create(const user& who, const resource_path& at, api::json::object object);
[[nodiscard]] call_ptr create_subresource(const user& who, const resource_path& at, const api::object_key& parent,
                                          std::string_view subresource, api::json::object object);
/// Replaces the object, or its `subresource` ("status"). A `metadata.resourceVersion` in it must be the current one.
[[nodiscard]] call_ptr update(const user& who, const resource_path& at, api::json::object object,
                              std::string_view subresource = {});
/// JSON merge patch (RFC 7386). A `metadata.resourceVersion` or `metadata.uid` in it is a precondition.
[[nodiscard]] call_ptr merge_patch(const user& who, const resource_path& at, const api::object_key& key,
                                   const api::json::object& patch, std::string_view subresource = {});
/// Strategic merge patch.
[[nodiscard]] call_ptr strategic_patch(const user& who, const resource_path& at, const api::object_key& key,
                                       const api::json::object& patch, std::string_view subresource = {});
/// `options` is a meta/v1 DeleteOptions document: gracePeriodSeconds, preconditions, propagationPolicy.
[[nodiscard]] call_ptr remove(const user& who, const resource_path& at, const api::object_key& key,
                              api::json::object options = {});

} // namespace troupe::actors::apiserver
