#include "actors/runtime/conmon.hpp"
#include "actors/runtime/embedded.hpp"
#include "actors/runtime/files.hpp"
#include "actors/runtime/machine.hpp"
#include "net/netlink/link.hpp"
#include <algorithm>
#include <csignal>
#include <fmt/format.h>
#include <poll.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace troupe::actors::runtime {

namespace {

/// Waits for a process that is not our child. False if it is still there after the limit.
bool wait_for_end(std::uint32_t pid, std::chrono::milliseconds limit) {
  net::process::fd handle(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  if (!handle) return true;
  pollfd p{handle.number(), POLLIN, 0};
  return ::poll(&p, 1, static_cast<int>(limit.count())) > 0;
}

/// Mount points below a directory, deepest first.
std::vector<std::string> mounts_below(const std::string& directory) {
  std::vector<std::string> out;
  auto text = files::read("/proc/self/mountinfo").value_or("");
  std::string_view rest = text;
  while (!rest.empty()) {
    auto end = rest.find('\n');
    auto line = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    for (int field = 1; field < 5; ++field) line.remove_prefix(std::min(line.size(), line.find(' ') + 1));
    auto path = line.substr(0, line.find(' '));
    if (path.starts_with(directory + "/")) out.emplace_back(path);
  }
  std::reverse(out.begin(), out.end());
  return out;
}

} // namespace

std::vector<std::string> machine::purge_everything(bool images) {
  std::vector<std::string> left;
  auto note = [&](const outcome& done) {
    if (!done) left.push_back(done.error());
  };
  auto found = recover();
  auto root = policies::oci::cgroup_root(config_.instance);
  std::vector<std::uint32_t> watchers;
  for (auto& c : found.containers) {
    if (auto pid = conmon_pid(where_.container(c.status.id))) watchers.push_back(pid);
    note(signal(c, SIGKILL));
  }
  for (auto pid : watchers) {
    if (wait_for_end(pid, std::chrono::seconds(5))) continue;
    ::kill(static_cast<pid_t>(pid), SIGKILL);
  }
  for (auto& c : found.containers) note(remove_container(c));
  for (auto& s : found.sandboxes) {
    note(stop_sandbox(s));
    note(remove_sandbox(s));
  }
  note(net::netlink::remove_link(net::cni::bridge_name(config_.instance)));
  note(masquerade(false));
  for (auto& directory : {where_.run, where_.layers()})
    for (auto& mount : mounts_below(directory))
      if (::umount2(mount.c_str(), MNT_DETACH | UMOUNT_NOFOLLOW) != 0) left.push_back("mount " + mount);
  for (auto& stay : cgroups_.remove(root)) left.push_back("control group " + stay);
  note(files::remove_tree(where_.run));
  note(files::remove_tree(where_.layers()));
  if (images) note(files::remove_tree(where_.images()));
  return left;
}

std::vector<std::string> purge(const embedded_config& config, bool images) {
  machine m(config, environment::production(), std::make_shared<io_thread>());
  return m.purge_everything(images);
}

} // namespace troupe::actors::runtime
