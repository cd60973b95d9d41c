#pragma once
#include "actors/etcd/interface.hpp"
#include <atomic>
#include <vector>

namespace troupe::actors::etcd {

/// Takes calls from the server's threads to the fronts, in turns.
class gateway final : public net::etcd::handler {
public:
  /// At least one.
  explicit gateway(const std::vector<front_actor>& fronts);
  void take(net::etcd::any_call c) override;
  void open(std::shared_ptr<net::etcd::watch_stream> s) override;
  void open(std::shared_ptr<net::etcd::keepalive_stream> s) override;
  void open(std::shared_ptr<net::etcd::snapshot_stream> s) override;

private:
  struct lane {
    front_actor front;
    std::shared_ptr<call_queue> waiting;
  };
  const lane& next();
  std::vector<lane> lanes_;
  std::atomic<std::size_t> turn_{0};
};

} // namespace troupe::actors::etcd
