#include "storage/snapshot/exporter.hpp"
#include "storage/engine/checksum.hpp"
#include "storage/snapshot/record.hpp"

namespace troupe::storage::snapshot {

exporter::exporter(std::shared_ptr<const engine::view> source, std::vector<engine::family_options> families,
                   std::string description, std::size_t chunk_bytes)
    : source_(std::move(source)), families_(std::move(families)), description_(std::move(description)),
      chunk_bytes_(chunk_bytes) {}

std::string exporter::begin() const {
  std::string out;
  append_text(out, description_);
  append_number(out, static_cast<std::uint32_t>(families_.size()));
  for (auto& f : families_) append_text(out, f.name);
  return out;
}

std::string exporter::end() const {
  std::string out;
  append_number(out, records_);
  append_number(out, checksum_);
  return out;
}

engine::result<std::optional<std::string>> exporter::next() {
  if (done_) return std::nullopt;
  if (number_ == 0) return frame(chunk_kind::begin, number_++, begin());
  std::string payload;
  for (; at_ < families_.size() && payload.size() < chunk_bytes_; ++at_, cursor_.reset()) {
    if (!cursor_) {
      cursor_ = source_->scan(at_, {});
      cursor_->seek({});
    }
    for (; cursor_->valid() && payload.size() < chunk_bytes_; cursor_->next(), ++records_) {
      append_number(payload, at_);
      append_text(payload, cursor_->key());
      append_text(payload, cursor_->value());
    }
    if (cursor_->valid()) break; // The chunk is full.
    if (auto ok = cursor_->status(); !ok) return tl::unexpected(ok.error());
  }
  if (payload.empty()) {
    done_ = true;
    return frame(chunk_kind::end, number_++, end());
  }
  checksum_ = engine::crc32c(payload, checksum_);
  return frame(chunk_kind::data, number_++, payload);
}

} // namespace troupe::storage::snapshot
