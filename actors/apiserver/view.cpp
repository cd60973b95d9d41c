#include "actors/apiserver/view.hpp"
#include "actors/mirror/apply.hpp"

namespace troupe::actors::apiserver {

namespace {
const api::group_resource namespaces{"", "namespaces"};
const api::group_resource service_accounts{"", "serviceaccounts"};
const api::group_resource pods{"", "pods"};
const api::group_resource node_type{"", "nodes"};
const api::group_resource limit_range_type{"", "limitranges"};
const api::group_resource quota_type{"", "resourcequotas"};
const api::group_resource priority_class_type{"scheduling.k8s.io", "priorityclasses"};
const api::group_resource storage_class_type{"storage.k8s.io", "storageclasses"};
const api::group_resource ingress_class_type{"networking.k8s.io", "ingressclasses"};
} // namespace

const std::vector<api::group_resource>& admission_view::types() {
  static const std::vector<api::group_resource> all{
    namespaces,          service_accounts,   limit_range_type,  quota_type,
    priority_class_type, storage_class_type, ingress_class_type};
  return all;
}

void admission_view::apply(const mirror::update& update) {
  auto& table = tables_[update.type];
  // What this worker read or wrote itself may be newer than what the mirror tells.
  std::vector<api::object_ptr> newer;
  for (auto& c : update.changes)
    if (auto have = c.after ? table.find(c.after->key()) : nullptr; have && have->revision() > c.after->revision())
      newer.push_back(std::move(have));
  mirror::apply(table, update);
  for (auto& object : newer) table.put(std::move(object));
}

void admission_view::put(const api::group_resource& type, api::object_ptr object) {
  tables_[type].put(std::move(object));
}

void admission_view::forget(const api::group_resource& type, const api::object_key& key) { tables_[type].erase(key); }

api::object_ptr admission_view::find(const api::group_resource& type, api::object_key key) const {
  auto table = tables_.find(type);
  auto found = table == tables_.end() ? nullptr : table->second.find(key);
  if (!found) misses_.emplace(type, std::move(key));
  return found;
}

std::vector<api::object_ptr> admission_view::all(const api::group_resource& type) const {
  std::vector<api::object_ptr> out;
  if (auto table = tables_.find(type); table != tables_.end())
    for (auto& [key, object] : table->second.all()) out.push_back(object);
  return out;
}

api::object_ptr admission_view::namespace_named(std::string_view name) const {
  return find(namespaces, {"", std::string(name)});
}
api::object_ptr admission_view::service_account(std::string_view ns, std::string_view name) const {
  return find(service_accounts, {std::string(ns), std::string(name)});
}
api::object_ptr admission_view::priority_class(std::string_view name) const {
  return find(priority_class_type, {"", std::string(name)});
}
api::object_ptr admission_view::pod(std::string_view ns, std::string_view name) const {
  return find(pods, {std::string(ns), std::string(name)});
}
api::object_ptr admission_view::node(std::string_view name) const { return find(node_type, {"", std::string(name)}); }
std::vector<api::object_ptr> admission_view::limit_ranges(std::string_view ns) const {
  auto table = tables_.find(limit_range_type);
  return table == tables_.end() ? std::vector<api::object_ptr>{} : table->second.in_namespace(ns);
}
std::vector<api::object_ptr> admission_view::resource_quotas(std::string_view ns) const {
  auto table = tables_.find(quota_type);
  return table == tables_.end() ? std::vector<api::object_ptr>{} : table->second.in_namespace(ns);
}
std::vector<api::object_ptr> admission_view::priority_classes() const { return all(priority_class_type); }
std::vector<api::object_ptr> admission_view::storage_classes() const { return all(storage_class_type); }
std::vector<api::object_ptr> admission_view::ingress_classes() const { return all(ingress_class_type); }

} // namespace troupe::actors::apiserver
