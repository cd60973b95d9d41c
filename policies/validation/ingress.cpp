#include "policies/validation/kinds.hpp"
#include <array>
#include <fmt/format.h>

namespace troupe::policies::validation {

namespace {

constexpr field_path root("spec");
constexpr std::string_view nothing;

void check_service_backend(report& out, const field_path& at, const json::object& service) {
  auto service_at = at / "service";
  auto port_at = service_at / "port";
  auto name = api::string_at(service, {"name"}), port = api::string_at(service, {"port", "name"});
  auto number = api::int_at(service, {"port", "number"});
  if (name.empty())
    out.required(service_at / "name");
  else
    out.invalid(service_at / "name", name, is_dns_1035_label(name));
  if (!port.empty() && number != 0)
    out.invalid(at, nothing, "cannot set both port name & port number");
  else if (!port.empty())
    out.invalid(port_at / "name", port, is_port_name(port));
  else if (number != 0) {
    for (auto& message : is_port_number(number))
      out.invalid(port_at / "number", number, message);
  } else {
    out.required(at, "port name or number is required");
  }
}

/// A reference to another kind of backend: a group that is a domain, a kind and a name.
void check_reference(report& out, const field_path& at, const json::object& reference) {
  if (auto group = api::string_at(reference, {"apiGroup"}); !absent(reference, "apiGroup") && !group.empty())
    out.invalid(at / "apiGroup", group, is_dns_subdomain(group));
  for (auto member : {"kind", "name"}) {
    auto value = api::string_at(reference, {member});
    if (value.empty())
      out.required(at / member, fmt::format("{} is required", member));
    else
      out.invalid(at / member, value, is_path_segment(value));
  }
}

void check_backend(report& out, const field_path& at, const json::object& backend) {
  auto *service = api::object_at(backend, {"service"}), *resource = api::object_at(backend, {"resource"});
  if (service && resource)
    out.invalid(at, nothing, "cannot set both resource and service backends");
  else if (resource)
    check_reference(out, at / "resource", *resource);
  else if (service)
    check_service_backend(out, at, *service);
  else
    out.invalid(at, nothing, "resource or service backend is required");
}

void check_path(report& out, const field_path& at, const json::object& path) {
  auto type = api::string_at(path, {"pathType"}), text = api::string_at(path, {"path"});
  if (absent(path, "pathType")) return out.required(at / "pathType", "pathType must be specified");
  if (type == "Exact" || type == "Prefix") {
    if (!text.starts_with('/')) out.invalid(at / "path", text, "must be an absolute path");
    if (!text.empty()) {
      for (std::string_view part : {"//", "/./", "/../", "%2f", "%2F"})
        if (text.find(part) != std::string_view::npos)
          out.invalid(at / "path", text, std::string_view(fmt::format("must not contain '{}'", part)));
      for (std::string_view end : {"/..", "/."})
        if (text.ends_with(end))
          out.invalid(at / "path", text, std::string_view(fmt::format("cannot end with '{}'", end)));
    }
  } else if (type == "ImplementationSpecific") {
    if (!text.empty() && !text.starts_with('/')) out.invalid(at / "path", text, "must be an absolute path");
  } else {
    out.not_supported(at / "pathType", type, {"Exact", "ImplementationSpecific", "Prefix"});
  }
  static const json::object empty;
  auto* backend = api::object_at(path, {"backend"});
  check_backend(out, at / "backend", backend ? *backend : empty);
}

messages host_messages(std::string_view host) {
  return host.find('*') != std::string_view::npos ? is_wildcard_subdomain(host) : is_dns_subdomain(host);
}

void check_rules(report& out, const json::object& spec) {
  auto list = root / "rules";
  for_each(api::array_at(spec, {"rules"}), [&](std::size_t i, const json::object& rule) {
    auto at = list[i];
    auto host = api::string_at(rule, {"host"});
    if (!host.empty()) {
      if (parse_ip(host)) out.invalid(at / "host", host, "must be a DNS name, not an IP address");
      out.invalid(at / "host", host, host_messages(host));
    }
    auto* http = api::object_at(rule, {"http"});
    if (!http) return;
    auto paths_at = at / "http.paths";
    auto* paths = api::array_at(*http, {"paths"});
    if (!paths || paths->empty()) return out.required(paths_at);
    for_each(paths, [&](std::size_t k, const json::object& path) { check_path(out, paths_at[k], path); });
  });
}

} // namespace

void check_ingress(report& out, const json::object& body) {
  static const json::object empty;
  auto* found = api::object_at(body, {"spec"});
  auto& spec = found ? *found : empty;
  auto* rules = api::array_at(spec, {"rules"});
  auto* backend = api::object_at(spec, {"defaultBackend"});
  if ((!rules || rules->empty()) && !backend)
    out.invalid_shown(root, "[]networking.IngressRule(nil)", "either `defaultBackend` or `rules` must be specified");
  if (backend) check_backend(out, root / "defaultBackend", *backend);
  check_rules(out, spec);
  auto list = root / "tls";
  for_each(api::array_at(spec, {"tls"}), [&](std::size_t i, const json::object& entry) {
    auto at = list[i];
    auto hosts = at / "hosts";
    for_each_string(api::array_at(entry, {"hosts"}),
                    [&](std::size_t k, std::string_view host) { out.invalid(hosts[k], host, host_messages(host)); });
    if (auto secret = api::string_at(entry, {"secretName"}); !secret.empty())
      out.invalid(at / "secretName", secret, is_dns_subdomain(secret));
  });
  if (auto name = api::string_at(spec, {"ingressClassName"}); !absent(spec, "ingressClassName"))
    out.invalid(root / "ingressClassName", name, is_dns_subdomain(name));
}

void check_ingress_create(report& out, const json::object& body) {
  constexpr std::string_view key = "kubernetes.io/ingress.class";
  constexpr field_path annotations("metadata.annotations");
  auto* name = api::find(body, {"spec", "ingressClassName"});
  auto* older = api::find(body, {"metadata", "annotations", key});
  if (name && older && *name != *older)
    out.invalid(annotations.key(key), older, "must match `ingressClassName` when both are specified");
}

void check_ingress_status(report& out, const json::object& body, const json::object&) {
  constexpr field_path list("status.loadBalancer.ingress");
  for_each(api::array_at(body, {"status", "loadBalancer", "ingress"}), [&](std::size_t i, const json::object& entry) {
    auto at = list[i];
    auto ip = api::string_at(entry, {"ip"}), host = api::string_at(entry, {"hostname"});
    if (!ip.empty()) out.invalid(at / "ip", ip, is_ip(ip));
    if (host.empty()) return;
    out.invalid(at / "hostname", host, is_dns_subdomain(host));
    if (parse_ip(host)) out.invalid(at / "hostname", host, "must be a DNS name, not an IP address");
  });
}

void check_ingress_class(report& out, const json::object& body) {
  constexpr std::size_t controller_max = 250;
  auto controller = api::string_at(body, {"spec", "controller"});
  auto at = root / "controller";
  if (controller.size() > controller_max) out.too_long(at, controller_max);
  if (controller.empty())
    out.required(at);
  else
    out.invalid(at, controller, is_domain_prefixed_path(controller));
  auto* parameters = api::object_at(body, {"spec", "parameters"});
  if (!parameters) return;
  auto parameters_at = root / "parameters";
  check_reference(out, parameters_at, *parameters);
  auto where = api::string_at(*parameters, {"scope"}), ns = api::string_at(*parameters, {"namespace"});
  check_one_of(out, parameters_at / "scope", where, {"Cluster", "Namespace"});
  if (where == "Namespace") {
    if (ns.empty())
      out.required(parameters_at / "namespace", "`parameters.scope` is set to 'Namespace'");
    else
      out.invalid(parameters_at / "namespace", ns, is_dns_label(ns));
  } else if (where == "Cluster" && !absent(*parameters, "namespace")) {
    out.forbidden(parameters_at / "namespace", "`parameters.scope` is set to 'Cluster'");
  }
}

void check_ingress_class_update(report& out, const json::object& body, const json::object& old) {
  check_immutable(out, root / "controller", api::find(body, {"spec", "controller"}),
                  api::find(old, {"spec", "controller"}));
}

} // namespace troupe::policies::validation
