#include "storage/backup/error.hpp"

namespace troupe::storage::backup {

std::string_view describe(errc code) noexcept {
  switch (code) {
    case errc::io: return "reading or writing failed";
    case errc::foreign: return "this is no backup of this program";
    case errc::newer_format: return "the backup was written by a newer version of this program";
    case errc::cut: return "the backup is cut off";
    case errc::damaged: return "the backup is damaged";
    case errc::not_empty: return "the target is not empty";
  }
  return "unknown error";
}

std::string error::text() const {
  std::string out(describe(code));
  if (!detail.empty()) out.append(": ").append(detail);
  return out;
}

} // namespace troupe::storage::backup
