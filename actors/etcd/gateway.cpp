#include "actors/etcd/gateway.hpp"
#include <caf/send.hpp>

namespace troupe::actors::etcd {

gateway::gateway(const std::vector<front_actor>& fronts) {
  for (auto& f : fronts) {
    auto& added = lanes_.emplace_back(f, std::make_shared<call_queue>());
    f->attach_functor([q = added.waiting] { q->close(); });
  }
}

const gateway::lane& gateway::next() {
  return lanes_[turn_.fetch_add(1, std::memory_order_relaxed) % lanes_.size()];
}

void gateway::take(net::etcd::any_call c) {
  auto& to = next();
  if (to.waiting->push(std::move(c))) caf::anon_send(to.front, call_atom::value, arrived{to.waiting});
}
void gateway::open(std::shared_ptr<net::etcd::watch_stream> s) {
  caf::anon_send(next().front, open_atom::value, opened{std::move(s)});
}
void gateway::open(std::shared_ptr<net::etcd::keepalive_stream> s) {
  caf::anon_send(next().front, open_atom::value, opened{std::move(s)});
}
void gateway::open(std::shared_ptr<net::etcd::snapshot_stream> s) {
  caf::anon_send(next().front, open_atom::value, opened{std::move(s)});
}

} // namespace troupe::actors::etcd
