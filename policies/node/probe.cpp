#include "policies/node/probe.hpp"
#include <charconv>
#include <fmt/format.h>

namespace troupe::policies::node {

namespace {

std::uint16_t port_of(const api::json::value* value, const api::json::object& container) {
  if (!value) return 0;
  auto in_range = [](std::int64_t n) { return n > 0 && n < 65536 ? static_cast<std::uint16_t>(n) : std::uint16_t{0}; };
  if (auto* n = value->if_int64()) return in_range(*n);
  auto* text = value->if_string();
  if (!text) return 0;
  if (auto* ports = api::array_at(container, {"ports"}))
    for (auto& p : *ports)
      if (api::string_at(p, {"name"}) == std::string_view(*text)) return in_range(api::int_at(p, {"containerPort"}));
  std::int64_t number = 0;
  auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  return error == std::errc{} && end == text->data() + text->size() ? in_range(number) : std::uint16_t{0};
}

http_check http_of(const api::json::object& get, const api::json::object& container) {
  http_check c;
  c.scheme = api::string_at(get, {"scheme"}) == "HTTPS" ? "https" : "http";
  c.host = api::string_at(get, {"host"});
  c.path = api::string_at(get, {"path"}, "/");
  if (!c.path.starts_with('/')) c.path.insert(0, "/");
  c.port = port_of(api::find(get, {"port"}), container);
  if (auto* headers = api::array_at(get, {"httpHeaders"}))
    for (auto& h : *headers) c.headers.emplace_back(api::string_at(h, {"name"}), api::string_at(h, {"value"}));
  return c;
}

} // namespace

check check_of(const api::json::object& handler, const api::json::object& container) {
  if (auto* exec = api::object_at(handler, {"exec"})) {
    exec_check c;
    if (auto* command = api::array_at(*exec, {"command"}))
      for (auto& word : *command)
        if (auto* text = word.if_string()) c.command.emplace_back(*text);
    return c;
  }
  if (auto* get = api::object_at(handler, {"httpGet"})) return http_of(*get, container);
  if (auto* tcp = api::object_at(handler, {"tcpSocket"}))
    return tcp_check{std::string(api::string_at(*tcp, {"host"})), port_of(api::find(*tcp, {"port"}), container)};
  if (auto* grpc = api::object_at(handler, {"grpc"}))
    return grpc_check{port_of(api::find(*grpc, {"port"}), container), std::string(api::string_at(*grpc, {"service"}))};
  return std::monostate{};
}

std::optional<probe_spec> probe_of(const api::json::object& container, probe_kind kind) {
  std::string_view member = kind == probe_kind::startup ? "startupProbe"
                            : kind == probe_kind::readiness ? "readinessProbe" : "livenessProbe";
  auto* probe = api::object_at(container, {member});
  if (!probe) return std::nullopt;
  auto seconds = [&](std::string_view name, std::int64_t otherwise) {
    auto n = api::int_at(*probe, {name});
    return std::chrono::seconds(n > 0 ? n : otherwise);
  };
  probe_spec p;
  p.what = check_of(*probe, container);
  p.initial_delay = seconds("initialDelaySeconds", 0);
  p.timeout = seconds("timeoutSeconds", 1);
  p.period = seconds("periodSeconds", 10);
  p.success_threshold =
      static_cast<std::int32_t>(std::max<std::int64_t>(1, api::int_at(*probe, {"successThreshold"}, 1)));
  p.failure_threshold =
      static_cast<std::int32_t>(std::max<std::int64_t>(1, api::int_at(*probe, {"failureThreshold"}, 3)));
  if (probe->contains("terminationGracePeriodSeconds"))
    p.grace_seconds = api::int_at(*probe, {"terminationGracePeriodSeconds"});
  return p;
}

std::optional<bool> fold(probe_fold& state, const probe_spec& spec, bool success) {
  if (state.last == success) {
    ++state.run;
  } else {
    state.last = success;
    state.run = 1;
  }
  if (state.run < (success ? spec.success_threshold : spec.failure_threshold)) return std::nullopt;
  return success;
}

api::time_point next_probe(const probe_spec& spec, api::time_point started, std::optional<api::time_point> previous) {
  return previous ? *previous + spec.period : started + spec.initial_delay;
}

std::string_view probe_name(probe_kind kind) noexcept {
  switch (kind) {
    case probe_kind::startup: return "Startup";
    case probe_kind::readiness: return "Readiness";
    case probe_kind::liveness: return "Liveness";
  }
  return "";
}

std::string unhealthy_text(probe_kind kind, bool errored, std::string_view output) {
  return fmt::format("{} probe {}: {}", probe_name(kind), errored ? "errored" : "failed", output);
}

std::string probe_kill_text(std::string_view container, probe_kind kind, bool will_restart) {
  auto text =
      fmt::format("Container {} failed {} probe", container, kind == probe_kind::startup ? "startup" : "liveness");
  return will_restart ? text + ", will be restarted" : text;
}

} // namespace troupe::policies::node
