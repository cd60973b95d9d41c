#include "actors/runtime/cgroups.hpp"
#include "actors/runtime/embedded.hpp"
#include "actors/runtime/files.hpp"
#include "actors/runtime/machine.hpp"
#include "net/cni/config.hpp"
#include "net/process/process.hpp"
#include <algorithm>
#include <fmt/format.h>
#include <linux/magic.h>
#include <sys/resource.h>
#include <sys/vfs.h>
#include <unistd.h>

namespace troupe::actors::runtime {

namespace {

void check_programs(const embedded_config& config, std::vector<condition>& out) {
  for (auto [program, package] : {std::pair{"runc", "runc"}, {"conmon", "conmon"}, {"nft", "nftables"}})
    if (net::process::find_program(program).empty())
      out.push_back({"MissingProgram", fmt::format("{} is not installed (Debian package {})", program, package), true});
  if (net::process::find_program("skopeo").empty())
    out.push_back(
        {"MissingProgram", "skopeo is not installed (Debian package skopeo): images cannot be pulled", false});
  for (auto* plugin : {"bridge", "host-local", "portmap"})
    if (!files::exists(config.cni_bin_dir + "/" + plugin))
      out.push_back(
          {"MissingProgram",
           fmt::format("{}/{} is missing (Debian package containernetworking-plugins)", config.cni_bin_dir, plugin),
           true});
}

void check_rights(std::vector<condition>& out) {
  if (::geteuid() != 0) {
    out.push_back(
        {"NoRoot", "the embedded runtime needs root; without it use --runtime hollow, which runs no containers", true});
    return;
  }
  auto limits = machine_limits();
  auto has = [&](std::string_view name) {
    return std::find(limits.capabilities.begin(), limits.capabilities.end(), name) != limits.capabilities.end();
  };
  for (auto* needed : {"CAP_SYS_ADMIN", "CAP_NET_ADMIN", "CAP_MKNOD"})
    if (!has(needed))
      out.push_back(
          {"NoCapability", fmt::format("this process lacks {}, without which no container can start", needed), true});
  if (!has("CAP_SYS_RESOURCE"))
    out.push_back({"NoCapSysResource",
                   fmt::format("this process lacks CAP_SYS_RESOURCE: the OOM score of containers is never set below {}",
                               limits.oom_score_min), false});
  rlimit files{};
  constexpr rlim_t files_wanted = 4096;
  if (::getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_max < files_wanted)
    out.push_back(
        {"FewFiles", fmt::format("the limit of open files is {}: many pods will not fit", files.rlim_max), false});
}

} // namespace

std::vector<condition> probe_machine(const embedded_config& config) {
  std::vector<condition> out;
  check_rights(out);
  check_programs(config, out);
  if (auto subnet = net::cni::parse_subnet(config.pod_cidr); !subnet)
    out.push_back({"BadSubnet", subnet.error(), true});
  bool v2 = cgroups().version() == policies::oci::cgroup_version::v2;
  if (!v2 && !files::exists("/sys/fs/cgroup/memory"))
    out.push_back({"NoCgroups", "no control groups are mounted at /sys/fs/cgroup", true});
  // The nearest directory that exists: the data directory itself may be still to be made.
  auto path = config.data_dir;
  while (path.size() > 1 && !files::exists(path)) path.erase(std::max<std::size_t>(path.rfind('/'), 1));
  struct statfs s {};
  if (::statfs(path.c_str(), &s) == 0 && s.f_type == OVERLAYFS_SUPER_MAGIC)
    out.push_back({"OverlayOnOverlay",
                   fmt::format("{} lies on an overlay file system, where containers cannot have their writable layers: "
                               "choose another --data-dir", config.data_dir), true});
  return out;
}

} // namespace troupe::actors::runtime
