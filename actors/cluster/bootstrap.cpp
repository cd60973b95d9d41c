#include "actors/cluster/bootstrap.hpp"
#include "actors/apiserver/client.hpp"
#include "actors/base/error.hpp"
#include "policies/cluster/api_servers.hpp"
#include <caf/actor_cast.hpp>
#include <spdlog/spdlog.h>

namespace troupe::actors::cluster {

namespace {

namespace json = api::json;

constexpr auto call_timeout = caf::timespan{std::chrono::seconds(5)};
constexpr auto retry_delay = caf::timespan{std::chrono::milliseconds(50)};

json::object meta(std::string_view name, std::string_view ns = {}) {
  json::object out{{"name", name}};
  if (!ns.empty()) out["namespace"] = ns;
  return out;
}

json::object namespace_named(std::string_view name) {
  return {{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", meta(name)}};
}

std::string first_address(std::string_view cidr) {
  // The first address of the range belongs to the `kubernetes` service: "10.96.0.0/16" gives 10.96.0.1.
  auto base = cidr.substr(0, cidr.find('/'));
  return std::string(base.substr(0, base.rfind('.') + 1)) + "1";
}

json::object kubernetes_service(const cluster_config& c) {
  auto metadata = meta("kubernetes", "default");
  metadata["labels"] = {{"component", "apiserver"}, {"provider", "kubernetes"}};
  return {{"apiVersion", "v1"}, {"kind", "Service"}, {"metadata", std::move(metadata)},
          {"spec", {{"type", "ClusterIP"}, {"clusterIP", first_address(c.service_cidr)}, {"sessionAffinity", "None"},
                    {"ports", {{{"name", "https"}, {"port", 443}, {"protocol", "TCP"}, {"targetPort", c.api_port}}}}}}};
}

json::object dns_service(const cluster_config& c) {
  auto metadata = meta("kube-dns", "kube-system");
  metadata["labels"] = {
      {"k8s-app", "kube-dns"}, {"kubernetes.io/cluster-service", "true"}, {"kubernetes.io/name", "CoreDNS"}};
  return {{"apiVersion", "v1"}, {"kind", "Service"}, {"metadata", std::move(metadata)},
          {"spec", {{"type", "ClusterIP"}, {"clusterIP", c.dns_address},
                    {"ports", {{{"name", "dns"}, {"port", 53}, {"protocol", "UDP"}},
                               {{"name", "dns-tcp"}, {"port", 53}, {"protocol", "TCP"}}}}}}};
}

json::object priority_class(std::string_view name, std::int64_t value, std::string_view description) {
  return {{"apiVersion", "scheduling.k8s.io/v1"}, {"kind", "PriorityClass"}, {"metadata", meta(name)}, {"value", value},
          {"description", description}};
}

const apiserver::resource_path namespaces{"", "v1", "namespaces"}, services{"", "v1", "services"},
  endpoint_type{"", "v1", "endpoints"}, slice_type{"discovery.k8s.io", "v1", "endpointslices"},
  priority_classes{"scheduling.k8s.io", "v1", "priorityclasses"};

std::deque<shared<apiserver::call>> calls_of(const cluster_config& c) {
  using apiserver::create;
  auto who = apiserver::admin();
  std::deque<shared<apiserver::call>> out;
  for (auto ns : {"kube-system", "kube-public", "kube-node-lease", "default"})
    out.push_back(create(who, namespaces, namespace_named(ns)));
  out.push_back(create(who, priority_classes, priority_class("system-node-critical", 2000001000,
    "Used for system critical pods that must not be moved from their current node.")));
  out.push_back(create(who, priority_classes, priority_class("system-cluster-critical", 2000000000,
    "Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.")));
  out.push_back(create(who, services, kubernetes_service(c)));
  out.push_back(create(who, services, dns_service(c)));
  // The first ones; `api_endpoints` keeps them.
  std::vector<policies::cluster::api_server> servers{{c.node_ip, c.api_port}};
  out.push_back(create(who, endpoint_type, policies::cluster::api_endpoints(servers)));
  for (auto& slice : policies::cluster::api_endpoint_slices(servers))
    out.push_back(create(who, slice_type, std::move(slice)));
  return out;
}

} // namespace

void bootstrap_state::again() { self->delayed_send(self, retry_delay, retry_atom::value); }

/// A creation asks first: an existing service would be refused for the address that it holds itself.
void bootstrap_state::look() {
  auto call = calls.front();
  auto probe = *call;
  probe.what = apiserver::verb::get;
  probe.name = call->object->name();
  probe.object = {};
  self->request(api, call_timeout, call_atom::value, share(std::move(probe)))
    .then(
      [this](const shared<apiserver::reply>& r) {
        if (r->code == 404) return make();
        if (!r->ok()) return again();
        calls.pop_front();
        next();
      },
      [this](caf::error&) { again(); });
}

void bootstrap_state::next() {
  if (!api) return;
  if (calls.empty()) {
    done();
    return self->quit();
  }
  look();
}

void bootstrap_state::make() {
  auto call = calls.front();
  self->request(api, call_timeout, call_atom::value, call)
    .then(
      [this](const shared<apiserver::reply>& r) {
        if (!r->ok() && r->reason() != "AlreadyExists") {
          // Caches come up in any order, and a slice is refused only while something is still missing.
          spdlog::debug("bootstrap: call_failed code={} message=\"{}\"", r->code, r->message());
          if (r->code >= 500 || r->code == 403 || r->code == 404) return again();
          spdlog::error("bootstrap: object_refused message=\"{}\"", r->message());
        }
        calls.pop_front();
        next();
      },
      [this](caf::error&) { again(); });
}

caf::behavior bootstrap(bootstrap_state::self_pointer self, cluster_config config, directory::directory_actor directory,
                        std::function<void()> done) {
  self->state.calls = calls_of(config);
  self->state.done = std::move(done);
  self->send(directory, watch_atom::value, std::string("apiserver"), caf::actor_cast<caf::actor>(self));
  return {
    [=](peer_atom, const std::string&, const caf::strong_actor_ptr& player) {
      bool first = !self->state.api;
      self->state.api = caf::actor_cast<apiserver::apiserver_actor>(player);
      if (first) self->state.next();
    },
    [=](retry_atom) { self->state.next(); },
  };
}

} // namespace troupe::actors::cluster
