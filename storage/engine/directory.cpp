#include "storage/engine/directory.hpp"
#include "storage/engine/checksum.hpp"
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <sys/file.h>
#include <unistd.h>
#include <utility>

namespace troupe::storage::engine {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view magic = "troupe-store";
constexpr const char* lock_name = "lock";
constexpr const char* format_name = "FORMAT";
constexpr const char* creating_name = "CREATING";

failure io_error(std::string_view doing, const std::string& path) {
  auto code = errno == ENOSPC ? errc::no_space : errc::io;
  return failure(error{code, fmt::format("{} {}: {}", doing, path, std::strerror(errno))});
}

std::string format_text() {
  auto body = fmt::format("{} {}\n", magic, directory_format);
  return fmt::format("{}{:08x}\n", body, crc32c(body));
}

result<void> check_format(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::string text(std::istreambuf_iterator<char>(in), {});
  auto line = text.find('\n');
  if (!text.starts_with(magic) || line == std::string::npos)
    return failure(error{errc::damaged, path + " is not readable"});
  auto body = std::string_view(text).substr(0, line + 1);
  if (std::string_view(text).substr(line + 1) != fmt::format("{:08x}\n", crc32c(body)))
    return failure(error{errc::damaged, path + " has a wrong checksum"});
  int version = std::atoi(text.c_str() + magic.size());
  if (version > directory_format)
    return failure(error{errc::newer_format, fmt::format("{}: format {}, this program knows up to {}", path, version,
                                                         directory_format)});
  return {};
}

/// Writes a small file so that after a crash it is there whole or not at all.
result<void> write_file(const std::string& dir, const char* name, std::string_view text) {
  auto path = dir + "/" + name, fresh = path + ".new";
  int fd = ::open(fresh.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
  if (fd < 0) return io_error("create", fresh);
  bool ok = ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(fd) == 0;
  ok = ::close(fd) == 0 && ok;
  if (!ok || ::rename(fresh.c_str(), path.c_str()) != 0) return io_error("write", path);
  int parent = ::open(dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (parent < 0) return io_error("open", dir);
  ok = ::fsync(parent) == 0;
  ::close(parent);
  if (!ok) return io_error("sync", dir);
  return {};
}

/// Decides whether the path may be used at all, before anything is written there.
result<void> refuse_foreign(const std::string& path) {
  std::error_code ec;
  if (fs::exists(path + "/" + format_name, ec) || fs::exists(path + "/" + creating_name, ec)) return {};
  for (auto& entry : fs::directory_iterator(path, ec)) {
    auto name = entry.path().filename().string();
    if (name != lock_name && name != std::string(creating_name) + ".new" && name != "lost+found")
      return failure(error{errc::foreign, fmt::format("{} holds \"{}\" but no {}", path, name, format_name)});
  }
  if (ec) return failure(error{errc::io, fmt::format("{}: {}", path, ec.message())});
  return {};
}

} // namespace

result<directory> directory::open(const std::string& path) {
  std::error_code ec;
  fs::create_directories(path, ec);
  if (ec) return failure(error{errc::io, fmt::format("create {}: {}", path, ec.message())});
  if (auto ok = refuse_foreign(path); !ok) return tl::unexpected(ok.error());
  auto lock_path = path + "/" + lock_name;
  int fd = ::open(lock_path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
  if (fd < 0) return io_error("open", lock_path);
  directory self(path, fd, false);
  if (::flock(fd, LOCK_EX | LOCK_NB) != 0)
    return errno == EWOULDBLOCK ? failure(error{errc::locked, path}) : io_error("lock", lock_path);
  if (fs::exists(path + "/" + format_name, ec)) {
    if (auto ok = check_format(path + "/" + format_name); !ok) return tl::unexpected(ok.error());
    return self;
  }
  self.fresh_ = true;
  if (fs::exists(path + "/" + creating_name, ec)) {
    for (auto& entry : fs::directory_iterator(path, ec))
      if (entry.is_directory() && entry.path().filename() != "lost+found") fs::remove_all(entry.path(), ec);
  } else if (auto ok = write_file(path, creating_name, magic); !ok) {
    return tl::unexpected(ok.error());
  }
  if (ec) return failure(error{errc::io, fmt::format("{}: {}", path, ec.message())});
  return self;
}

directory::directory(directory&& other) noexcept
    : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)), fresh_(other.fresh_) {}

directory::~directory() {
  if (lock_ >= 0) ::close(lock_);
}

result<void> directory::complete() {
  if (!fresh_) return {};
  if (auto ok = write_file(path_, format_name, format_text()); !ok) return ok;
  ::unlink((path_ + "/" + creating_name).c_str());
  fresh_ = false;
  return {};
}

} // namespace troupe::storage::engine
