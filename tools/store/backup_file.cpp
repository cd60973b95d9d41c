#include "tools/store/backup_file.hpp"
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <unistd.h>
#include <utility>

namespace troupe::tools::store {

namespace {

tl::unexpected<std::string> failed(std::string_view doing, const std::string& path) {
  return tl::make_unexpected(fmt::format("{} {}: {}", doing, path, std::strerror(errno)));
}

} // namespace

tl::expected<whole_file, std::string> whole_file::create(const std::string& path) {
  whole_file out(path, -1);
  out.fd_ = ::open(out.part().c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600); // It holds secrets.
  if (out.fd_ < 0) return failed("create", out.part());
  return out;
}

whole_file::whole_file(whole_file&& other) noexcept
    : path_(std::move(other.path_)), fd_(std::exchange(other.fd_, -1)) {}

whole_file::~whole_file() {
  if (fd_ < 0) return;
  ::close(fd_);
  ::unlink(part().c_str());
}

tl::expected<void, std::string> whole_file::write(std::string_view bytes) {
  while (!bytes.empty()) {
    auto n = ::write(fd_, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return failed("write", part());
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return {};
}

tl::expected<void, std::string> whole_file::sync() {
  if (::fsync(fd_) != 0) return failed("sync", part());
  return {};
}

tl::expected<void, std::string> whole_file::publish() {
  if (::rename(part().c_str(), path_.c_str()) != 0) return failed("rename to", path_);
  ::close(std::exchange(fd_, -1));
  auto parent = std::filesystem::path(path_).parent_path().string();
  int fd = ::open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  bool ok = fd >= 0 && ::fsync(fd) == 0;
  auto why = errno;
  if (fd >= 0) ::close(fd);
  errno = why;
  if (!ok) return failed("sync the directory of", path_);
  return {};
}

tl::expected<storage::backup::reader::source, std::string> read_from(const std::string& path) {
  int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return failed("open", path);
  std::shared_ptr<int> file(new int(fd), [](int* f) {
    ::close(*f);
    delete f;
  });
  return [file, path](char* to, std::size_t max) -> tl::expected<std::size_t, std::string> {
    auto n = ::read(*file, to, max);
    if (n < 0) return failed("read", path);
    return static_cast<std::size_t>(n);
  };
}

} // namespace troupe::tools::store
