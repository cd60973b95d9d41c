#include "storage/engine/error.hpp"

namespace troupe::storage::engine {

std::string_view describe(errc code) noexcept {
  switch (code) {
    case errc::io: return "the disk could not be read or written";
    case errc::no_space: return "the disk is full";
    case errc::damaged: return "the data directory is damaged";
    case errc::foreign: return "the directory does not belong to this program";
    case errc::newer_format: return "the data directory was written by a newer version of this program";
    case errc::locked: return "the data directory is in use by another process";
    case errc::missing: return "the data directory is incomplete";
    case errc::closed: return "the storage engine has stopped after an earlier error";
    case errc::invalid: return "invalid use of the storage engine";
  }
  return "unknown error";
}

std::string error::text() const {
  std::string out(describe(code));
  if (!detail.empty()) out.append(": ").append(detail);
  return out;
}

} // namespace troupe::storage::engine
