#pragma once
#include <cstdint>
#include <iosfwd>
#include <string>

/// `troupe store snapshot …`: backups of a store (docs/operations/store.md).
namespace troupe::tools::store {

struct snapshot_settings {
  std::string file;
  std::string data_dir;               ///< of a stopped store; where a restore goes
  std::string endpoint;               ///< HOST:PORT of a running one that serves the etcd API
  std::string ca, certificate, key;   ///< PEM files for the endpoint; no CA = plain text
  std::uint64_t member = 1;           ///< node that will run the restored store
  std::int64_t revisions_ahead = 1;
  std::string format = "table";       ///< or json
};

// Each gives the exit status; errors are one line on `err`.
/// The file appears when it is whole, on disk, and has been read back.
[[nodiscard]] int save_snapshot(const snapshot_settings& s, std::int64_t now_seconds, std::ostream& out,
                                std::ostream& err);
/// Into a directory that does not exist or is empty; after an error it is as before.
[[nodiscard]] int restore_snapshot(const snapshot_settings& s, std::ostream& out, std::ostream& err);
/// Reads all of it.
[[nodiscard]] int show_snapshot(const snapshot_settings& s, std::ostream& out, std::ostream& err);

} // namespace troupe::tools::store
