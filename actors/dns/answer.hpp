#pragma once
#include "net/dns/message.hpp"
#include "policies/services/dns_answer.hpp"

namespace troupe::actors::dns {

/// Seconds for which clients may keep an answer about the cluster, as CoreDNS's kubernetes plugin has it.
inline constexpr std::uint32_t ttl = 30;

/// The wire's form of an answer about the cluster; what says no carries the zone's SOA record.
[[nodiscard]] net::dns::message to_message(const net::dns::message& asked, const policies::services::dns_answer& answer,
                                           const std::string& domain);

} // namespace troupe::actors::dns
