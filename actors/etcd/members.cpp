#include "actors/etcd/members.hpp"
#include "policies/cluster/node_record.hpp"
#include <algorithm>
#include <fmt/format.h>
#include <map>

namespace troupe::actors::etcd {

namespace {

const store::store_member* find(const store::store_status& group, std::uint64_t id) {
  auto at = std::find_if(group.members.begin(), group.members.end(), [&](auto& m) { return m.id == id; });
  return at == group.members.end() ? nullptr : &*at;
}

} // namespace

mvcc::range_request node_records_range(bool linearizable) {
  mvcc::range_request out;
  out.keys = mvcc::key_range::prefix(policies::cluster::node_records_prefix);
  out.skip_count = true;
  out.linearizable = linearizable;
  return out;
}

void fill_members(const store::store_status& group, const mvcc::range_response& records, pb::MemberListResponse& out) {
  std::map<std::uint64_t, policies::cluster::node_record> nodes;
  for (auto& kv : records.kvs) {
    auto record = kv->value ? policies::cluster::decode_node_record(*kv->value)
                            : tl::make_unexpected(std::string("no value"));
    if (record) nodes.insert_or_assign(record->id, std::move(*record));
  }
  auto members = group.members;
  std::sort(members.begin(), members.end(), [](auto& a, auto& b) { return a.id < b.id; });
  for (auto& m : members) {
    auto& shown = *out.add_members();
    shown.set_id(m.id);
    shown.set_islearner(!m.voter);
    auto known = nodes.find(m.id);
    if (known == nodes.end()) continue;
    auto& node = known->second;
    shown.set_name(node.name);
    shown.add_peerurls(fmt::format("https://{}:{}", node.address, node.link_port));
    if (!node.etcd_url.empty()) shown.add_clienturls(node.etcd_url);
  }
}

bool is_voter(const store::store_status& group, std::uint64_t id) {
  auto* member = find(group, id);
  return member && member->voter;
}

bool is_learner(const store::store_status& group) {
  auto* member = find(group, group.self);
  return member && !member->voter;
}

} // namespace troupe::actors::etcd
