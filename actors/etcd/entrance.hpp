#pragma once
#include "net/etcd/handler.hpp"
#include <memory>
#include <mutex>

namespace troupe::actors::etcd {

/// Where clients come in while those who answer them may change, or be away: then everything fails as `unavailable`,
/// and clients try again or elsewhere. All members are thread safe.
class entrance final : public net::etcd::handler {
public:
  /// Null: nobody answers.
  void lead_to(std::shared_ptr<net::etcd::handler> to);
  void take(net::etcd::any_call c) override;
  void open(std::shared_ptr<net::etcd::watch_stream> s) override;
  void open(std::shared_ptr<net::etcd::keepalive_stream> s) override;
  void open(std::shared_ptr<net::etcd::snapshot_stream> s) override;

private:
  [[nodiscard]] std::shared_ptr<net::etcd::handler> now() const;
  template <class Stream> void pass_on(std::shared_ptr<Stream> s);

  mutable std::mutex mutex_;
  std::shared_ptr<net::etcd::handler> to_;
};

} // namespace troupe::actors::etcd
