#include "storage/snapshot/importer.hpp"
#include "storage/engine/checksum.hpp"
#include "storage/snapshot/record.hpp"

namespace troupe::storage::snapshot {

namespace {

engine::failure fail(engine::errc code, std::string detail) {
  return engine::failure(engine::error{code, "snapshot: " + std::move(detail)});
}

} // namespace

engine::result<void> importer::accept(const chunk& c) {
  engine::result<void> ok;
  if (phase_ == phase::failed || phase_ == phase::finished) return fail(engine::errc::invalid, "no chunk is expected");
  bool starts = c.kind == chunk_kind::begin;
  if (c.number != number_ || starts != (phase_ == phase::begin)) ok = fail(engine::errc::damaged, "a chunk is missing");
  else if (starts) ok = begin(c.payload);
  else ok = c.kind == chunk_kind::data ? data(c.payload) : end(c.payload);
  ++number_;
  if (!ok) phase_ = phase::failed;
  return ok;
}

engine::result<void> importer::begin(std::string_view payload) {
  std::string_view description;
  std::uint32_t count;
  if (!take_text(payload, description) || !take_number(payload, count))
    return fail(engine::errc::damaged, "the first chunk does not decode");
  bool same = count == families_.size();
  for (std::size_t i = 0; same && i < families_.size(); ++i) {
    std::string_view name;
    same = take_text(payload, name) && name == families_[i].name;
  }
  if (!same || !payload.empty()) return fail(engine::errc::foreign, "it holds other column families");
  description_ = description;
  phase_ = phase::data;
  return {};
}

engine::result<void> importer::data(std::string_view payload) {
  checksum_ = engine::crc32c(payload, checksum_);
  engine::batch changes;
  while (!payload.empty()) {
    engine::family where;
    std::string_view key, value;
    if (!take_number(payload, where) || where >= families_.size() || !take_text(payload, key) ||
        !take_text(payload, value))
      return fail(engine::errc::damaged, "a record does not decode");
    changes.put(where, key, value);
    ++records_;
  }
  return target_.write(changes, engine::durability::deferred);
}

engine::result<void> importer::end(std::string_view payload) {
  std::uint64_t records;
  std::uint32_t checksum;
  if (!take_number(payload, records) || !take_number(payload, checksum) || !payload.empty())
    return fail(engine::errc::damaged, "the last chunk does not decode");
  if (records != records_ || checksum != checksum_) return fail(engine::errc::damaged, "records are missing");
  if (auto ok = target_.flush(true); !ok) return ok;
  phase_ = phase::finished;
  return {};
}

} // namespace troupe::storage::snapshot
