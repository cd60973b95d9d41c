#include "actors/runtime/files.hpp"
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <linux/openat2.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

namespace troupe::actors::runtime::files {

using net::process::fd;

tl::unexpected<std::string> failure(std::string_view what) {
  return tl::unexpected(fmt::format("{}: {}", what, std::strerror(errno)));
}

namespace {
std::optional<std::string> read_all(int n, std::size_t limit) {
  std::string out;
  char buffer[32 * 1024];
  while (out.size() < limit) {
    auto got = ::read(n, buffer, std::min(sizeof buffer, limit - out.size()));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::nullopt;
    if (got == 0) break;
    out.append(buffer, static_cast<std::size_t>(got));
  }
  return out;
}
} // namespace

std::optional<std::string> read(const std::string& path, std::size_t limit) {
  fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return std::nullopt;
  return read_all(file.number(), limit);
}

outcome write(const std::string& path, std::string_view content, unsigned mode) {
  // The name is unique for this process: two writers of one file would be a bug elsewhere, but not a torn file.
  auto temporary = fmt::format("{}.tmp{}", path, ::gettid());
  fd file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode));
  if (!file) return failure("make " + temporary);
  while (!content.empty()) {
    auto n = ::write(file.number(), content.data(), content.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      auto out = failure("write " + path);
      ::unlink(temporary.c_str());
      return out;
    }
    content.remove_prefix(static_cast<std::size_t>(n));
  }
  file.reset();
  if (::rename(temporary.c_str(), path.c_str()) != 0) return failure("replace " + path);
  return {};
}

outcome put(const std::string& path, std::string_view content) {
  fd file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!file) return failure("open " + path);
  if (::write(file.number(), content.data(), content.size()) < 0) return failure("write " + path);
  return {};
}

outcome make_directories(const std::string& path, unsigned mode) {
  for (std::size_t at = 1; at <= path.size(); ++at) {
    if (at < path.size() && path[at] != '/') continue;
    if (::mkdir(path.substr(0, at).c_str(), mode) != 0 && errno != EEXIST) return failure("make directory " + path);
  }
  return {};
}

outcome remove_tree(const std::string& path) {
  std::error_code ec;
  std::filesystem::remove_all(path, ec);
  if (ec && ec != std::errc::no_such_file_or_directory)
    return tl::unexpected(fmt::format("remove {}: {}", path, ec.message()));
  return {};
}

std::vector<std::string> names(const std::string& path) {
  std::vector<std::string> out;
  std::error_code ec;
  for (std::filesystem::directory_iterator it(path, ec), end; !ec && it != end; it.increment(ec))
    out.push_back(it->path().filename().string());
  std::sort(out.begin(), out.end());
  return out;
}

bool exists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

std::int64_t modified_us(const std::string& path) {
  struct stat s {};
  if (::stat(path.c_str(), &s) != 0) return 0;
  return s.st_mtim.tv_sec * std::int64_t{1'000'000} + s.st_mtim.tv_nsec / 1000;
}

fd open_in_root(const std::string& root, const std::string& path, int flags) {
  fd base(::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!base) return {};
  open_how how{};
  how.flags = static_cast<std::uint64_t>(flags | O_CLOEXEC);
  how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
  return fd(static_cast<int>(::syscall(SYS_openat2, base.number(), path.c_str(), &how, sizeof how)));
}

std::string read_in_root(const std::string& root, const std::string& path, std::size_t limit) {
  // Not to wait for the other end of a pipe that an image brings along.
  auto file = open_in_root(root, path, O_RDONLY | O_NONBLOCK);
  struct stat s {};
  if (!file || ::fstat(file.number(), &s) != 0 || !S_ISREG(s.st_mode)) return {};
  return read_all(file.number(), limit).value_or(std::string());
}

bool has_bytes(int descriptor) {
  int n = 0;
  return ::ioctl(descriptor, FIONREAD, &n) == 0 && n > 0;
}

} // namespace troupe::actors::runtime::files
