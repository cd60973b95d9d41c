#pragma once
#include <string>
#include <vector>

namespace troupe::actors::proxy {

/// Removes what proxy and DNS of a stopped instance have left in the kernel: the packet filter table and the DNS
/// address on the loopback interface. Blocks; fine if nothing is there. What could not be removed, one sentence each.
[[nodiscard]] std::vector<std::string> purge(const std::string& instance, const std::string& dns_address);

} // namespace troupe::actors::proxy
