#pragma once
#include "actors/link/interface.hpp"
#include "policies/cluster/node_record.hpp"
#include <memory>
#include <mutex>

namespace troupe::actors::link {

/// The endpoint of a process and the actor that minds it, which is made later. What arrives before is turned away.
/// Simulation derives from it and has no endpoint.
class door {
public:
  [[nodiscard]] static tl::expected<std::shared_ptr<door>, std::string> open(net::link::endpoint_config config);
  virtual ~door();

  [[nodiscard]] std::uint16_t port() const noexcept { return endpoint_->port(); }
  void set(links_actor minder);
  /// Tells the minder (open_atom, connection or reason, node).
  virtual void dial(const std::string& address, std::uint16_t port, std::uint64_t node);
  [[nodiscard]] tl::expected<void, std::string> renew(const net::link::credential& own) {
    return endpoint_->renew(own);
  }
  void stop();

protected:
  [[nodiscard]] links_actor minder() const;

private:

  mutable std::mutex mutex_;
  links_actor minder_;
  std::unique_ptr<net::link::endpoint> endpoint_;
};

/// The nodes known at the last stop, for the first dials of the next start. Empty if there is no such file; a damaged
/// one is an error.
[[nodiscard]] tl::expected<roster, std::string> load_roster(const std::string& file);
/// Replaces the file as a whole. Small; called when the nodes change.
[[nodiscard]] tl::expected<void, std::string> save_roster(const std::string& file, const roster& nodes);

} // namespace troupe::actors::link
