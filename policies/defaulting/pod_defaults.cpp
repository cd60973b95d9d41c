#include "policies/defaulting/defaults.hpp"
#include "policies/defaulting/fill.hpp"
#include "policies/defaulting/kinds.hpp"

namespace troupe::policies::defaulting {

namespace {

/// True if the image has the tag "latest": named so, or neither tag nor digest. A name with capitals is no image
/// reference, so it has no tag.
bool is_latest(std::string_view image) {
  auto digest = image.find('@');
  auto name = image.substr(0, digest);
  auto slash = name.rfind('/');
  auto colon = name.find(':', slash == std::string_view::npos ? 0 : slash);
  auto repository = name.substr(slash == std::string_view::npos ? 0 : slash + 1,
                                colon == std::string_view::npos ? colon : colon - (slash + 1));
  if (repository.empty()) return false;
  for (char c : repository)
    if (c >= 'A' && c <= 'Z') return false;
  if (colon != std::string_view::npos) return name.substr(colon + 1) == "latest";
  return digest == std::string_view::npos;
}

void set_http_get(json::object& handler) {
  if (auto* http = object_in(handler, "httpGet")) {
    fill_blank(*http, "path", "/");
    fill_blank(*http, "scheme", "HTTP");
  }
}

void set_probe(json::object& container, std::string_view name) {
  auto* probe = object_in(container, name);
  if (!probe) return;
  fill_zero(*probe, "timeoutSeconds", 1);
  fill_zero(*probe, "periodSeconds", 10);
  fill_zero(*probe, "successThreshold", 1);
  fill_zero(*probe, "failureThreshold", 3);
  set_http_get(*probe);
  if (auto* grpc = object_in(*probe, "grpc")) fill_absent(*grpc, "service", "");
}

void set_environment(json::object& variable) {
  auto* source = object_in(variable, "valueFrom");
  if (!source) return;
  if (auto* field = object_in(*source, "fieldRef")) fill_blank(*field, "apiVersion", "v1");
  if (auto* resource = object_in(*source, "resourceFieldRef")) fill_absent(*resource, "divisor", "0");
}

void set_container(json::object& container) {
  if (blank(container, "imagePullPolicy"))
    container["imagePullPolicy"] = is_latest(api::string_at(container, {"image"})) ? "Always" : "IfNotPresent";
  fill_blank(container, "terminationMessagePath", "/dev/termination-log");
  fill_blank(container, "terminationMessagePolicy", "File");
  each(container, "ports", [](json::object& port) { fill_blank(port, "protocol", "TCP"); });
  each(container, "env", set_environment);
  if (auto* resources = need_object(container, "resources")) {
    normalize_quantities(*resources, "limits");
    normalize_quantities(*resources, "requests");
  }
  for (auto name : {"livenessProbe", "readinessProbe", "startupProbe"})
    set_probe(container, name);
  if (auto* lifecycle = object_in(container, "lifecycle"))
    for (auto name : {"postStart", "preStop"})
      if (auto* handler = object_in(*lifecycle, name)) set_http_get(*handler);
}

/// A limit without a request is also the request; pods only, since LimitRange may still change templates' pods.
void copy_limits(json::object& container) {
  auto* resources = object_in(container, "resources");
  if (!resources || absent(*resources, "limits")) return;
  auto* requests = need_object(*resources, "requests");
  auto* limits = object_in(*resources, "limits");
  if (!requests || !limits) return;
  for (auto& limit : *limits)
    if (!requests->contains(limit.key())) (*requests)[limit.key()] = limit.value();
}

/// The single form and the list form of a pod's address; the single one wins where they differ.
void align_address(json::object& status, std::string_view single, std::string_view list) {
  auto address = std::string(api::string_at(status, {single}));
  auto* addresses = array_in(status, list);
  auto first = addresses && !addresses->empty() ? std::string(api::string_at((*addresses)[0], {"ip"})) : std::string();
  if (address.empty() && !first.empty())
    status[single] = first;
  else if (!address.empty() && address != first)
    status[list] = json::array{json::object{{"ip", address}}};
}

} // namespace

void set_pod_spec_defaults(json::object& spec) {
  fill_blank(spec, "dnsPolicy", "ClusterFirst");
  fill_blank(spec, "restartPolicy", "Always");
  if (absent(spec, "securityContext")) spec["securityContext"].emplace_object();
  fill_absent(spec, "terminationGracePeriodSeconds", 30);
  fill_blank(spec, "schedulerName", "default-scheduler");
  if (blank(spec, "serviceAccountName") && !blank(spec, "serviceAccount"))
    spec["serviceAccountName"] = json::value(spec["serviceAccount"]);
  else if (!blank(spec, "serviceAccountName"))
    spec["serviceAccount"] = json::value(spec["serviceAccountName"]);
  for (auto list : {"containers", "initContainers", "ephemeralContainers"})
    each(spec, list, set_container);
  each(spec, "volumes", set_volume);
  normalize_quantities(spec, "overhead");
}

void set_pod(json::object& body) {
  auto* spec = object_in(body, "spec");
  if (!spec) return;
  set_pod_spec_defaults(*spec);
  fill_absent(*spec, "enableServiceLinks", true);
  if (api::int_at(*spec, {"terminationGracePeriodSeconds"}) < 0) (*spec)["terminationGracePeriodSeconds"] = 1;
  bool host_network = api::bool_at(*spec, {"hostNetwork"});
  for (auto list : {"containers", "initContainers"})
    each(*spec, list, [&](json::object& container) {
      copy_limits(container);
      if (!host_network) return;
      each(container, "ports", [](json::object& port) {
        if (zero(port, "hostPort") && !zero(port, "containerPort"))
          port["hostPort"] = json::value(port["containerPort"]);
      });
    });
  if (auto* status = object_in(body, "status")) {
    align_address(*status, "podIP", "podIPs");
    align_address(*status, "hostIP", "hostIPs");
  }
}

void set_pod_template(json::object& body) {
  if (auto* pod = object_in(body, "template"))
    if (auto* spec = object_in(*pod, "spec")) set_pod_spec_defaults(*spec);
}

} // namespace troupe::policies::defaulting
