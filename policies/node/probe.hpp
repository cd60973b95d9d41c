#pragma once
#include "policies/api/object.hpp"
#include "policies/api/time.hpp"
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace troupe::policies::node {

enum class probe_kind : std::uint8_t { startup, readiness, liveness };

struct exec_check {
  std::vector<std::string> command;
};
struct http_check {
  std::string scheme, host, path; ///< scheme "http" or "https"; host empty: the pod's address
  std::uint16_t port = 0;
  std::vector<std::pair<std::string, std::string>> headers;
};
struct tcp_check {
  std::string host; ///< empty: the pod's address
  std::uint16_t port = 0;
};
struct grpc_check {
  std::uint16_t port = 0;
  std::string service;
};
/// What a probe or a lifecycle hook does; `monostate`: nothing.
using check = std::variant<std::monostate, exec_check, http_check, tcp_check, grpc_check>;

/// Reads `exec`, `httpGet`, `tcpSocket` or `grpc` of a probe or lifecycle handler. Names of ports are looked up in the
/// container; a port that is not there becomes 0.
[[nodiscard]] check check_of(const api::json::object& handler, const api::json::object& container);

/// One probe of a container with API defaults.
struct probe_spec {
  check what;
  api::duration initial_delay{}, timeout = std::chrono::seconds(1), period = std::chrono::seconds(10);
  std::int32_t success_threshold = 1, failure_threshold = 3;
  std::optional<std::int64_t> grace_seconds; ///< terminationGracePeriodSeconds of the probe
};
/// Empty if the container has no such probe.
[[nodiscard]] std::optional<probe_spec> probe_of(const api::json::object& container, probe_kind kind);

/// Folds single results into a verdict, as the kubelet's prober worker. One per container run and probe.
struct probe_fold {
  std::optional<bool> last; ///< the last single result
  std::int32_t run = 0;     ///< how many of them in a row
};
/// The new verdict, or empty while the threshold is not reached.
[[nodiscard]] std::optional<bool> fold(probe_fold& state, const probe_spec& spec, bool success);

/// When the next probe is due. `started` is when the container started, `previous` the begin of the last probe.
[[nodiscard]] api::time_point next_probe(const probe_spec& spec, api::time_point started,
                                         std::optional<api::time_point> previous);

/// "Readiness", "Liveness", "Startup": as event texts begin.
[[nodiscard]] std::string_view probe_name(probe_kind kind) noexcept;
/// "Readiness probe failed: HTTP probe failed with statuscode: 500"; with `errored` "… probe errored: …".
[[nodiscard]] std::string unhealthy_text(probe_kind kind, bool errored, std::string_view output);
/// "Container web failed liveness probe, will be restarted"
[[nodiscard]] std::string probe_kill_text(std::string_view container, probe_kind kind, bool restarts);

} // namespace troupe::policies::node
