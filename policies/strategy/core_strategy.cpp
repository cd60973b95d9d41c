#include "policies/strategy/kinds.hpp"
#include <algorithm>

namespace troupe::policies::strategy {

namespace {

void label_with_name(json::object& body) {
  auto name = std::string(api::string_at(body, {"metadata", "name"}));
  api::set_at(body, {"metadata", "labels", "kubernetes.io/metadata.name"}, json::value(name));
}

/// Secrets are referred to by name only.
void strip_references(json::object& body) {
  auto* secrets = body.if_contains("secrets");
  if (!secrets || !secrets->is_array()) return;
  for (auto& secret : secrets->get_array())
    secret = json::object{{"name", api::string_at(secret, {"name"})}};
}

void drop_election_fields(json::object& body) {
  for (auto name : {"strategy", "preferredHolder"})
    api::erase_at(body, {"spec", name});
}

/// dataSource and dataSourceRef say the same, and only known kinds may be in the older one.
void align_data_sources(json::object& body) {
  auto* spec = body.if_contains("spec");
  if (!spec || !spec->is_object()) return;
  auto& members = spec->get_object();
  auto *source = members.if_contains("dataSource"), *reference = members.if_contains("dataSourceRef");
  bool has_source = source && source->is_object(), has_reference = reference && reference->is_object();
  if (has_source && !has_reference) {
    auto group = api::string_at(*source, {"apiGroup"}), kind = api::string_at(*source, {"kind"});
    bool known = (group.empty() && kind == "PersistentVolumeClaim") ||
                 (group == "snapshot.storage.k8s.io" && kind == "VolumeSnapshot");
    if (!known) return static_cast<void>(members.erase("dataSource"));
    auto copy = *source;
    members["dataSourceRef"] = std::move(copy);
  } else if (has_reference && !has_source && api::string_at(*reference, {"namespace"}).empty()) {
    auto copy = *reference;
    members["dataSource"] = std::move(copy);
  }
}

} // namespace

void create_namespace(json::object& body, const context&) {
  body["status"] = json::object{{"phase", "Active"}};
  auto& spec = api::ensure_object(body, {"spec"});
  if (!spec.contains("finalizers") || !spec["finalizers"].is_array()) spec["finalizers"].emplace_array();
  auto& finalizers = spec["finalizers"].get_array();
  bool there = std::any_of(finalizers.begin(), finalizers.end(),
                           [](const json::value& v) { return v.is_string() && v.get_string() == "kubernetes"; });
  if (!there) finalizers.emplace_back("kubernetes");
  label_with_name(body);
}

void update_namespace(std::string_view subresource, json::object& body, const json::object& old, const context&) {
  // Its finalizers change through the finalize subresource only.
  if (subresource.empty()) take(body, old, "spec");
  label_with_name(body);
}

void create_service_account(json::object& body, const context&) { strip_references(body); }
void update_service_account(std::string_view, json::object& body, const json::object&, const context&) {
  strip_references(body);
}

void create_lease(json::object& body, const context&) { drop_election_fields(body); }
void update_lease(std::string_view, json::object& body, const json::object&, const context&) {
  drop_election_fields(body);
}

void create_volume(json::object& body, const context& ctx) {
  body["status"] = json::object{{"phase", "Pending"}, {"lastPhaseTransitionTime", api::format_time(ctx.now)}};
}

void update_volume(std::string_view subresource, json::object& body, const json::object& old, const context& ctx) {
  if (subresource != "status") return;
  auto now = std::string(api::string_at(body, {"status", "phase"}));
  if (now != api::string_at(old, {"status", "phase"}))
    api::set_at(body, {"status", "lastPhaseTransitionTime"}, json::value(api::format_time(ctx.now)));
  else if (auto* since = api::find(old, {"status", "lastPhaseTransitionTime"}))
    api::set_at(body, {"status", "lastPhaseTransitionTime"}, *since);
}

void create_claim(json::object& body, const context&) { align_data_sources(body); }
void update_claim(std::string_view subresource, json::object& body, const json::object&, const context&) {
  if (subresource.empty()) align_data_sources(body);
}

} // namespace troupe::policies::strategy
