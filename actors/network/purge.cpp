#include "actors/network/purge.hpp"
#include "actors/network/machine.hpp"
#include "net/nftables/forward_rules.hpp"

namespace troupe::actors::network {

std::vector<std::string> purge(const std::string& instance) {
  auto state = read_machine(instance);
  if (!state) return {"routes to other nodes: " + state.error()};
  std::vector<std::string> left;
  for (auto& step : policies::network::steps_between(state->present, {}))
    if (auto done = carry_out(step, instance); !done) left.push_back("route to another node: " + done.error());
  if (auto done = net::nftables::accept_forwarded(instance, {}); !done)
    left.push_back("packet filter rules in FORWARD: " + done.error());
  return left;
}

} // namespace troupe::actors::network
