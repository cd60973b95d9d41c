#pragma once
#include "actors/base/environment.hpp"
#include "actors/base/spawn.hpp"
#include "actors/base/atoms.hpp"
#include "net/certificates/certificate.hpp"
#include <caf/event_based_actor.hpp>
#include <functional>
#include <string>
#include <tl/expected.hpp>

namespace troupe::actors::join {

/// A new certificate for the key of a signing request.
struct renewed {
  std::string certificate_pem;
};
struct renewal_failure {
  std::string message;
  bool removed = false; ///< the node is a member no more: it will never get one
};

struct renewal_config {
  net::certificates::credential current;
  std::string common_name; ///< for people who look at requests
  /// Asks the cluster with the certificate that counts now. Blocks.
  std::function<tl::expected<renewed, renewal_failure>(const std::string& signing_request)> ask;
  /// Keeps the new pair so that the next start finds it; what fails is tried again later. Blocks.
  std::function<tl::expected<void, std::string>(const net::certificates::credential&)> keep;
  /// The new pair counts: later handshakes use it.
  std::function<void(const net::certificates::credential&)> use;
  /// The node was taken out of the cluster.
  std::function<void()> removed;
  std::chrono::seconds retry{std::chrono::minutes(5)};
};

struct renewal_state {
  static inline const char* name = "renewal";
  using self_pointer = stateful<renewal_state>*;
  explicit renewal_state(self_pointer s) : self(s) {}

  /// Sets the timer for the certificate that counts now.
  void schedule();
  void renew();
  void succeeded(const net::certificates::credential& fresh);
  void failed(const renewal_failure& why);
  void wait(std::chrono::seconds time);

  self_pointer self;
  renewal_config config;
  environment_ptr env;
  random_source random;
  bool busy = false;
};

/// When a certificate is to be renewed: at two thirds of its time.
[[nodiscard]] api::time_point renewal_time(const net::certificates::certificate_facts& facts);

/// `renewal(self, env, config)`: gets this node a new certificate long before the old one ends.
caf::behavior renewal(renewal_state::self_pointer self, environment_ptr env, renewal_config config);

} // namespace troupe::actors::join
