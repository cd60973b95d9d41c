#pragma once
#include "storage/backup/digest.hpp"
#include "storage/backup/records.hpp"

namespace troupe::storage::backup {

/// Makes the bytes of a backup piece by piece: the header is there at once, then leases, then keys in byte order of the
/// keys, then `end`. Holds only what `take` has not fetched yet and one open chunk.
class writer {
public:
  explicit writer(const header& h, std::size_t chunk_bytes = 256 << 10);

  void add(const lease& l);
  void add(const mvcc::key_value& kv);
  void end();

  /// What has become ready since the last call.
  [[nodiscard]] std::string take();
  [[nodiscard]] std::size_t pending_bytes() const noexcept { return ready_.size(); }

private:
  void close_chunk();
  void emit(std::string_view bytes);

  std::size_t chunk_bytes_;
  digest digest_;
  std::string ready_, chunk_;
  std::uint32_t number_ = 0; ///< of the next chunk
  std::uint64_t leases_ = 0, keys_ = 0, size_ = 0;
  std::uint32_t checksum_ = 0; ///< of all data payloads
};

} // namespace troupe::storage::backup
