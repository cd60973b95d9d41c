#include "policies/oci/mounts.hpp"
#include <algorithm>

namespace troupe::policies::oci {

namespace json = api::json;

namespace {

json::object entry(std::string_view destination, std::string_view type, std::string_view source,
                   std::initializer_list<std::string_view> options) {
  json::array list;
  for (auto o : options) list.emplace_back(json::string(o));
  return {{"destination", destination}, {"type", type}, {"source", source}, {"options", std::move(list)}};
}

json::object bind_mount(std::string_view destination, std::string_view source, bool read_only, propagation spread) {
  json::array options{"rbind"};
  switch (spread) {
    case propagation::none: options.emplace_back("rprivate"); break;
    case propagation::host_to_container: options.emplace_back("rslave"); break;
    case propagation::bidirectional: options.emplace_back("rshared"); break;
  }
  options.emplace_back(read_only ? "ro" : "rw");
  return {{"destination", destination}, {"type", "bind"}, {"source", source}, {"options", std::move(options)}};
}

std::string trimmed(std::string path) {
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path;
}

bool covers(const std::string& above, const std::string& path) {
  return above == path || above == "/" || (path.starts_with(above) && path[above.size()] == '/');
}

} // namespace

json::array spec_mounts(const sandbox_config& pod, const container_config& container, const sandbox_files& files) {
  bool privileged = container.secure.privileged;
  std::vector<json::object> defaults;
  defaults.push_back(entry("/proc", "proc", "proc", {"nosuid", "noexec", "nodev"}));
  defaults.push_back(entry("/dev", "tmpfs", "tmpfs", {"nosuid", "strictatime", "mode=755", "size=65536k"}));
  defaults.push_back(entry("/dev/pts", "devpts", "devpts",
                           {"nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"}));
  defaults.push_back(entry("/dev/mqueue", "mqueue", "mqueue", {"nosuid", "noexec", "nodev"}));
  // A sysfs of another network namespace than the container's cannot be mounted, so a host-network pod binds the
  // node's.
  if (pod.host_network)
    defaults.push_back(entry("/sys", "bind", "/sys", {"rbind", "rprivate", "nosuid", "noexec", "nodev",
                                                      privileged ? "rw" : "ro"}));
  else
    defaults.push_back(entry("/sys", "sysfs", "sysfs", {"nosuid", "noexec", "nodev", privileged ? "rw" : "ro"}));
  defaults.push_back(entry("/sys/fs/cgroup", "cgroup", "cgroup",
                           {"nosuid", "noexec", "nodev", "relatime", privileged ? "rw" : "ro"}));
  if (!files.shm.empty()) defaults.push_back(bind_mount("/dev/shm", files.shm, false, propagation::none));
  bool ro = container.secure.read_only_root;
  if (!files.hostname.empty()) defaults.push_back(bind_mount("/etc/hostname", files.hostname, ro, propagation::none));
  if (!files.resolv_conf.empty())
    defaults.push_back(bind_mount("/etc/resolv.conf", files.resolv_conf, ro, propagation::none));

  auto own = container.mounts;
  for (auto& m : own) m.container_path = trimmed(m.container_path);
  std::stable_sort(own.begin(), own.end(), [](auto& a, auto& b) {
    auto depth = [](auto& m) { return std::count(m.container_path.begin(), m.container_path.end(), '/'); };
    return depth(a) < depth(b);
  });
  json::array out;
  for (auto& d : defaults) {
    std::string at(d["destination"].as_string());
    bool replaced = std::any_of(own.begin(), own.end(), [&](auto& m) { return covers(m.container_path, at); });
    if (!replaced) out.push_back(std::move(d));
  }
  for (auto& m : own) out.push_back(bind_mount(m.container_path, m.host_path, m.read_only, m.spread));
  return out;
}

std::string root_propagation(const std::vector<mount_point>& mounts) {
  auto strongest = propagation::none;
  for (auto& m : mounts) strongest = std::max(strongest, m.spread);
  switch (strongest) {
    case propagation::none: return "private";
    case propagation::host_to_container: return "rslave";
    case propagation::bidirectional: return "rshared";
  }
  return "private";
}

} // namespace troupe::policies::oci
