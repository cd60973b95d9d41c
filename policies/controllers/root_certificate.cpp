#include "policies/controllers/root_certificate.hpp"
#include "policies/controllers/service_account.hpp"

namespace troupe::policies::controllers {

namespace {

const api::group_resource config_maps_type{"", "configmaps"};
constexpr std::string_view description_key = "kubernetes.io/description";
constexpr std::string_view description =
    "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the "
    "internal "
    "service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.";

} // namespace

plan plan_root_certificate(const root_certificate_view& view, const api::object_key& key, api::time_point) {
  plan out;
  if (!is_alive(view.namespaces.find(key).get())) return out;
  json::value data = json::object{{"ca.crt", view.certificate}};
  auto current = view.config_maps.find({key.name, std::string(root_certificate_name)});
  if (!current) {
    auto s = create(config_maps_type,
                    {{"apiVersion", "v1"},
                     {"kind", "ConfigMap"},
                     {"metadata", json::object{{"name", root_certificate_name},
                                               {"namespace", key.name},
                                               {"annotations", json::object{{description_key, description}}}}},
                     {"data", std::move(data)}});
    s.exists_is_success = true;
    out.then(std::move(s));
    return out;
  }
  auto* has = current->body().if_contains("data");
  if (has && *has == data && current->annotations().contains(description_key)) return out;
  auto body = editable(*current);
  body["data"] = std::move(data);
  api::set_at(body, {"metadata", "annotations", description_key}, json::value(description));
  out.then(update(config_maps_type, std::move(body)));
  return out;
}

} // namespace troupe::policies::controllers
