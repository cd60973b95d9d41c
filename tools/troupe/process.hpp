#pragma once
#include "actors/cluster/config.hpp"
#include "net/discovery/secret.hpp"
#include "tools/troupe/pki.hpp"
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <tl/expected.hpp>

namespace troupe::tools {

/// All components of a cluster member in this process.
class cluster_process {
public:
  /// Starts everything; `ready` runs on some thread once the API answers and the objects that every cluster has exist.
  /// With `discovery` a control-plane node answers to nodes of its LAN that know the secret. The error is a sentence
  /// for the operator.
  [[nodiscard]] static tl::expected<std::unique_ptr<cluster_process>, std::string>
  start(actors::cluster::cluster_config config, const pki& keys, std::function<void()> ready,
        std::optional<net::discovery::keys> discovery = {});
  ~cluster_process();

  /// With the port that was really taken.
  [[nodiscard]] const actors::cluster::cluster_config& config() const noexcept;
  /// Ends requests and components in order. Containers run on.
  void stop();
  /// Blocks until a component gave up for good, or `stop` was called; the reason.
  [[nodiscard]] bool failed() const noexcept;

private:
  struct impl;
  explicit cluster_process(std::unique_ptr<impl> i);
  std::unique_ptr<impl> impl_;
};

} // namespace troupe::tools
