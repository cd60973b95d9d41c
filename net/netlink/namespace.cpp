#include "net/netlink/namespace.hpp"
#include "net/netlink/link.hpp"
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/magic.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <thread>
#include <unistd.h>

namespace troupe::net::netlink {

namespace {

using outcome = tl::expected<void, std::string>;

tl::unexpected<std::string> failure(std::string_view what) {
  return tl::unexpected(fmt::format("{}: {}", what, std::strerror(errno)));
}

outcome write_sysctl(const std::string& name, const std::string& value) {
  auto path = "/proc/sys/" + name;
  std::replace(path.begin() + 10, path.end(), '.', '/');
  if (path.find("/../") != std::string::npos) return tl::unexpected("bad sysctl name " + name);
  int n = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (n < 0) return failure("open sysctl " + name);
  auto written = ::write(n, value.data(), value.size());
  auto saved = errno;
  ::close(n);
  errno = saved;
  if (written < 0) return failure("write sysctl " + name);
  return {};
}

outcome pin(const char* name, const std::string& path) {
  if (path.empty()) return {};
  int n = ::open(path.c_str(), O_RDONLY | O_CREAT | O_CLOEXEC, 0600);
  if (n < 0) return failure("make " + path);
  ::close(n);
  auto source = fmt::format("/proc/thread-self/ns/{}", name);
  if (::mount(source.c_str(), path.c_str(), nullptr, MS_BIND, nullptr) != 0) return failure("pin " + path);
  return {};
}

outcome make_in_this_thread(const namespace_request& r) {
  int flags =
      (r.net.empty() ? 0 : CLONE_NEWNET) | (r.ipc.empty() ? 0 : CLONE_NEWIPC) | (r.uts.empty() ? 0 : CLONE_NEWUTS);
  if (flags != 0 && ::unshare(flags) != 0) return failure("unshare");
  if (!r.uts.empty() && ::sethostname(r.hostname.data(), r.hostname.size()) != 0) return failure("set host name");
  if (!r.net.empty())
    if (auto up = set_up("lo"); !up) return up;
  for (auto& [name, value] : r.sysctls)
    if (auto done = write_sysctl(name, value); !done) return done;
  for (auto& [name, path] : {std::pair{"net", &r.net}, std::pair{"ipc", &r.ipc}, std::pair{"uts", &r.uts}})
    if (auto done = pin(name, *path); !done) return done;
  return {};
}

} // namespace

outcome make_namespaces(const namespace_request& request) {
  outcome out;
  // Unsharing changes the calling thread for good, so a thread is spent on it.
  std::thread([&] { out = make_in_this_thread(request); }).join();
  if (!out)
    for (auto* path : {&request.net, &request.ipc, &request.uts})
      if (!path->empty()) (void)unpin(*path);
  return out;
}

outcome unpin(const std::string& path) {
  while (::umount2(path.c_str(), MNT_DETACH | UMOUNT_NOFOLLOW) == 0) {}
  if (errno != EINVAL && errno != ENOENT) return failure("unpin " + path);
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) return failure("remove " + path);
  return {};
}

bool is_pinned(const std::string& path) {
  struct statfs s {};
  return ::statfs(path.c_str(), &s) == 0 && static_cast<unsigned long>(s.f_type) == NSFS_MAGIC;
}

outcome in_network(const std::string& path, const std::function<void()>& work) {
  outcome out;
  std::thread([&] {
    int n = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (n < 0) {
      out = failure("open " + path);
      return;
    }
    if (::setns(n, CLONE_NEWNET) != 0) out = failure("enter " + path);
    ::close(n);
    if (out) work();
  }).join();
  return out;
}

} // namespace troupe::net::netlink
