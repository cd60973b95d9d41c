#include "policies/admission/plugins.hpp"
#include "policies/authorization/pod_references.hpp"
#include <algorithm>
#include <fmt/format.h>
#include <optional>

namespace troupe::policies::admission {

namespace {

using authorization::on_name;

/// The node that asks; nothing for other users, and an empty name for a node without one.
std::optional<std::string_view> asking_node(const user& by) {
  constexpr std::string_view prefix = "system:node:";
  bool member = std::find(by.groups.begin(), by.groups.end(), "system:nodes") != by.groups.end();
  if (!member || !by.name.starts_with(prefix)) return {};
  return std::string_view(by.name).substr(prefix.size());
}

bool same(const request& req, std::initializer_list<std::string_view> where) {
  static const json::value nothing;
  auto *now = api::find(*req.object, where), *before = api::find(*req.old, where);
  return api::semantically_equal(now ? *now : nothing, before ? *before : nothing);
}

/// The operation as Kubernetes writes it.
std::string_view word(operation what) {
  switch (what) {
    case operation::create: return "CREATE";
    case operation::update: return "UPDATE";
    case operation::remove: return "DELETE";
    case operation::connect: return "CONNECT";
  }
  return "";
}

std::string_view node_of(const json::object* pod) {
  return pod ? api::string_at(*pod, {"spec", "nodeName"}) : std::string_view();
}

/// A mirror pod belongs to its node, so that it goes with it.
outcome check_owner(const request& req, const lookup& view, std::string_view node) {
  auto* owners = api::array_at(*req.object, {"metadata", "ownerReferences"});
  if (owners && owners->size() > 1)
    return refuse(req,
                  fmt::format("node \"{}\" can only create pods with a single owner reference set to itself", node));
  auto* owner = owners && !owners->empty() ? owners->front().if_object() : nullptr;
  if (!owner || api::string_at(*owner, {"apiVersion"}) != "v1" || api::string_at(*owner, {"kind"}) != "Node" ||
      api::string_at(*owner, {"name"}) != node)
    return refuse(req, fmt::format("node \"{}\" can only create pods with an owner reference set to itself", node));
  if (!api::bool_at(*owner, {"controller"}))
    return refuse(
        req, fmt::format("node \"{}\" can only create pods with a controller owner reference set to itself", node));
  if (api::bool_at(*owner, {"blockOwnerDeletion"}))
    return refuse(req, fmt::format("node \"{}\" must not set blockOwnerDeletion on an owner reference", node));
  auto object = view.node(node);
  if (!object) return api::failure(api::not_found({"", "nodes"}, node));
  if (auto uid = api::string_at(*owner, {"uid"}); uid != object->uid())
    return refuse(req, fmt::format("node {} UID mismatch: expected {} got {}", node, uid, object->uid()));
  return {};
}

bool projects(const json::object& pod, std::string_view kind) {
  if (auto* volumes = api::array_at(pod, {"spec", "volumes"}))
    for (auto& volume : *volumes)
      if (auto* sources = api::array_at(volume, {"projected", "sources"}))
        for (auto& source : *sources)
          if (api::find(source, {kind})) return true;
  return false;
}

/// A node must not make itself readers of objects.
outcome check_new_references(const request& req, std::string_view node) {
  auto no = [&](std::string_view what) {
    return refuse(req, fmt::format("node \"{}\" can not create pods that reference {}", node, what));
  };
  auto& pod = *req.object;
  if (!api::string_at(pod, {"spec", "serviceAccountName"}).empty()) return no("a service account");
  bool found = false;
  on_name note = [&](std::string_view) { found = true; };
  authorization::visit_secrets(pod, note);
  if (found) return no("secrets");
  authorization::visit_config_maps(pod, note);
  if (found) return no("configmaps");
  if (projects(pod, "clusterTrustBundle")) return no("clustertrustbundles");
  if (auto* volumes = api::array_at(pod, {"spec", "volumes"}))
    for (auto& volume : *volumes)
      if (api::find(volume, {"persistentVolumeClaim"})) return no("persistentvolumeclaims");
  return {};
}

outcome check_new_pod(const request& req, const lookup& view, std::string_view node) {
  constexpr std::string_view mirror = "kubernetes.io/config.mirror";
  if (!authorization::is_mirror_pod(*req.object))
    return refuse(
        req, fmt::format("pod does not have \"{}\" annotation, node \"{}\" can only create mirror pods", mirror, node));
  if (node_of(req.object) != node)
    return refuse(req, fmt::format("node \"{}\" can only create pods with spec.nodeName set to itself", node));
  if (auto done = check_owner(req, view, node); !done) return done;
  return check_new_references(req, node);
}

outcome check_pod_status(const request& req, std::string_view node) {
  if (req.what != operation::update || !req.old || !req.object)
    return refuse(req, fmt::format("unexpected operation \"{}\"", word(req.what)));
  if (node_of(req.old) != node)
    return refuse(
        req, fmt::format("node \"{}\" can only update pod status for pods with spec.nodeName set to itself", node));
  if (!same(req, {"metadata", "labels"}))
    return refuse(req, fmt::format("node \"{}\" cannot update labels through pod status", node));
  if (!same(req, {"status", "resourceClaimStatuses"}))
    return refuse(req, fmt::format("node \"{}\" cannot update resource claim statues", node));
  return {};
}

outcome check_pod(const request& req, const lookup& view, std::string_view node) {
  if (req.subresource == "status") return check_pod_status(req, node);
  if (req.subresource == "eviction") {
    auto pod = view.pod(req.ns, req.name);
    if (!pod) return api::failure(api::not_found({"", "pods"}, req.name));
    if (api::string_at(pod->spec(), {"nodeName"}) != node)
      return refuse(req, fmt::format("node {} can only evict pods with spec.nodeName set to itself", node));
    return {};
  }
  if (!req.subresource.empty())
    return refuse(req, fmt::format("unexpected pod subresource \"{}\", only 'status' and 'eviction' are allowed",
                                   req.subresource));
  if (req.what == operation::create) return check_new_pod(req, view, node);
  if (req.what == operation::remove) {
    if (req.old && node_of(req.old) != node)
      return refuse(req, fmt::format("node \"{}\" can only delete pods with spec.nodeName set to itself", node));
    return {};
  }
  return refuse(req, fmt::format("unexpected operation \"{}\", node \"{}\" can only create and delete mirror pods",
                                 word(req.what), node));
}

/// Labels that say what runs where are not for nodes to choose.
bool reserved(std::string_view label) {
  auto slash = label.find('/');
  if (slash == std::string_view::npos) return false;
  auto domain = label.substr(0, slash);
  auto within = [&](std::string_view parent) {
    return domain == parent || (domain.size() > parent.size() && domain.ends_with(parent) &&
                                domain[domain.size() - parent.size() - 1] == '.');
  };
  if (within("node-restriction.kubernetes.io")) return true;
  if (!within("kubernetes.io") && !within("k8s.io")) return false;
  if (within("kubelet.kubernetes.io") || within("node.kubernetes.io")) return false;
  for (std::string_view allowed :
       {"kubernetes.io/hostname", "kubernetes.io/arch", "kubernetes.io/os", "beta.kubernetes.io/arch",
        "beta.kubernetes.io/os", "beta.kubernetes.io/instance-type", "node.kubernetes.io/instance-type",
        "topology.kubernetes.io/zone", "topology.kubernetes.io/region", "failure-domain.beta.kubernetes.io/zone",
        "failure-domain.beta.kubernetes.io/region"})
    if (label == allowed) return false;
  return true;
}

/// The name of the URL, or of a new object.
std::string_view asked_name(const request& req) {
  return req.name.empty() && req.object ? api::string_at(*req.object, {"metadata", "name"})
                                        : std::string_view(req.name);
}

/// Reserved labels that the request sets, changes or removes.
std::vector<std::string> changed_labels(const json::object& now, const json::object* old) {
  std::vector<std::string> out;
  auto *labels = api::object_at(now, {"metadata", "labels"}),
       *before = old ? api::object_at(*old, {"metadata", "labels"}) : nullptr;
  if (labels)
    for (auto& label : *labels)
      if (reserved(label.key()) &&
          (!before || !before->contains(label.key()) || *before->if_contains(label.key()) != label.value()))
        out.emplace_back(label.key());
  if (before)
    for (auto& label : *before)
      if (reserved(label.key()) && (!labels || !labels->contains(label.key()))) out.emplace_back(label.key());
  std::sort(out.begin(), out.end());
  return out;
}

outcome check_node(const request& req, std::string_view node) {
  auto name = asked_name(req);
  if (name != node) return refuse(req, fmt::format("node \"{}\" is not allowed to modify node \"{}\"", node, name));
  if (!req.object) return {};
  auto* source = api::find(*req.object, {"spec", "configSource"});
  bool configured = source && !source->is_null();
  auto labels = changed_labels(*req.object, req.what == operation::update ? req.old : nullptr);
  if (req.what == operation::create) {
    if (configured)
      return refuse(req, fmt::format("node \"{}\" is not allowed to create pods with a non-nil configSource", node));
    if (!labels.empty())
      return refuse(req, fmt::format("node \"{}\" is not allowed to set the following labels: {}", node,
                                     fmt::join(labels, ", ")));
    return {};
  }
  if (req.what != operation::update || !req.old) return {};
  if (configured && !same(req, {"spec", "configSource"}))
    return refuse(
        req, fmt::format("node \"{}\" is not allowed to update configSource to a new non-nil configSource", node));
  if (!same(req, {"spec", "taints"}))
    return refuse(req, fmt::format("node \"{}\" is not allowed to modify taints", node));
  if (!labels.empty()) return refuse(req, fmt::format("is not allowed to modify labels: {}", fmt::join(labels, ", ")));
  if (!same(req, {"metadata", "ownerReferences"}))
    return refuse(req, fmt::format("node \"{}\" is not allowed to modify ownerReferences", node));
  return {};
}

/// Of a claim a kubelet reports how far it has grown the volume.
outcome check_claim(const request& req, std::string_view node) {
  if (req.subresource != "status") return refuse(req, "may only update PVC status");
  if (req.what != operation::update || !req.old || !req.object)
    return refuse(req, fmt::format("unexpected operation \"{}\"", word(req.what)));
  auto stripped = [](const json::object& claim) {
    json::object out = claim;
    api::erase_at(out, {"metadata", "resourceVersion"});
    api::erase_at(out, {"metadata", "managedFields"});
    for (auto field : {"capacity", "conditions", "allocatedResourceStatuses", "allocatedResources"})
      api::erase_at(out, {"status", field});
    return out;
  };
  auto now = stripped(*req.object), before = stripped(*req.old);
  if (api::semantically_equal(now, before)) return {};
  std::vector<std::string_view> fields;
  for (std::string_view field : {"metadata", "spec", "status"}) {
    auto *a = now.if_contains(field), *b = before.if_contains(field);
    if (!api::semantically_equal(a ? *a : json::value(), b ? *b : json::value())) fields.push_back(field);
  }
  return refuse(req, fmt::format("node \"{}\" is not allowed to update fields other than status.capacity and "
                                 "status.conditions: {}",
                                 node, fmt::join(fields, ", ")));
}

outcome check_lease(const request& req, std::string_view node) {
  if (req.ns != "kube-node-lease")
    return refuse(req, "can only access leases in the \"kube-node-lease\" system namespace");
  if (asked_name(req) != node)
    return refuse(req, "can only access node lease with the same name as the requesting node");
  return {};
}

outcome check_token(const request& req, const lookup& view, std::string_view node) {
  if (!req.object) return {};
  auto* reference = api::object_at(*req.object, {"spec", "boundObjectRef"});
  if (!reference || api::string_at(*reference, {"apiVersion"}) != "v1" ||
      api::string_at(*reference, {"kind"}) != "Pod" || api::string_at(*reference, {"name"}).empty())
    return refuse(req, "node requested token not bound to a pod");
  auto uid = api::string_at(*reference, {"uid"});
  if (uid.empty()) return refuse(req, "node requested token with a pod binding without a uid");
  auto pod = view.pod(req.ns, api::string_at(*reference, {"name"}));
  if (!pod) return api::failure(api::not_found({"", "pods"}, api::string_at(*reference, {"name"})));
  if (pod->uid() != uid)
    return refuse(req, fmt::format("the UID in the bound object reference ({}) does not match the UID in record. The "
                                   "object might have been deleted and then recreated",
                                   uid));
  if (api::string_at(pod->spec(), {"nodeName"}) != node)
    return refuse(req, "node requested token bound to a pod scheduled on a different node");
  return {};
}

} // namespace

outcome restrict_node(const request& req, const lookup& view) {
  auto asking = asking_node(req.by);
  if (!asking) return {};
  auto node = *asking;
  if (node.empty()) return refuse(req, fmt::format("could not determine node from user \"{}\"", req.by.name));
  auto& [group, resource] = req.resource;
  if (group.empty()) {
    if (resource == "pods") return check_pod(req, view, node);
    if (resource == "nodes") return check_node(req, node);
    if (resource == "persistentvolumeclaims") return check_claim(req, node);
    if (resource == "serviceaccounts" && req.subresource == "token") return check_token(req, view, node);
  }
  if (group == "coordination.k8s.io" && resource == "leases") return check_lease(req, node);
  if (group == "storage.k8s.io" && resource == "csinodes" && asked_name(req) != node)
    return refuse(req, "can only access CSINode with the same name as the requesting node");
  return {};
}

} // namespace troupe::policies::admission
