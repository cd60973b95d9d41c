#include "actors/controller/bindings.hpp"
#include "policies/api/selector.hpp"
#include "policies/controllers/endpoint_slices.hpp"
#include "policies/controllers/endpoints.hpp"

namespace troupe::actors::controller {

namespace {

const api::group_resource services{"", "services"}, pods{"", "pods"}, nodes{"", "nodes"},
    endpoint_type{"", "endpoints"}, slice_type{"discovery.k8s.io", "endpointslices"};

/// The services of the namespace whose selector matches the pod as it was or as it is.
void services_of_pod(const mirror::change& c, const api::object_table& all, const enqueue& add) {
  auto& any = c.after ? c.after : c.before;
  for (auto& service : all.in_namespace(any->ns())) {
    auto* selector = api::object_at(service->spec(), {"selector"});
    if (!selector || selector->empty()) continue;
    auto wanted = api::label_selector::from_map(*selector);
    if ((c.before && wanted.matches(c.before->labels())) || (c.after && wanted.matches(c.after->labels())))
      add(service->key());
  }
}

} // namespace

binding endpoints() {
  return {.name = "endpoint",
          .types = {services, pods, endpoint_type},
          .keys =
            [](const api::group_resource& type, const mirror::change& c, const tables& view, const enqueue& add) {
              if (type == pods) return services_of_pod(c, view.of(services), add);
              add((c.after ? c.after : c.before)->key());
            },
          .plan = [](const tables& view, const api::object_key& key, api::time_point now) {
            return controllers::plan_endpoints({view.of(services), view.of(pods), view.of(endpoint_type)}, key, now);
          }};
}

binding endpoint_slices() {
  return {.name = "endpoint-slice",
          .types = {services, pods, slice_type, nodes},
          .keys =
              [](const api::group_resource& type, const mirror::change& c, const tables& view, const enqueue& add) {
                if (type == pods) return services_of_pod(c, view.of(services), add);
                auto& any = c.after ? c.after : c.before;
                if (type == services) return add(any->key());
                if (type != slice_type) return;
                auto service = api::string_at(any->labels(), {"kubernetes.io/service-name"});
                if (!service.empty()) add({std::string(any->ns()), std::string(service)});
              },
          .plan =
              [](const tables& view, const api::object_key& key, api::time_point now) {
                return controllers::plan_endpoint_slices(
                    {view.of(services), view.of(pods), view.of(slice_type), view.of(nodes)}, key, now);
              }};
}

} // namespace troupe::actors::controller
