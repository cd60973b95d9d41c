#include "tools/store/former_members.hpp"
#include "policies/cluster/node_record.hpp"

namespace troupe::tools::store {

void remove_former_member(std::uint64_t member, storage::mvcc::key_value& kv) {
  if (!kv.key.starts_with(policies::cluster::node_records_prefix) || !kv.value) return;
  auto record = policies::cluster::decode_node_record(*kv.value);
  if (!record || !record->control_plane || record->id == member) return;
  record->removed = true;
  kv.value = storage::mvcc::make_bytes(encode(*record));
}

} // namespace troupe::tools::store
