#include "storage/mvcc/types.hpp"

namespace troupe::storage::mvcc {

bool key_range::contains(std::string_view candidate) const noexcept {
  if (range_end.empty()) return candidate == key;
  if (candidate < key) return false;
  return range_end == std::string_view("\0", 1) || candidate < range_end;
}

key_range key_range::prefix(std::string_view prefix) {
  if (prefix.empty()) return {std::string(1, '\0'), std::string(1, '\0')};
  std::string end(prefix);
  while (!end.empty() && end.back() == '\xff') end.pop_back();
  if (end.empty()) return {std::string(prefix), std::string(1, '\0')};
  ++reinterpret_cast<unsigned char&>(end.back());
  return {std::string(prefix), std::move(end)};
}

bool key_range::overlaps(const key_range& other) const noexcept {
  auto ends_before = [](const key_range& a, const key_range& b) {
    if (a.range_end.empty()) return a.key < b.key;
    return a.range_end != std::string_view("\0", 1) && a.range_end <= b.key;
  };
  return !ends_before(*this, other) && !ends_before(other, *this);
}

std::string_view to_string(errc code) noexcept {
  switch (code) {
    case errc::compacted: return "the required revision has been compacted";
    case errc::future_revision: return "the required revision is a future revision";
    case errc::empty_key: return "key is not provided";
    case errc::duplicate_key: return "duplicate key given in txn request";
    case errc::too_many_operations: return "too many operations in txn request";
    case errc::key_not_found: return "key not found";
    case errc::lease_not_found: return "requested lease not found";
    case errc::lease_exists: return "lease already exists";
    case errc::invalid_lease: return "lease TTL is out of range";
    case errc::value_provided: return "value is provided";
    case errc::lease_provided: return "lease is provided";
    case errc::bad_encoding: return "the command does not decode";
    case errc::storage: return "the storage failed";
    case errc::moved: return "the key moves to another shard";
    case errc::not_fenced: return "the keys are not fenced off";
    case errc::bad_import: return "the entry can't be imported";
  }
  return "unknown error";
}

} // namespace troupe::storage::mvcc
