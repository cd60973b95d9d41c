#include "policies/validation/pod_spec.hpp"
#include <fmt/format.h>

namespace troupe::policies::validation {

namespace {

void check_http_get(report& out, const field_path& at, const json::object& http) {
  check_required(out, at, http, "path");
  check_port_reference(out, at / "port", http.if_contains("port"));
  auto scheme = api::string_at(http, {"scheme"});
  if (scheme != "HTTP" && scheme != "HTTPS") out.not_supported(at / "scheme", scheme, {"HTTP", "HTTPS"});
  for_each(api::array_at(http, {"httpHeaders"}), [&](std::size_t, const json::object& header) {
    auto name = api::string_at(header, {"name"});
    out.invalid(at / "httpHeaders", name, is_http_header_name(name));
  });
}

void check_one_handler(report& out, const field_path& at, std::string_view type, const json::object& handler,
                       const pod_view& pod) {
  if (type == "exec") {
    auto* command = api::array_at(handler, {"command"});
    if (!command || command->empty()) out.required(at / "command");
  } else if (type == "httpGet") {
    check_http_get(out, at, handler);
  } else if (type == "sleep") {
    auto seconds = api::int_at(handler, {"seconds"});
    if (seconds <= 0 || seconds > pod.grace_seconds)
      out.invalid(at, seconds,
                  fmt::format("must be greater than 0 and less than terminationGracePeriodSeconds ({}). Enable "
                              "AllowPodLifecycleSleepActionZeroValue feature gate for zero sleep.",
                              pod.grace_seconds));
  } else {
    check_port_reference(out, at / "port", handler.if_contains("port"));
  }
}

/// Exactly one kind of handler.
void check_handler(report& out, const field_path& at, const json::object& in, const pod_view& pod) {
  bool found = false;
  for (std::string_view type : {"exec", "httpGet", "tcpSocket", "grpc", "sleep"}) {
    auto* handler = api::object_at(in, {type});
    if (!handler) continue;
    auto entry = at / type;
    if (found)
      out.forbidden(entry, "may not specify more than 1 handler type");
    else
      check_one_handler(out, entry, type, *handler, pod);
    found = true;
  }
  if (!found) out.required(at, "must specify a handler type");
}

void check_probe(report& out, const field_path& at, const json::object& probe, const pod_view& pod) {
  check_handler(out, at, probe, pod);
  for (auto name : {"initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold"})
    check_not_negative(out, at, probe, name);
  if (auto grace = api::int_at(probe, {"terminationGracePeriodSeconds"}, 1); grace <= 0)
    out.invalid(at / "terminationGracePeriodSeconds", grace, "must be greater than 0");
}

} // namespace

void check_port_reference(report& out, const field_path& at, const json::value* port) {
  if (port && port->is_string()) {
    auto name = std::string_view(port->get_string());
    return out.invalid(at, name, is_port_name(name));
  }
  auto number = port && port->is_number() ? port->to_number<std::int64_t>() : 0;
  for (auto& message : is_port_number(number))
    out.invalid(at, number, message);
}

void check_probes_and_hooks(report& out, const field_path& container, const json::object& spec, const pod_view& pod) {
  auto lifecycle = container / "lifecycle";
  for (auto name : {"postStart", "preStop"})
    if (auto* handler = api::object_at(spec, {"lifecycle", name})) check_handler(out, lifecycle / name, *handler, pod);
  for (std::string_view name : {"livenessProbe", "readinessProbe", "startupProbe"}) {
    auto* probe = api::object_at(spec, {name});
    if (!probe) continue;
    auto at = container / name;
    check_probe(out, at, *probe, pod);
    if (name != "readinessProbe") {
      if (auto threshold = api::int_at(*probe, {"successThreshold"}); threshold != 1)
        out.invalid(at / "successThreshold", threshold, "must be 1");
    } else if (!absent(*probe, "terminationGracePeriodSeconds")) {
      out.invalid(at / "terminationGracePeriodSeconds", probe->if_contains("terminationGracePeriodSeconds"),
                  "must not be set for readinessProbes");
    }
  }
}

} // namespace troupe::policies::validation
