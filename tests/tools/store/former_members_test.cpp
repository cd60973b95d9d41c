#include "tools/store/former_members.hpp"
#include "policies/cluster/node_record.hpp"
#include <gtest/gtest.h>

namespace troupe::tools::store {
namespace {

namespace mvcc = storage::mvcc;
using policies::cluster::node_record;

/// Whether the record says "removed" after the backup of its store became the store of node 1.
bool removed(const node_record& before) {
  mvcc::key_value kv{policies::cluster::node_record_key(before.id), 2, 2, 1, 0, mvcc::make_bytes(encode(before))};
  remove_former_member(1, kv);
  auto after = policies::cluster::decode_node_record(*kv.value);
  EXPECT_TRUE(after.has_value());
  auto same = before;
  same.removed = after->removed;
  EXPECT_EQ(*after, same) << "nothing else changes";
  return after->removed;
}

TEST(former_members, other_control_plane_nodes_are_gone_and_workers_and_the_node_itself_stay) {
  node_record record{.id = 1, .name = "n", .control_plane = true, .address = "10.0.0.1", .link_port = 7000};
  EXPECT_FALSE(removed(record));
  record.id = 2;
  EXPECT_TRUE(removed(record));
  record.control_plane = false;
  EXPECT_FALSE(removed(record));
}

TEST(former_members, other_keys_and_what_does_not_decode_stay_as_they_are) {
  for (auto* key : {"/registry/nodes/n", "/troupe/nodes/x"}) {
    mvcc::key_value kv{key, 2, 2, 1, 0, mvcc::make_bytes("something")};
    remove_former_member(1, kv);
    EXPECT_EQ(*kv.value, "something") << key;
  }
}

} // namespace
} // namespace troupe::tools::store
