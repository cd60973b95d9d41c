#include "actors/kubelet/pod_files.hpp"
#include "actors/kubelet/pod_mounts.hpp"
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <linux/openat2.h>
#include <sstream>
#include <stdexcept>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace troupe::actors::kubelet {

namespace fs = std::filesystem;

namespace {

/// A descriptor that closes itself.
struct descriptor {
  int fd;
  explicit descriptor(int n) : fd(n) {}
  ~descriptor() {
    if (fd >= 0) ::close(fd);
  }
  descriptor(const descriptor&) = delete;
  descriptor& operator=(const descriptor&) = delete;
};

int open_beneath(int root, const std::string& path) {
  open_how how{};
  how.flags = O_PATH | O_CLOEXEC;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
  return static_cast<int>(::syscall(SYS_openat2, root, path.c_str(), &how, sizeof how));
}

/// Opens a path below `root`, making the directories that are missing. No link leads out of the root.
int open_or_make(int root, const std::string& path) {
  int fd = open_beneath(root, path);
  if (fd >= 0 || errno != ENOENT) return fd;
  std::string done;
  std::istringstream parts(path);
  for (std::string part; std::getline(parts, part, '/');) {
    if (part.empty() || part == ".") continue;
    auto next = done.empty() ? part : done + "/" + part;
    descriptor there(open_beneath(root, next));
    if (there.fd < 0) {
      if (errno != ENOENT) return -1;
      descriptor parent(done.empty() ? ::dup(root) : open_beneath(root, done));
      if (parent.fd < 0 || (::mkdirat(parent.fd, part.c_str(), 0750) != 0 && errno != EEXIST)) return -1;
    }
    done = next;
  }
  return open_beneath(root, path);
}

std::string resolved_path(int fd) {
  std::error_code ignored;
  return fs::read_symlink(fmt::format("/proc/self/fd/{}", fd), ignored).string();
}

/// Binds what the descriptor stands for to `pin`; false where the process must not mount.
bool bind(int fd, const std::string& pin) {
  struct stat st {};
  if (::fstat(fd, &st) != 0) return false;
  if (S_ISDIR(st.st_mode))
    fs::create_directories(pin);
  else
    write_file(pin, "", 0644);
  ::umount2(pin.c_str(), MNT_DETACH | UMOUNT_NOFOLLOW); // of an earlier attempt
  auto source = fmt::format("/proc/self/fd/{}", fd);
  return ::mount(source.c_str(), pin.c_str(), nullptr, MS_BIND | MS_REC, nullptr) == 0;
}

std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 3 < text.size()) {
      out += static_cast<char>((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 + (text[i + 3] - '0'));
      i += 3;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::vector<std::string> mounts_below(const std::string& path) {
  std::vector<std::string> out;
  std::ifstream table("/proc/self/mountinfo");
  for (std::string line; std::getline(table, line);) {
    std::istringstream fields(line);
    std::string id, parent, device, root, where;
    fields >> id >> parent >> device >> root >> where;
    where = unescaped(where);
    if (where == path || where.starts_with(path + "/")) out.push_back(where);
  }
  return out;
}

} // namespace

bool mount_tmpfs(const std::string& path, std::int64_t size_limit) {
  auto present = mounts_below(path);
  if (std::find(present.begin(), present.end(), path) != present.end()) return true;
  auto options = size_limit > 0 ? fmt::format("mode=0777,size={}", size_limit) : std::string("mode=0777");
  if (::mount("tmpfs", path.c_str(), "tmpfs", MS_NOSUID | MS_NODEV | MS_NOATIME, options.c_str()) == 0) return true;
  if (errno == EPERM || errno == EACCES) return false;
  throw std::runtime_error(fmt::format("mount of tmpfs at {}: {}", path, std::strerror(errno)));
}

resolved_mounts resolve_mounts(const std::vector<policies::node::planned_mount>& mounts, const std::string& pins) {
  resolved_mounts out;
  std::size_t number = 0;
  for (auto& m : mounts) {
    out.push_back(m.mount);
    ++number;
    if (m.sub_path.empty()) continue;
    descriptor root(::open(m.mount.host_path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (root.fd < 0) throw std::runtime_error(fmt::format("open {}: {}", m.mount.host_path, std::strerror(errno)));
    descriptor target(open_or_make(root.fd, m.sub_path));
    if (target.fd < 0)
      throw std::runtime_error(fmt::format("failed to prepare subPath for volumeMount of \"{}\": {}",
                                           m.mount.container_path, std::strerror(errno)));
    auto pin = fmt::format("{}/{}", pins, number - 1);
    out.back().host_path = !pins.empty() && bind(target.fd, pin) ? pin : resolved_path(target.fd);
  }
  return out;
}

void unmount_below(const std::string& path) {
  std::error_code ignored;
  if (path.empty() || !fs::exists(path, ignored)) return;
  auto real = fs::canonical(path, ignored).string();
  auto mounts = mounts_below(real);
  // The last one mounted lies on top.
  for (auto m = mounts.rbegin(); m != mounts.rend(); ++m) ::umount2(m->c_str(), MNT_DETACH | UMOUNT_NOFOLLOW);
  if (auto left = mounts_below(real); !left.empty())
    throw std::runtime_error(fmt::format("cannot unmount {}", left.front()));
}

void remove_tree(const std::string& path) {
  std::error_code problem;
  if (path.empty() || !fs::exists(path, problem)) return;
  auto real = fs::canonical(path, problem).string();
  unmount_below(real);
  fs::remove_all(real, problem);
  if (problem) throw std::runtime_error(fmt::format("remove {}: {}", real, problem.message()));
}

} // namespace troupe::actors::kubelet
