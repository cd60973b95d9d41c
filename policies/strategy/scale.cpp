#include "policies/strategy/scale.hpp"
#include "policies/api/selector.hpp"
#include <fmt/format.h>

namespace troupe::policies::strategy {

namespace json = api::json;

json::object scale_of(const api::object& target) {
  json::object metadata;
  for (auto name : {"name", "namespace", "uid", "resourceVersion", "creationTimestamp"})
    if (auto* value = target.metadata().if_contains(name)) metadata[name] = *value;
  auto* selector = api::object_at(target.spec(), {"selector"});
  std::string text;
  if (selector) {
    // Only replication controllers have a plain map of labels.
    bool plain = target.kind() == "ReplicationController";
    auto parsed = plain ? api::result<api::label_selector>(api::label_selector::from_map(*selector))
                        : api::label_selector::from_document(selector);
    if (parsed) text = parsed->text();
  }
  json::object status{{"replicas", api::int_at(target.status(), {"replicas"})}};
  if (!text.empty()) status["selector"] = text;
  return {{"kind", "Scale"},
          {"apiVersion", "autoscaling/v1"},
          {"metadata", std::move(metadata)},
          {"spec", json::object{{"replicas", api::int_at(target.spec(), {"replicas"})}}},
          {"status", std::move(status)}};
}

api::result<json::object> apply_scale(const api::group_resource& type, const api::object& target,
                                      const json::object& scale) {
  auto name = api::string_at(scale, {"metadata", "name"});
  if (!name.empty() && name != target.name())
    return api::failure(api::bad_request(
        fmt::format("the name of the object ({}) does not match the name on the URL ({})", name, target.name())));
  auto uid = api::string_at(scale, {"metadata", "uid"});
  if (!uid.empty() && uid != target.uid())
    return api::failure(api::conflict(
        {type.group, type.resource + "/scale"}, target.name(),
        fmt::format("Precondition failed: UID in precondition: {}, UID in object meta: {}", uid, target.uid())));
  auto revision = api::string_at(scale, {"metadata", "resourceVersion"});
  if (!revision.empty() && revision != api::string_at(target.metadata(), {"resourceVersion"}))
    return api::failure(api::conflict(type, target.name()));
  auto body = target.body();
  api::set_at(body, {"spec", "replicas"}, api::int_at(scale, {"spec", "replicas"}));
  return body;
}

} // namespace troupe::policies::strategy
