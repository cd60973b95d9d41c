#include "actors/proxy/purge.hpp"
#include "net/dns/loopback_address.hpp"
#include "net/nftables/purge.hpp"
#include "policies/services/address.hpp"

namespace troupe::actors::proxy {

std::vector<std::string> purge(const std::string& instance, const std::string& dns_address) {
  std::vector<std::string> left;
  if (auto done = net::nftables::purge(instance); !done) left.push_back("packet filter table: " + done.error());
  if (auto address = policies::services::parse_ipv4(dns_address))
    if (auto done = net::dns::remove_loopback_address(*address); !done)
      left.push_back("loopback address: " + done.error());
  return left;
}

} // namespace troupe::actors::proxy
