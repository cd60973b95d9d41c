#pragma once
#include "actors/base/environment.hpp"
#include "actors/base/spawn.hpp"
#include "actors/directory/interface.hpp"
#include "actors/dns/service.hpp"
#include "actors/mirror/interface.hpp"
#include "policies/api/object_table.hpp"

namespace troupe::actors::dns {

struct dns_config {
  std::string domain = "cluster.local";
  std::string address;         ///< of the cluster's DNS service
  std::string resolv_conf = "/etc/resolv.conf"; ///< whose servers are asked for other names
  caf::timespan settle = std::chrono::milliseconds(20); ///< changes that come within it make one new index
  caf::timespan retry = std::chrono::seconds(5);        ///< after a failure to listen
};

/// Takes each new index.
using publisher = std::function<void(std::shared_ptr<const policies::services::dns_index>)>;
/// Starts the server; called again after `retry` if it fails.
using starter = std::function<tl::expected<publisher, std::string>()>;

struct dns_state {
  static inline const char* name = "dns";
  using self_pointer = stateful<dns_state>*;
  explicit dns_state(self_pointer s) : self(s) {}

  void changed(const mirror::update& u);
  void rebuild();
  void open();

  self_pointer self;
  dns_config config;
  starter start;
  publisher publish; ///< null while the server does not listen
  api::object_table services, slices, namespaces;
  std::set<std::string> synced; ///< resources of which a first list came
  bool armed = false; ///< a timer for `rebuild` runs
  std::shared_ptr<const policies::services::dns_index> index;
};

/// Keeps the names of the cluster's DNS server like its services, endpoint slices and namespaces.
caf::behavior dns(dns_state::self_pointer self, directory::directory_actor directory, dns_config config, starter start);

/// The DNS of a node, below `parent`: listens on the DNS service's address, which it adds to the loopback interface.
[[nodiscard]] caf::actor spawn_dns(caf::local_actor& parent, const environment_ptr& env,
                                   const directory::directory_actor& directory, const dns_config& config);

} // namespace troupe::actors::dns
