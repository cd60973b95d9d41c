#include "policies/inspection/store.hpp"
#include <algorithm>
#include <map>
#include <tuple>

namespace troupe::policies::inspection {

namespace {

namespace json = api::json;

std::string role_of(const json::value& s) {
  if (api::bool_at(s, {"leading"})) return "leader";
  auto self = api::int_at(s, {"self"});
  if (auto* members = api::array_at(s, {"members"}))
    for (auto& m : *members)
      if (api::int_at(m, {"id"}) == self) return api::bool_at(m, {"voter"}) ? "voter" : "learner";
  return "learner";
}

shard_member read(const json::value& s, const std::map<std::int64_t, std::string>& names) {
  shard_member m;
  m.shard = static_cast<std::uint32_t>(api::int_at(s, {"shard"}));
  m.role = role_of(s);
  if (auto leader = names.find(api::int_at(s, {"leader"})); leader != names.end()) m.leader = leader->second;
  m.term = api::int_at(s, {"term"});
  m.revision = api::int_at(s, {"revision"});
  m.compact_revision = api::int_at(s, {"compactRevision"});
  m.commit_index = api::int_at(s, {"commitIndex"});
  m.applied_index = api::int_at(s, {"appliedIndex"});
  m.last_index = api::int_at(s, {"lastIndex"});
  m.database_bytes = api::int_at(s, {"databaseBytes"});
  m.watches = api::int_at(s, {"watches"});
  m.leases = api::int_at(s, {"leases"});
  m.waiting = api::int_at(s, {"waiting"});
  m.failed = api::bool_at(s, {"failed"});
  return m;
}

} // namespace

std::vector<shard_member> members_of(const json::object& answer) {
  std::vector<shard_member> out;
  auto* nodes = api::array_at(answer, {"nodes"});
  if (!nodes) return out;
  std::map<std::int64_t, std::string> names;
  for (auto& n : *nodes) names[api::int_at(n, {"node"})] = api::string_at(n, {"name"});
  for (auto& n : *nodes) {
    std::string name(api::string_at(n, {"name"})), error(api::string_at(n, {"error"}));
    if (!error.empty() && error != no_store) out.push_back({.node = name, .error = error});
    if (auto* shards = api::array_at(n, {"shards"}))
      for (auto& s : *shards) {
        out.push_back(read(s, names));
        out.back().node = name;
      }
  }
  std::map<std::uint32_t, std::int64_t> committed;
  for (auto& m : out) committed[m.shard] = std::max(committed[m.shard], m.commit_index);
  for (auto& m : out)
    if (m.error.empty()) m.lag = committed[m.shard] - m.applied_index;
  std::sort(out.begin(), out.end(),
            [](auto& a, auto& b) { return std::tie(a.shard, a.node) < std::tie(b.shard, b.node); });
  return out;
}

json::object document(const shard_member& m) {
  if (!m.error.empty()) return {{"node", m.node}, {"error", m.error}};
  return {{"shard", m.shard},
          {"node", m.node},
          {"role", m.role},
          {"leader", m.leader},
          {"term", m.term},
          {"revision", m.revision},
          {"compactRevision", m.compact_revision},
          {"commitIndex", m.commit_index},
          {"appliedIndex", m.applied_index},
          {"lastIndex", m.last_index},
          {"lag", m.lag},
          {"databaseBytes", m.database_bytes},
          {"watches", m.watches},
          {"leases", m.leases},
          {"waiting", m.waiting},
          {"failed", m.failed}};
}

cells store_table(const std::vector<shard_member>& members) {
  cells out{{"SHARD", "NODE", "ROLE", "LEADER", "TERM", "REVISION", "COMMIT", "APPLIED", "LOG", "LAG", "SIZE",
             "WATCHES", "LEASES", "STATE"}};
  for (auto& m : members) {
    if (!m.error.empty()) {
      out.push_back({"-", m.node, "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", m.error});
      continue;
    }
    auto size = static_cast<std::uint64_t>(std::max<std::int64_t>(0, m.database_bytes));
    out.push_back({std::to_string(m.shard), m.node, m.role, m.leader.empty() ? "<none>" : m.leader,
                   std::to_string(m.term), std::to_string(m.revision), std::to_string(m.commit_index),
                   std::to_string(m.applied_index), std::to_string(m.last_index), std::to_string(m.lag),
                   short_bytes(size), std::to_string(m.watches), std::to_string(m.leases),
                   m.failed ? "its disk failed" : m.leader.empty() ? "no leader" : "ok"});
  }
  return out;
}

} // namespace troupe::policies::inspection
