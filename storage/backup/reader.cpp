#include "storage/backup/reader.hpp"
#include "storage/engine/checksum.hpp"
#include "storage/mvcc/codec.hpp"
#include "storage/snapshot/chunk.hpp"
#include <fmt/format.h>

namespace troupe::storage::backup {

namespace {

failure fail(errc code, std::string detail = {}) { return failure(error{code, std::move(detail)}); }

/// etcd's own snapshots are databases of bbolt, whose pages begin with 16 bytes before the magic number.
bool is_bbolt(std::string_view head) { return head.size() >= 20 && head.substr(16, 4) == "\xed\xda\x0c\xed"; }

error of_chunk(const engine::error& e) {
  return {e.code == engine::errc::newer_format ? errc::newer_format : errc::damaged, e.detail};
}

entry take_lease(mvcc::reader& in) {
  lease l;
  l.id = in.signed_number();
  l.ttl_seconds = in.signed_number();
  if (l.id == 0 || l.ttl_seconds < 1) in.fail();
  return l;
}

entry take_key(mvcc::reader& in) {
  mvcc::key_value kv;
  kv.key = in.text();
  kv.create_revision = in.signed_number();
  kv.mod_revision = in.signed_number();
  kv.version = in.signed_number();
  kv.lease = in.signed_number();
  kv.value = mvcc::make_bytes(std::string(in.text()));
  if (kv.key.empty() || kv.create_revision < 1 || kv.mod_revision < kv.create_revision || kv.version < 1) in.fail();
  return kv;
}

} // namespace

reader::reader(source from) : from_(std::move(from)) {}

result<std::string> reader::take(std::size_t size) {
  std::string out(size, '\0');
  std::size_t have = 0;
  while (have < size) {
    auto n = from_(out.data() + have, size - have);
    if (!n) return fail(errc::io, n.error());
    if (*n == 0) break;
    have += *n;
  }
  out.resize(have);
  found_.file_bytes += have;
  return out;
}

result<void> reader::read_first_line() {
  auto line = take(first_line.size());
  if (!line) return tl::unexpected(line.error());
  digest_.add(*line);
  if (*line == first_line) return {};
  if (line->starts_with(first_line_start)) {
    if (line->size() < first_line.size()) return fail(errc::cut);
    return fail(errc::newer_format, "it starts with '" + line->substr(0, line->find('\n')) + "'");
  }
  auto more = take(4);
  if (more && is_bbolt(*line + *more)) return fail(errc::foreign, "it is a snapshot of etcd");
  return fail(errc::foreign);
}

result<header> reader::open() {
  if (auto ok = read_first_line(); !ok) return tl::unexpected(ok.error());
  auto more = read_chunk();
  if (!more) return tl::unexpected(more.error());
  mvcc::reader in(chunk_);
  found_.head.revision = in.signed_number();
  found_.head.taken_seconds = in.signed_number();
  if (!in.done() || found_.head.revision < 1) return fail(errc::damaged, "the header does not decode");
  at_ = chunk_.size();
  return found_.head;
}

result<bool> reader::read_chunk() {
  auto head = take(snapshot::chunk_header_bytes);
  if (!head) return tl::unexpected(head.error());
  if (head->size() < snapshot::chunk_header_bytes) return fail(errc::cut);
  auto size = snapshot::chunk_size(*head);
  if (!size) return tl::unexpected(of_chunk(size.error()));
  auto payload = take(*size - head->size());
  if (!payload) return tl::unexpected(payload.error());
  auto whole = *head + *payload;
  if (whole.size() < *size) return fail(errc::cut);
  digest_.add(whole);
  auto chunk = snapshot::parse(whole);
  if (!chunk) return tl::unexpected(of_chunk(chunk.error()));
  if (chunk->value.number != number_ || (chunk->value.kind == snapshot::chunk_kind::begin) != (number_ == 0))
    return fail(errc::damaged, fmt::format("chunk {} is missing", number_));
  ++number_;
  if (chunk->value.kind == snapshot::chunk_kind::end) {
    if (auto ok = finish(chunk->value.payload); !ok) return tl::unexpected(ok.error());
    return false;
  }
  chunk_ = chunk->value.payload;
  at_ = 0;
  if (chunk->value.kind == snapshot::chunk_kind::data) found_.hash = engine::crc32c(chunk_, found_.hash);
  return true;
}

result<void> reader::finish(std::string_view payload) {
  mvcc::reader in(payload);
  auto leases = in.number(), keys = in.number(), checksum = in.number();
  if (!in.done()) return fail(errc::damaged, "the last chunk does not decode");
  if (leases != found_.leases || keys != found_.keys || checksum != found_.hash)
    return fail(errc::damaged, fmt::format("{} of {} keys are there", found_.keys, keys));
  auto padding = take((block_bytes - found_.file_bytes % block_bytes) % block_bytes);
  if (!padding) return tl::unexpected(padding.error());
  digest_.add(*padding);
  if (padding->find_first_not_of('\0') != std::string::npos) return fail(errc::damaged, "the end is not empty");
  auto sum = take(digest::bytes);
  if (!sum) return tl::unexpected(sum.error());
  if (sum->size() < digest::bytes) return fail(errc::cut);
  if (*sum != digest_.finish()) return fail(errc::damaged, "the SHA-256 at its end does not fit");
  found_.sha256 = hex(*sum);
  auto behind = take(1);
  if (!behind) return tl::unexpected(behind.error());
  if (!behind->empty()) return fail(errc::damaged, "something follows its end");
  finished_ = true;
  return {};
}

result<void> reader::check_order(const entry& e) {
  if (std::holds_alternative<lease>(e)) {
    if (last_key_) return fail(errc::damaged, "a lease behind the keys");
    ++found_.leases;
    return {};
  }
  auto& kv = std::get<mvcc::key_value>(e);
  if (last_key_ && kv.key <= *last_key_) return fail(errc::damaged, "keys out of order");
  if (kv.mod_revision > found_.head.revision) return fail(errc::damaged, "a key beyond the revision of the backup");
  last_key_ = kv.key;
  ++found_.keys;
  return {};
}

result<std::optional<entry>> reader::next() {
  while (!finished_ && at_ == chunk_.size())
    if (auto more = read_chunk(); !more) return tl::unexpected(more.error());
  if (finished_) return std::optional<entry>();
  auto left = std::string_view(chunk_).substr(at_);
  mvcc::reader in(left);
  auto kind = in.byte();
  std::optional<entry> out;
  if (kind == static_cast<int>(record_kind::lease)) out = take_lease(in);
  else if (kind == static_cast<int>(record_kind::key)) out = take_key(in);
  if (!out || !in.ok()) return fail(errc::damaged, "a record does not decode");
  at_ = chunk_.size() - in.rest().size();
  if (auto ok = check_order(*out); !ok) return tl::unexpected(ok.error());
  return out;
}

result<summary> verify(reader::source from) {
  reader r(std::move(from));
  if (auto head = r.open(); !head) return tl::unexpected(head.error());
  for (;;) {
    auto e = r.next();
    if (!e) return tl::unexpected(e.error());
    if (!*e) return r.found();
  }
}

} // namespace troupe::storage::backup
