#include "actors/etcd/keyspace.hpp"

namespace troupe::actors::etcd {

namespace {
constexpr std::string_view all_from_key{"\0", 1}; ///< etcd's end of a range without an end
} // namespace

keyspace::keyspace(std::string prefix)
    : prefix_(std::move(prefix)),
      end_(prefix_.empty() ? std::string(all_from_key) : mvcc::key_range::prefix(prefix_).range_end) {}

std::string keyspace::inside(const std::string& key) const { return key.empty() ? key : prefix_ + key; }

mvcc::key_range keyspace::inside(const std::string& key, const std::string& range_end) const {
  if (prefix_.empty() || range_end.empty()) return {inside(key), range_end};
  return {inside(key), range_end == all_from_key ? end_ : prefix_ + range_end};
}

} // namespace troupe::actors::etcd
