#include "policies/oci/capabilities.hpp"
#include <algorithm>
#include <cctype>
#include <set>

namespace troupe::policies::oci {

const std::vector<std::string>& capability_names() {
  static const std::vector<std::string> names = {
    "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_DAC_READ_SEARCH", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_SETGID",
    "CAP_SETUID", "CAP_SETPCAP", "CAP_LINUX_IMMUTABLE", "CAP_NET_BIND_SERVICE", "CAP_NET_BROADCAST", "CAP_NET_ADMIN",
    "CAP_NET_RAW", "CAP_IPC_LOCK", "CAP_IPC_OWNER", "CAP_SYS_MODULE", "CAP_SYS_RAWIO", "CAP_SYS_CHROOT",
    "CAP_SYS_PTRACE", "CAP_SYS_PACCT", "CAP_SYS_ADMIN", "CAP_SYS_BOOT", "CAP_SYS_NICE", "CAP_SYS_RESOURCE",
    "CAP_SYS_TIME", "CAP_SYS_TTY_CONFIG", "CAP_MKNOD", "CAP_LEASE", "CAP_AUDIT_WRITE", "CAP_AUDIT_CONTROL",
    "CAP_SETFCAP", "CAP_MAC_OVERRIDE", "CAP_MAC_ADMIN", "CAP_SYSLOG", "CAP_WAKE_ALARM", "CAP_BLOCK_SUSPEND",
    "CAP_AUDIT_READ", "CAP_PERFMON", "CAP_BPF", "CAP_CHECKPOINT_RESTORE"};
  return names;
}

const std::vector<std::string>& default_capabilities() {
  static const std::vector<std::string> names = {
    "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FSETID", "CAP_FOWNER", "CAP_MKNOD", "CAP_NET_RAW", "CAP_SETGID", "CAP_SETUID",
    "CAP_SETFCAP", "CAP_SETPCAP", "CAP_NET_BIND_SERVICE", "CAP_SYS_CHROOT", "CAP_KILL", "CAP_AUDIT_WRITE"};
  return names;
}

std::vector<std::string> capabilities_of_mask(std::uint64_t mask) {
  std::vector<std::string> out;
  auto& names = capability_names();
  for (std::size_t i = 0; i < names.size(); ++i)
    if (mask >> i & 1) out.push_back(names[i]);
  return out;
}

namespace {
std::string full_name(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return std::toupper(c); });
  if (out != "ALL" && !out.starts_with("CAP_")) out.insert(0, "CAP_");
  return out;
}
std::set<std::string> full_names(const std::vector<std::string>& texts) {
  std::set<std::string> out;
  for (auto& t : texts) out.insert(full_name(t));
  return out;
}
} // namespace

std::vector<std::string> effective_capabilities(const std::vector<std::string>& add,
                                                const std::vector<std::string>& drop,
                                                const std::vector<std::string>& available) {
  auto added = full_names(add), dropped = full_names(drop);
  std::set<std::string> have;
  if (added.contains("ALL"))
    have.insert(capability_names().begin(), capability_names().end());
  else if (!dropped.contains("ALL"))
    have.insert(default_capabilities().begin(), default_capabilities().end());
  for (auto& name : added) have.insert(name);
  for (auto& name : dropped)
    if (!added.contains(name)) have.erase(name);
  std::vector<std::string> out;
  for (auto& name : capability_names())
    if (have.contains(name) && std::find(available.begin(), available.end(), name) != available.end())
      out.push_back(name);
  return out;
}

} // namespace troupe::policies::oci
