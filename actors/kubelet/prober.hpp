#pragma once
#include "actors/base/atoms.hpp"
#include "actors/base/environment.hpp"
#include "actors/base/message.hpp"
#include <caf/fwd.hpp>
#include <caf/meta/type_name.hpp>
#include <caf/typed_actor.hpp>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace troupe::actors::kubelet {

/// One HTTP GET or one TCP connect of a probe or a lifecycle hook.
struct network_check {
  enum class kind : std::uint8_t { tcp, http, https } what = kind::tcp;
  std::string host, path;
  std::uint16_t port = 0;
  std::vector<std::pair<std::string, std::string>> headers;
  std::int64_t timeout_us = 1'000'000;
};
struct check_result {
  bool success = false;
  std::string output; ///< what the Unhealthy event says
};

/// Carries out network checks. Always answered.
using prober_actor = caf::typed_actor<caf::replies_to<http_atom, shared<network_check>>::with<check_result>>;

/// With real sockets, on `workers` threads of its own. Follows Kubernetes: 200 to 399 is success, up to 10 redirects to
/// the same host are followed, certificates are not verified.
[[nodiscard]] prober_actor spawn_socket_prober(caf::actor_system& system, const environment& env,
                                               std::size_t workers = 4);
/// Answers every check with success at once: for nodes that run nothing.
[[nodiscard]] prober_actor spawn_hollow_prober(caf::actor_system& system);

template <class Inspector> typename Inspector::result_type inspect(Inspector& f, network_check& x) {
  return f(caf::meta::type_name("check"), x.what, x.host, x.path, x.port, x.headers, x.timeout_us);
}
template <class Inspector> typename Inspector::result_type inspect(Inspector& f, check_result& x) {
  return f(caf::meta::type_name("checked"), x.success, x.output);
}

} // namespace troupe::actors::kubelet
