#include "actors/controller/bindings.hpp"
#include "policies/controllers/resource_quota.hpp"
#include "policies/schema/registry.hpp"

namespace troupe::actors::controller {

namespace {

const api::group_resource quota_type{"", "resourcequotas"};

/// Types whose objects lie in namespaces and are worth counting. Events come and go without a quota.
std::vector<api::group_resource> countable_types() {
  std::set<api::group_resource> out;
  for (auto& type : policies::schema::registry::builtin().all())
    if (type.stored() && type.namespaced && type.storage.resource != "events") out.insert(type.storage);
  return {out.begin(), out.end()};
}

} // namespace

binding resource_quota() {
  auto types = countable_types();
  return {.name = "resourcequota",
          .types = types,
          .keys =
              [](const api::group_resource& type, const mirror::change& c, const tables& view, const enqueue& add) {
                auto& any = c.after ? c.after : c.before;
                // Charges change the status only; they are right, and mirrors of what they count may lag behind them.
                if (type == quota_type && c.after &&
                    (!c.before || !api::semantically_equal(c.before->spec(), c.after->spec())))
                  add(c.after->key());
                if (!controllers::frees_quota(type, c.before.pointer().get(), c.after.pointer().get())) return;
                for (auto& quota : view.of(quota_type).in_namespace(any->ns())) add(quota->key());
              },
          .plan =
              [types](const tables& view, const api::object_key& key, api::time_point now) {
                std::vector<controllers::namespaced_type> content;
                content.reserve(types.size());
                for (auto& type : types) content.push_back({type, &view.of(type)});
                return controllers::plan_resource_quota({view.of(quota_type), content}, key, now);
              }};
}

} // namespace troupe::actors::controller
