#pragma once
#include "storage/engine/engine.hpp"
#include "storage/snapshot/chunk.hpp"

namespace troupe::storage::snapshot {

/// Turns a consistent view into chunks, one at a call, so that it can be done beside other work and at any pace.
/// May run on another thread than the engine's writer.
class exporter {
public:
  /// `description` comes back at import; the store puts the Raft snapshot mark there.
  exporter(std::shared_ptr<const engine::view> source, std::vector<engine::family_options> families,
           std::string description, std::size_t chunk_bytes = 1 << 20);
  /// The next chunk; nothing after the last.
  [[nodiscard]] engine::result<std::optional<std::string>> next();

private:
  [[nodiscard]] std::string begin() const;
  [[nodiscard]] std::string end() const;

  std::shared_ptr<const engine::view> source_;
  std::vector<engine::family_options> families_;
  std::string description_;
  std::size_t chunk_bytes_;
  std::uint32_t number_ = 0;
  engine::family at_ = 0;
  std::unique_ptr<engine::cursor> cursor_; ///< in family at_
  std::uint64_t records_ = 0;
  std::uint32_t checksum_ = 0; ///< of all data payloads
  bool done_ = false;
};

} // namespace troupe::storage::snapshot
