#include "storage/mvcc/state.hpp"
#include "tools/chaos/simulated_run.hpp"
#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <set>
#include <spdlog/spdlog.h>

// What must hold: of every change as it is told, and of everything at rest.
namespace troupe::tools::chaos {

namespace chaos = policies::chaos;
namespace json = api::json;

namespace {

constexpr std::string_view registers = "/registry/configmaps/default/register-", pods = "/registry/pods/",
                           deployments = "/registry/deployments.apps/", replica_sets = "/registry/replicasets.apps/";

std::optional<json::object> parsed(const std::string* text) {
  if (!text) return {};
  boost::system::error_code error;
  auto value = json::parse(*text, error);
  if (error || !value.is_object()) return {};
  return std::move(value.get_object());
}

} // namespace

void simulated_run::hold(const std::string& name, const std::string& wrong) {
  if (!wrong.empty() && chaos::checks(scenario_, name)) violated(wrong);
}

void simulated_run::leads(const actors::store::store_status& s) {
  auto& voters = voters_[s.self];
  voters.clear();
  for (auto& m : s.members)
    if (m.voter) voters.push_back(m.id);
  std::sort(voters.begin(), voters.end());
  if (!s.leading) return;
  hold("leaders", leaders_.leads(s.term, s.self));
  if (s.term <= newest_term_) return;
  newest_term_ = s.term;
  report_.leaders.emplace_back(now_ms(), world_.name(s.self));
}

void simulated_run::told(std::uint64_t node, const actors::store::event_batch& b) {
  for (auto& e : b.events) {
    auto known = history_.all().size();
    auto* before = history_.last(e.kv->key);
    auto was = before ? before->value : nullptr; // The history may move.
    hold("watches", history_.told(node, {e.kv->mod_revision, e.kv->key, e.kv->value}));
    if (history_.all().size() == known) continue;
    spdlog::trace("chaos: change ms={} revision={} key={} value={}", now_ms(), e.kv->mod_revision, e.kv->key,
                  e.kv->value ? *e.kv->value : "none");
    object_changed(e.kv->key, was.get(), e.kv->value.get());
  }
}

void simulated_run::object_changed(const std::string& key, const std::string* was, const std::string* now) {
  if (auto guard = guarded_.find(key); guard != guarded_.end() && was && !now && !guard->second)
    hold("finalizers", fmt::format("{} is gone, and its finalizer was not", key));
  if (key.starts_with(pods)) {
    hold("bindings", bindings_.changed(key, now));
    auto object = parsed(now);
    hold("owners", owners_.changed(key, object ? &*object : nullptr));
  } else if (key.starts_with(replica_sets)) {
    auto object = parsed(now);
    hold("owners", owners_.changed(key, object ? &*object : nullptr));
    hold("surge", surges_.replica_set_changed(key, object ? &*object : nullptr));
  } else if (key.starts_with(deployments)) {
    auto before = parsed(was), after = parsed(now);
    hold("surge", surges_.deployment_changed(before ? &*before : nullptr, after ? &*after : nullptr,
                                              now_ms()));
  } else if (key.starts_with(registers) && was && now) {
    auto before = parsed(was), after = parsed(now);
    if (before && after)
      if (auto wrong = chaos::lost_update(*before, *after); !wrong.empty()) hold("writes", key + ": " + wrong);
  }
}

void simulated_run::verify() {
  hold("writes", ledger_.verify(history_));
  verify_members();
  verify_watchers();
  verify_owners();
}

/// At rest all members hold the same, and agree about who they are.
void simulated_run::verify_members() {
  // A member and its hash by what can be compared: revision and floor of the history.
  std::map<std::pair<std::int64_t, std::int64_t>, std::pair<std::uint64_t, std::uint32_t>> seen;
  for (std::uint64_t id = 1; id <= scenario_.cluster.control_plane; ++id) {
    auto& state = *world_.files(id)->state;
    auto hash = storage::mvcc::state_hash(*state.snapshot(), state.current(), state.compacted());
    if (!hash) return violated(fmt::format("the state of member {} can't be read", id));
    auto& other = seen.try_emplace({state.current(), state.compacted()}, id, *hash).first->second;
    if (other.second != *hash)
      hold("members", fmt::format("members {} and {} differ at revision {}", other.first, id, state.current()));
    if (voters_[id] != voters_[1])
      hold("members", fmt::format("member {} knows the voters {}, and member 1 knows {}", id,
                                  fmt::join(voters_[id], " "), fmt::join(voters_[1], " ")));
  }
}

/// Watches through the API servers have told what the store told, from the list that they began with.
void simulated_run::verify_watchers() {
  for (std::size_t n = 0; n < watchers_.size(); ++n) {
    auto& w = watchers_[n];
    if (w.from == 0) continue;
    auto at = w.told.begin();
    for (auto& c : history_.all()) {
      if (c.at <= w.from || c.at > w.seen || !c.key.starts_with("/registry/configmaps/")) continue;
      if (at == w.told.end() || at->first != c.at)
        return hold("watches", fmt::format("watch {} of config maps from revision {} did not tell revision {} of {}", n,
                                           w.from, c.at, c.key));
      ++at;
    }
    if (at != w.told.end())
      return hold("watches", fmt::format("watch {} of config maps told revision {}, which is none", n, at->first));
  }
}

/// What is owned goes with its owners, and what is in a namespace with that.
void simulated_run::verify_owners() {
  std::vector<std::pair<std::string, json::object>> all;
  std::set<std::string, std::less<>> uids, spaces;
  for (auto* c : history_.below("/registry/"))
    if (auto o = parsed(c->value.get())) {
      uids.emplace(api::string_at(*o, {"metadata", "uid"}));
      if (c->key.starts_with("/registry/namespaces/")) spaces.emplace(api::string_at(*o, {"metadata", "name"}));
      all.emplace_back(c->key, std::move(*o));
    }
  for (auto& [key, o] : all) {
    auto space = api::string_at(o, {"metadata", "namespace"});
    if (!space.empty() && !spaces.contains(space))
      return hold("leaks", fmt::format("{} is in a namespace that is not there", key));
    auto* owners = api::array_at(o, {"metadata", "ownerReferences"});
    if (!owners || owners->empty()) continue;
    bool owned = std::any_of(owners->begin(), owners->end(), [&](auto& owner) {
      return owner.is_object() && uids.contains(api::string_at(owner.get_object(), {"uid"}));
    });
    if (!owned) return hold("leaks", fmt::format("{} is there, and its owners are not", key));
  }
}

} // namespace troupe::tools::chaos
