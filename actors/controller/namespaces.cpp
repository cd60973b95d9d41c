#include "actors/controller/bindings.hpp"
#include "policies/controllers/namespace_deletion.hpp"
#include "policies/controllers/root_certificate.hpp"
#include "policies/controllers/service_account.hpp"
#include "policies/schema/registry.hpp"

namespace troupe::actors::controller {

namespace {

const api::group_resource namespaces{"", "namespaces"}, service_accounts{"", "serviceaccounts"},
    config_maps{"", "configmaps"};
constexpr std::string_view root_ca_name = "kube-root-ca.crt";

/// Types whose objects lie in namespaces and can be deleted as a collection.
std::vector<api::group_resource> namespaced_types() {
  std::set<api::group_resource> out;
  for (auto& type : policies::schema::registry::builtin().all())
    if (type.stored() && type.namespaced && type.verbs.has(policies::schema::verb::delete_collection))
      out.insert(type.storage);
  // Services have no deletecollection, but must go as well.
  out.insert({"", "services"});
  return {out.begin(), out.end()};
}

api::object_key namespace_key(std::string_view name) { return {"", std::string(name)}; }

} // namespace

binding namespace_deletion() {
  auto types = namespaced_types();
  auto follows = types;
  follows.push_back(namespaces);
  return {.name = "namespace",
          .types = std::move(follows),
          .keys =
            [](const api::group_resource& type, const mirror::change& c, const tables& view, const enqueue& add) {
              auto& any = c.after ? c.after : c.before;
              if (type == namespaces) {
                if (any->deleting()) add(any->key());
                return;
              }
              auto ns = view.of(namespaces).find(namespace_key(any->ns()));
              if (ns && ns->deleting()) add(ns->key());
            },
          .plan =
            [types](const tables& view, const api::object_key& key, api::time_point now) {
              std::vector<controllers::namespaced_type> content;
              content.reserve(types.size());
              for (auto& type : types) content.push_back({type, &view.of(type)});
              return controllers::plan_namespace_deletion({view.of(namespaces), content}, key, now);
            }};
}

binding service_account() {
  return {.name = "service-account",
          .types = {namespaces, service_accounts},
          .keys =
            [](const api::group_resource& type, const mirror::change& c, const tables&, const enqueue& add) {
              if (type == namespaces) {
                if (c.after) add(c.after->key());
              } else if (!c.after && c.before->name() == "default") {
                add(namespace_key(c.before->ns()));
              }
            },
          .plan = [](const tables& view, const api::object_key& key, api::time_point now) {
            return controllers::plan_service_account({view.of(namespaces), view.of(service_accounts)}, key, now);
          }};
}

binding root_certificate(std::string certificate) {
  return {
      .name = "root-ca-certificate-publisher",
      .types = {namespaces, config_maps},
      .keys =
          [](const api::group_resource& type, const mirror::change& c, const tables&, const enqueue& add) {
            auto& any = c.after ? c.after : c.before;
            if (type == namespaces) {
              if (c.after) add(c.after->key());
            } else if (any->name() == root_ca_name) {
              add(namespace_key(any->ns()));
            }
          },
      .plan =
          [certificate = std::move(certificate)](const tables& view, const api::object_key& key, api::time_point now) {
            return controllers::plan_root_certificate({view.of(namespaces), view.of(config_maps), certificate}, key,
                                                      now);
          }};
}

} // namespace troupe::actors::controller
