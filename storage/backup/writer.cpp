#include "storage/backup/writer.hpp"
#include "storage/engine/checksum.hpp"
#include "storage/mvcc/codec.hpp"
#include "storage/snapshot/chunk.hpp"

namespace troupe::storage::backup {

writer::writer(const header& h, std::size_t chunk_bytes) : chunk_bytes_(chunk_bytes) {
  emit(first_line);
  std::string payload;
  mvcc::writer out(payload);
  out.signed_number(h.revision);
  out.signed_number(h.taken_seconds);
  emit(snapshot::frame(snapshot::chunk_kind::begin, number_++, payload));
}

void writer::add(const lease& l) {
  mvcc::writer out(chunk_);
  out.byte(static_cast<std::uint8_t>(record_kind::lease));
  out.signed_number(l.id);
  out.signed_number(l.ttl_seconds);
  ++leases_;
  if (chunk_.size() >= chunk_bytes_) close_chunk();
}

void writer::add(const mvcc::key_value& kv) {
  mvcc::writer out(chunk_);
  out.byte(static_cast<std::uint8_t>(record_kind::key));
  out.text(kv.key);
  out.signed_number(kv.create_revision);
  out.signed_number(kv.mod_revision);
  out.signed_number(kv.version);
  out.signed_number(kv.lease);
  out.text(kv.value ? std::string_view(*kv.value) : std::string_view());
  ++keys_;
  if (chunk_.size() >= chunk_bytes_) close_chunk();
}

void writer::close_chunk() {
  if (chunk_.empty()) return;
  checksum_ = engine::crc32c(chunk_, checksum_);
  emit(snapshot::frame(snapshot::chunk_kind::data, number_++, chunk_));
  chunk_.clear();
}

void writer::end() {
  close_chunk();
  std::string payload;
  mvcc::writer out(payload);
  out.number(leases_);
  out.number(keys_);
  out.number(checksum_);
  emit(snapshot::frame(snapshot::chunk_kind::end, number_++, payload));
  emit(std::string((block_bytes - size_ % block_bytes) % block_bytes, '\0'));
  ready_.append(digest_.finish());
}

void writer::emit(std::string_view bytes) {
  digest_.add(bytes);
  size_ += bytes.size();
  ready_.append(bytes);
}

std::string writer::take() { return std::exchange(ready_, {}); }

} // namespace troupe::storage::backup
