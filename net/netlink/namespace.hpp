#pragma once
#include <functional>
#include <map>
#include <string>
#include <tl/expected.hpp>

/// Namespaces that live on as files, without a process in them.
namespace troupe::net::netlink {

struct namespace_request {
  std::string net, ipc, uts; ///< files that will pin them; empty: not made
  std::string hostname;      ///< of the new uts namespace
  std::map<std::string, std::string> sysctls; ///< "net.ipv4.ip_forward" and the like, set inside
};

/// Makes the namespaces, with the loopback interface up, and pins each by a bind mount. On failure nothing is left.
[[nodiscard]] tl::expected<void, std::string> make_namespaces(const namespace_request& request);

/// Unmounts and removes a pinned file; fine if it is not there.
[[nodiscard]] tl::expected<void, std::string> unpin(const std::string& path);

/// True if the file pins a namespace now: not after a reboot.
[[nodiscard]] bool is_pinned(const std::string& path);

/// Runs `work` on a thread of its own that is in the network namespace pinned by `path`.
[[nodiscard]] tl::expected<void, std::string> in_network(const std::string& path, const std::function<void()>& work);

} // namespace troupe::net::netlink
