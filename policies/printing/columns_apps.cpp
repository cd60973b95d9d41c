#include "policies/printing/cells.hpp"
#include "policies/api/selector.hpp"
#include <algorithm>
#include <fmt/format.h>

namespace troupe::policies::printing {

namespace {

using api::array_at, api::int_at, api::object_at, api::string_at;

json::value template_containers(const row& r) {
  return json::value(container_list(object_at(r.body, {"spec", "template", "spec"}), "name"));
}
json::value template_images(const row& r) {
  return json::value(container_list(object_at(r.body, {"spec", "template", "spec"}), "image"));
}
json::value pod_selector(const row& r) { return json::value(selector_text(object_at(r.body, {"spec", "selector"}))); }

constexpr column containers_column{"Containers", "string", "", 1, "Names of the containers in the template.",
                                   template_containers};
constexpr column images_column{"Images", "string", "", 1, "Images of the containers in the template.", template_images};
constexpr column selector_column{"Selector", "string", "", 1, "Labels of the pods that belong to the object.",
                                 pod_selector};

json::value ready_of_wanted(const row& r) {
  return json::value(
    fmt::format("{}/{}", int_at(r.body, {"status", "readyReplicas"}), int_at(r.body, {"spec", "replicas"})));
}

json::value deployment_selector(const row& r) {
  auto selector = api::label_selector::from_document(object_at(r.body, {"spec", "selector"}));
  return json::value(selector ? selector->text() : "<invalid>");
}

constexpr column deployment_columns[] = {
  name_column,
  {"Ready", "string", "", 0, "Pods that are ready, of those wanted.", ready_of_wanted},
  {"Up-to-date", "string", "", 0, "Pods that follow the present template.",
   [](const row& r) -> json::value { return int_at(r.body, {"status", "updatedReplicas"}); }},
  {"Available", "string", "", 0, "Pods that have been ready for long enough.",
   [](const row& r) -> json::value { return int_at(r.body, {"status", "availableReplicas"}); }},
  age_column,
  containers_column,
  images_column,
  {"Selector", "string", "", 1, "Labels of the pods that belong to the object.", deployment_selector},
};

constexpr column desired_column{"Desired", "integer", "", 0, "Pods that are wanted.",
                                [](const row& r) -> json::value { return int_at(r.body, {"spec", "replicas"}); }};
constexpr column current_column{"Current", "integer", "", 0, "Pods that are there.",
                                [](const row& r) -> json::value { return int_at(r.body, {"status", "replicas"}); }};
constexpr column ready_column{"Ready", "integer", "", 0, "Pods that are ready.",
                              [](const row& r) -> json::value { return int_at(r.body, {"status", "readyReplicas"}); }};

constexpr column replica_set_columns[] = {
    name_column, desired_column,    current_column, ready_column,
    age_column,  containers_column, images_column,  selector_column,
};

constexpr column replication_controller_columns[] = {
  name_column,
  desired_column,
  current_column,
  ready_column,
  age_column,
  containers_column,
  images_column,
  {"Selector", "string", "", 1, "Labels of the pods that belong to the object.",
   [](const row& r) { return json::value(label_pairs(object_at(r.body, {"spec", "selector"}))); }},
};

constexpr column stateful_set_columns[] = {
  name_column,
  {"Ready", "string", "", 0, "Pods that are ready, of those wanted.", ready_of_wanted},
  age_column,
  containers_column,
  images_column,
};

constexpr column daemon_set_columns[] = {
  name_column,
  {"Desired", "integer", "", 0, "Nodes that should run the pod.",
   [](const row& r) -> json::value { return int_at(r.body, {"status", "desiredNumberScheduled"}); }},
  {"Current", "integer", "", 0, "Nodes that run the pod and should.",
   [](const row& r) -> json::value { return int_at(r.body, {"status", "currentNumberScheduled"}); }},
  {"Ready", "integer", "", 0, "Nodes on which the pod is ready.",
   [](const row& r) -> json::value { return int_at(r.body, {"status", "numberReady"}); }},
  {"Up-to-date", "integer", "", 0, "Nodes whose pod follows the present template.",
   [](const row& r) -> json::value { return int_at(r.body, {"status", "updatedNumberScheduled"}); }},
  {"Available", "integer", "", 0, "Nodes whose pod has been ready for long enough.",
   [](const row& r) -> json::value { return int_at(r.body, {"status", "numberAvailable"}); }},
  {"Node Selector", "string", "", 0, "Labels of the nodes that should run the pod.",
   [](const row& r) {
     return json::value(label_pairs(object_at(r.body, {"spec", "template", "spec", "nodeSelector"})));
   }},
  age_column,
  containers_column,
  images_column,
  selector_column,
};

json::value owner(const row& r) {
  if (auto* owners = array_at(r.body, {"metadata", "ownerReferences"}))
    for (auto& o : *owners) {
      if (!api::bool_at(o, {"controller"})) continue;
      auto gvk = api::group_version_kind::parse(string_at(o, {"apiVersion"}), string_at(o, {"kind"}));
      auto type = gvk.group.empty() ? gvk.kind : gvk.kind + "." + gvk.group;
      std::ranges::transform(type, type.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
      return json::value(fmt::format("{}/{}", type, string_at(o, {"name"})));
    }
  return "<none>";
}

constexpr column revision_columns[] = {
  name_column,
  {"Controller", "string", "", 0, "Object whose state the revision keeps.", owner},
  {"Revision", "string", "", 0, "Number of the revision.",
   [](const row& r) -> json::value { return int_at(r.body, {"revision"}); }},
  age_column,
};

constexpr column scale_columns[] = {
  {"Name", "string", "", 0, "Name of the object.", name_cell},
  desired_column,
  {"Available", "integer", "", 0, "Pods that are there.",
   [](const row& r) -> json::value { return int_at(r.body, {"status", "replicas"}); }},
  age_column,
};

constexpr printer list[] = {
  {"apps", "Deployment", deployment_columns},
  {"apps", "ReplicaSet", replica_set_columns},
  {"apps", "StatefulSet", stateful_set_columns},
  {"apps", "DaemonSet", daemon_set_columns},
  {"apps", "ControllerRevision", revision_columns},
  {"", "ReplicationController", replication_controller_columns},
  {"autoscaling", "Scale", scale_columns},
};

} // namespace

printers apps_printers() noexcept { return list; }

} // namespace troupe::policies::printing
