#include "storage/engine/wal_check.hpp"
#include "storage/engine/checksum.hpp"
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <optional>
#include <unistd.h>
#include <vector>

namespace troupe::storage::engine {

namespace {

constexpr std::size_t block_bytes = 32768;
constexpr std::size_t header_bytes = 7;
constexpr std::size_t sector_bytes = 512;
constexpr int type_full = 1, type_first = 2, type_last = 4;

struct record {
  int type;
  std::size_t end; ///< offset behind it
};

bool zeros(std::string_view bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](char c) { return c == 0; });
}

std::uint32_t stored_checksum(std::string_view file, std::size_t at) {
  std::uint32_t masked;
  std::memcpy(&masked, file.data() + at, 4);
  auto rotated = masked - 0xa282ead8U; // RocksDB stores checksums rotated and shifted.
  return (rotated >> 17) | (rotated << 15);
}

bool has_checksum(std::string_view file, std::size_t at, std::size_t length) {
  return crc32c(file.substr(at + 6, length + 1)) == stored_checksum(file, at);
}

/// True if the checksum of the record at `at`, which does not cover the length, fits some length up to `end` behind
/// which only zeros follow: nothing of it is lost then.
bool fits_without_zeros(std::string_view file, std::size_t at, std::size_t end) {
  auto used = file.find_last_not_of('\0');
  auto from = std::max(used + 1, at + header_bytes);
  if (used == std::string_view::npos || from > end) return false;
  auto wanted = stored_checksum(file, at), crc = crc32c(file.substr(at + 6, from - at - 6));
  for (; from < end && crc != wanted; ++from) crc = crc32c(file.substr(from, 1), crc);
  return crc == wanted;
}

/// The record at `at`, if there is a whole one with the right checksum.
std::optional<record> record_at(std::string_view file, std::size_t at) {
  auto left_in_block = block_bytes - at % block_bytes;
  if (left_in_block < header_bytes || at + header_bytes > file.size()) return std::nullopt;
  std::uint16_t length;
  std::memcpy(&length, file.data() + at + 4, 2);
  int type = static_cast<unsigned char>(file[at + 6]);
  if (type < type_full || type > type_last) return std::nullopt;
  auto end = at + header_bytes + length;
  if (header_bytes + length > left_in_block || end > file.size()) return std::nullopt;
  if (!has_checksum(file, at, length)) return std::nullopt;
  return record{type, end};
}

/// True if a write begins anywhere in [at, end of file).
bool write_begins_after(std::string_view file, std::size_t at) {
  for (; at + header_bytes <= file.size(); ++at) {
    int type = static_cast<unsigned char>(file[at + 6]);
    if (type != type_full && type != type_first) continue;
    if (record_at(file, at)) return true;
  }
  return false;
}

/// True if the bad record at `at` looks like a write that a crash cut off.
bool looks_torn(std::string_view file, std::size_t at) {
  if (at + header_bytes > file.size()) return true;
  std::uint16_t length;
  std::memcpy(&length, file.data() + at + 4, 2);
  auto block_end = (at / block_bytes + 1) * block_bytes;
  auto end = std::min(at + header_bytes + length, block_end);
  // The checksum does not cover the length: it may be that which is wrong, and nothing is cut off.
  if (fits_without_zeros(file, at, std::min(block_end, file.size()))) return false;
  if (end > file.size()) return !write_begins_after(file, at + 1);
  for (auto from = at; from < end;) {
    auto to = std::min(end, (from / sector_bytes + 1) * sector_bytes);
    if (zeros(file.substr(from, to - from))) return true;
    from = to;
  }
  return false;
}

} // namespace

wal_verdict judge_wal(std::string_view file, writes_per_sync written) {
  std::size_t at = 0;
  bool open_write = false; // Inside a write of several records.
  while (at < file.size()) {
    auto left_in_block = block_bytes - at % block_bytes;
    if (left_in_block < header_bytes) {
      at += left_in_block;
      continue;
    }
    auto found = record_at(file, at);
    if (!found) {
      if (zeros(file.substr(at))) return open_write ? wal_verdict::torn_tail : wal_verdict::clean;
      if (written == writes_per_sync::one && write_begins_after(file, at + 1)) return wal_verdict::damaged;
      return looks_torn(file, at) ? wal_verdict::torn_tail : wal_verdict::damaged;
    }
    open_write = found->type != type_full && found->type != type_last;
    at = found->end;
  }
  return open_write ? wal_verdict::torn_tail : wal_verdict::clean;
}

std::size_t end_of_whole_writes(std::string_view file) {
  std::size_t at = 0, whole = 0;
  while (at < file.size()) {
    if (auto left_in_block = block_bytes - at % block_bytes; left_in_block < header_bytes) {
      at += left_in_block;
      continue;
    }
    auto found = record_at(file, at);
    if (!found) break;
    at = found->end;
    if (found->type == type_full || found->type == type_last) whole = at;
  }
  return whole;
}

namespace {

result<std::string> read_file(const std::filesystem::path& path) {
  std::error_code ec;
  auto size = std::filesystem::file_size(path, ec);
  std::ifstream in(path, std::ios::binary);
  std::string bytes(ec ? 0 : size, '\0');
  in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (ec || !in.is_open() || in.gcount() != static_cast<std::streamsize>(bytes.size()))
    return failure(error{errc::missing, path.string() + " can't be read"});
  return bytes;
}

/// A manifest's tail may be torn: RocksDB then takes the state before, which is what was promised.
result<void> check_manifest(const std::string& path) {
  auto current = read_file(path + "/CURRENT");
  if (!current) return tl::unexpected(current.error());
  if (!current->starts_with("MANIFEST-") || !current->ends_with('\n'))
    return failure(error{errc::damaged, path + "/CURRENT names no manifest"});
  current->pop_back();
  auto manifest = read_file(path + "/" + *current);
  if (!manifest) return tl::unexpected(manifest.error());
  if (manifest->empty() || judge_wal(*manifest, writes_per_sync::several) == wal_verdict::damaged)
    return failure(error{errc::damaged, path + "/" + *current + " has a bad record"});
  return {};
}

} // namespace

namespace {

/// The logs of a directory, oldest first.
result<std::vector<std::filesystem::path>> find_logs(const std::string& path) {
  std::vector<std::filesystem::path> logs;
  std::error_code ec;
  for (auto& entry : std::filesystem::directory_iterator(path, ec))
    if (entry.path().extension() == ".log") logs.push_back(entry.path());
  if (ec) return failure(error{errc::io, path + ": " + ec.message()});
  std::sort(logs.begin(), logs.end()); // Names are zero-padded numbers.
  return logs;
}

} // namespace

result<wal_verdict> check_write_ahead_logs(const std::string& path) {
  if (auto ok = check_manifest(path); !ok) return tl::unexpected(ok.error());
  auto logs = find_logs(path);
  if (!logs) return tl::unexpected(logs.error());
  auto verdict = wal_verdict::clean;
  for (auto& log : *logs) {
    if (verdict != wal_verdict::clean)
      return failure(error{errc::damaged, "a log before " + log.string() + " is cut off"});
    auto file = read_file(log);
    if (!file) return tl::unexpected(file.error());
    verdict = judge_wal(*file);
    if (verdict == wal_verdict::damaged)
      return failure(error{errc::damaged, log.string() + " has a bad record"});
  }
  return verdict;
}

result<void> cut_torn_tail(const std::string& path) {
  auto logs = find_logs(path);
  if (!logs) return tl::unexpected(logs.error());
  if (logs->empty()) return {};
  auto file = read_file(logs->back());
  if (!file) return tl::unexpected(file.error());
  int fd = ::open(logs->back().c_str(), O_WRONLY | O_CLOEXEC);
  bool ok = fd >= 0 && ::ftruncate(fd, static_cast<off_t>(end_of_whole_writes(*file))) == 0 && ::fsync(fd) == 0;
  auto why = errno;
  if (fd >= 0) ::close(fd);
  if (!ok) return failure(error{errc::io, "cut " + logs->back().string() + ": " + std::strerror(why)});
  return {};
}

} // namespace troupe::storage::engine
