#include "actors/kubelet/pod_files.hpp"
#include "policies/node/atomic_layout.hpp"
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <set>
#include <stdexcept>
#include <sys/stat.h>
#include <unistd.h>

namespace troupe::actors::kubelet {

namespace fs = std::filesystem;
using policies::node::volume_file;
using policies::node::volume_files;
using policies::node::volume_kind;

namespace {

[[noreturn]] void fail(std::string_view what, std::string_view path) {
  throw std::runtime_error(fmt::format("{} {}: {}", what, path, std::strerror(errno)));
}

/// Reads what the last write left; a missing link means that there was none.
std::optional<volume_files> present_files(const fs::path& root) {
  std::error_code ignored;
  auto data = root / "..data";
  if (!fs::exists(data, ignored)) return std::nullopt;
  volume_files out;
  for (auto& entry : fs::recursive_directory_iterator(data / "", ignored)) {
    if (!entry.is_regular_file(ignored)) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    struct stat st {};
    if (::stat(entry.path().c_str(), &st) != 0) continue;
    out[fs::relative(entry.path(), data, ignored).string()] = {
      std::string(std::istreambuf_iterator<char>(in), {}), static_cast<std::uint32_t>(st.st_mode & 0777)};
  }
  return out;
}

void write_new(const fs::path& path, const volume_file& file, std::int64_t group) {
  fs::create_directories(path.parent_path());
  int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) fail("open", path.string());
  std::size_t done = 0;
  while (done < file.bytes.size()) {
    auto n = ::write(fd, file.bytes.data() + done, file.bytes.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      ::close(fd);
      fail("write", path.string());
    }
    done += static_cast<std::size_t>(n);
  }
  // A group may read what the owner may.
  auto mode = group >= 0 ? file.mode | (file.mode & 0400) >> 3 : file.mode;
  if (group >= 0 && ::fchown(fd, static_cast<uid_t>(-1), static_cast<gid_t>(group)) != 0 && errno != EPERM) {
    ::close(fd);
    fail("chown", path.string());
  }
  ::fchmod(fd, mode);
  ::close(fd);
}

void make_host_path(const policies::node::volume_place& place) {
  std::error_code ignored;
  auto type_of = [&]() -> std::string {
    auto s = fs::status(place.path, ignored);
    if (fs::is_directory(s)) return "Directory";
    if (fs::is_regular_file(s)) return "File";
    if (fs::is_socket(s)) return "Socket";
    if (fs::is_character_file(s)) return "CharDevice";
    if (fs::is_block_file(s)) return "BlockDevice";
    return "";
  };
  auto found = type_of();
  if (auto complaint = policies::node::host_path_complaint(place.path, place.host_path_type, found); !complaint.empty())
    throw std::runtime_error(complaint);
  if (!found.empty()) return;
  // Without a type a missing path becomes a directory, as container runtimes do.
  if (place.host_path_type == "FileOrCreate")
    write_file(place.path, "", 0644);
  else
    fs::create_directories(place.path);
}

} // namespace

void write_file(const std::string& path, const std::string& bytes, std::uint32_t mode) {
  fs::create_directories(fs::path(path).parent_path());
  int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode);
  if (fd < 0) fail("open", path);
  auto n = ::write(fd, bytes.data(), bytes.size());
  ::fchmod(fd, mode);
  ::close(fd);
  if (n != static_cast<ssize_t>(bytes.size())) fail("write", path);
}

void write_content(const std::string& root_path, const volume_files& files, std::int64_t group, api::time_point now) {
  fs::path root(root_path);
  auto present = present_files(root);
  auto wanted = files;
  if (group >= 0) // Compare what will lie on the disk.
    for (auto& [path, file] : wanted) file.mode |= (file.mode & 0400) >> 3;
  auto plan = policies::node::plan_atomic_write(present.value_or(volume_files{}), wanted, !present, now);
  if (!plan) return;
  auto directory = root / plan->directory;
  fs::create_directories(directory);
  fs::permissions(directory, fs::perms(0755));
  for (auto& [path, file] : files) write_new(directory / path, file, group);
  std::error_code ignored;
  auto old = fs::read_symlink(root / "..data", ignored);
  auto fresh = root / "..data_tmp";
  fs::remove(fresh, ignored);
  fs::create_symlink(plan->directory, fresh);
  fs::rename(fresh, root / "..data");
  for (auto& name : plan->new_links) {
    fs::remove(root / name, ignored);
    fs::create_symlink(fs::path("..data") / name, root / name);
  }
  for (auto& name : plan->stale_links) fs::remove(root / name, ignored);
  if (!old.empty() && old != plan->directory) fs::remove_all(root / old, ignored);
}

void make_volume(const volume_order& order, std::int64_t group, api::time_point now) {
  auto& place = order.place;
  if (place.kind == volume_kind::host_path) return make_host_path(place);
  std::error_code ignored;
  bool fresh = !fs::exists(place.path, ignored);
  fs::create_directories(place.path);
  bool memory = place.kind == volume_kind::memory || (place.kind == volume_kind::content && place.in_memory);
  if (memory) mount_tmpfs(place.path, place.kind == volume_kind::memory ? place.size_limit : 0);
  if (place.kind == volume_kind::content) {
    write_content(place.path, order.files, group, now);
    return;
  }
  if (!fresh && !memory) return;
  // Every user of every container may write into an emptyDir.
  fs::permissions(place.path, fs::perms(0777));
  if (group < 0) return;
  if (::chown(place.path.c_str(), static_cast<uid_t>(-1), static_cast<gid_t>(group)) != 0 && errno != EPERM)
    fail("chown", place.path);
  ::chmod(place.path.c_str(), 02777);
}

bool takes_more_than(const std::string& directory, std::int64_t bytes) {
  constexpr std::int64_t block = 512; // Of st_blocks, whatever the file system's own is.
  struct stat top {}, s {};
  if (::lstat(directory.c_str(), &top) != 0) return false;
  std::int64_t used = top.st_blocks * block;
  std::set<ino_t> linked;
  std::error_code ec;
  constexpr auto options = fs::directory_options::skip_permission_denied;
  for (fs::recursive_directory_iterator at(directory, options, ec), end; !ec && at != end; at.increment(ec)) {
    if (::lstat(at->path().c_str(), &s) != 0) continue; // It went just now.
    if (s.st_dev != top.st_dev) {
      at.disable_recursion_pending();
      continue;
    }
    if (s.st_nlink > 1 && !S_ISDIR(s.st_mode) && !linked.insert(s.st_ino).second) continue;
    used += s.st_blocks * block;
    if (used > bytes) return true;
  }
  return used > bytes;
}

} // namespace troupe::actors::kubelet
