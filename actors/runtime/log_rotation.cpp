#include "actors/runtime/log_rotation.hpp"
#include "policies/oci/log_rotation.hpp"
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <memory>
#include <unistd.h>
#include <zlib.h>

namespace troupe::actors::runtime {

namespace {

struct close_gzip {
  void operator()(gzFile_s* f) const noexcept { ::gzclose(f); }
};

/// Text of logs is repetitive: the fastest level halves the time and costs little room.
bool copy_compressed(int from, const std::string& to) {
  std::unique_ptr<gzFile_s, close_gzip> out(::gzopen(to.c_str(), "wbe1"));
  if (!out) return false;
  std::array<char, 64 * 1024> buffer;
  while (true) {
    auto n = ::read(from, buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return false;
    if (n == 0) break;
    if (::gzwrite(out.get(), buffer.data(), static_cast<unsigned>(n)) != n) return false;
  }
  return ::gzclose(out.release()) == Z_OK;
}

} // namespace

files::outcome compress_file(const std::string& path) {
  net::process::fd from(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!from) return files::failure("open " + path);
  auto temporary = path + ".gz.tmp";
  if (!copy_compressed(from.number(), temporary)) {
    auto out = files::failure("compress " + path);
    ::unlink(temporary.c_str());
    return out;
  }
  if (::rename(temporary.c_str(), (path + ".gz").c_str()) != 0) return files::failure("rename " + temporary);
  ::unlink(path.c_str());
  return {};
}

files::outcome rotate_log_file(const std::string& path, const std::string& time, std::uint32_t keep,
                               const std::function<files::outcome()>& reopen) {
  auto slash = path.rfind('/');
  auto directory = path.substr(0, slash), name = path.substr(slash + 1);
  auto rotated = directory + "/" + policies::oci::rotated_name(name, time);
  if (files::exists(rotated)) return {}; // Twice in a second: the file is new enough.
  auto plan = policies::oci::plan_rotation(files::names(directory), name, keep);
  for (auto& old : plan.remove) ::unlink((directory + "/" + old).c_str());
  for (auto& old : plan.compress)
    if (auto done = compress_file(directory + "/" + old); !done) return done;
  if (::rename(path.c_str(), rotated.c_str()) != 0) return files::failure("rotate " + path);
  if (auto done = reopen(); !done) {
    // It must not go on writing into a file that readers take for closed.
    (void)::rename(rotated.c_str(), path.c_str());
    return done;
  }
  return {};
}

} // namespace troupe::actors::runtime
