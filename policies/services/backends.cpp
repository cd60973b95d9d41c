#include "policies/services/backends.hpp"
#include <algorithm>

namespace troupe::policies::services {

namespace {

/// The slice's number for the port of this name and protocol; 0 if it has none.
std::uint16_t port_number(const api::object& slice, std::string_view name, std::string_view protocol) {
  auto* ports = api::array_at(slice.body(), {"ports"});
  if (!ports) return 0;
  for (auto& p : *ports) {
    if (api::string_at(p, {"name"}) != name || api::string_at(p, {"protocol"}, "TCP") != protocol) continue;
    auto number = api::int_at(p, {"port"});
    if (number > 0 && number < 65536) return static_cast<std::uint16_t>(number);
  }
  return 0;
}

struct choice {
  std::vector<endpoint> ready, ending;
  std::vector<endpoint> best() {
    auto& out = ready.empty() ? ending : ready;
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return std::move(out);
  }
};

} // namespace

backends backends_of(const std::vector<api::object_ptr>& slices, std::string_view port_name, std::string_view protocol,
                     std::string_view node) {
  choice all, local;
  for (auto& slice : slices) {
    if (api::string_at(slice->body(), {"addressType"}) != "IPv4") continue;
    auto port = port_number(*slice, port_name, protocol);
    auto* endpoints = api::array_at(slice->body(), {"endpoints"});
    if (port == 0 || !endpoints) continue;
    for (auto& e : *endpoints) {
      auto* addresses = api::array_at(e, {"addresses"});
      if (!addresses || addresses->empty() || !addresses->front().is_string()) continue;
      // The addresses of one endpoint are interchangeable; consumers use the first.
      auto address = parse_ipv4(std::string_view(addresses->front().get_string()));
      if (!address) continue;
      bool ready = api::bool_at(e, {"conditions", "ready"}, true);
      bool ending = api::bool_at(e, {"conditions", "terminating"}) && api::bool_at(e, {"conditions", "serving"}, true);
      if (!ready && !ending) continue;
      endpoint found{*address, port};
      (ready ? all.ready : all.ending).push_back(found);
      if (!node.empty() && api::string_at(e, {"nodeName"}) == node)
        (ready ? local.ready : local.ending).push_back(found);
    }
  }
  return {all.best(), local.best()};
}

} // namespace troupe::policies::services
