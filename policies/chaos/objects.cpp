#include "policies/chaos/objects.hpp"
#include <algorithm>
#include <charconv>
#include <fmt/format.h>

namespace troupe::policies::chaos {

namespace json = api::json;

namespace {

std::string uid_of(const json::object& o) { return std::string(api::string_at(o, {"metadata", "uid"})); }

/// The uid of the owner that controls the object; empty if there is none.
std::string controller_of(const json::object& o) {
  auto* owners = api::array_at(o, {"metadata", "ownerReferences"});
  if (!owners) return {};
  for (auto& owner : *owners)
    if (auto* reference = owner.if_object()) {
      auto* controls = reference->if_contains("controller");
      if (controls && controls->is_bool() && controls->get_bool())
        return std::string(api::string_at(*reference, {"uid"}));
    }
  return {};
}

/// How many pods a deployment may have for a while.
std::int64_t highest(const json::object& deployment) {
  auto replicas = api::int_at(deployment, {"spec", "replicas"}, 1);
  if (api::string_at(deployment, {"spec", "strategy", "type"}) == "Recreate") return replicas;
  auto* surge = api::find(deployment, {"spec", "strategy", "rollingUpdate", "maxSurge"});
  if (surge && surge->is_int64()) return replicas + surge->get_int64();
  std::int64_t percent = 25;
  if (surge && surge->is_string())
    std::from_chars(surge->get_string().data(), surge->get_string().data() + surge->get_string().size(), percent);
  return replicas + (replicas * percent + 99) / 100;
}

} // namespace

std::string owner_record::changed(const std::string& key, const json::object* now) {
  if (!now) {
    all_.erase(key);
    return {};
  }
  owned fresh{uid_of(*now), controller_of(*now)};
  auto& known = all_[key];
  auto before = std::exchange(known, fresh);
  if (before.uid != fresh.uid || before.controller.empty() || fresh.controller.empty()) return {};
  if (before.controller == fresh.controller) return {};
  return fmt::format("{} of controller {} was taken by {}", key, before.controller, fresh.controller);
}

std::string surge_record::deployment_changed(const json::object* was, const json::object* now, std::uint64_t now_ms) {
  if (!now) {
    if (was) deployments_.erase(uid_of(*was));
    return {};
  }
  auto& d = deployments_[uid_of(*now)];
  d.name = api::string_at(*now, {"metadata", "name"});
  auto generation = api::int_at(*now, {"metadata", "generation"}), most = highest(*now);
  if (d.sizes.empty() || d.sizes.back().generation != generation) d.sizes.push_back({generation, most, now_ms});
  else d.sizes.back().most = most;
  auto seen = api::int_at(*now, {"status", "observedGeneration"});
  while (d.sizes.size() > 1 && d.sizes[1].generation <= seen && d.sizes[1].since_ms + late_ms_ <= now_ms)
    d.sizes.pop_front();
  return {};
}

std::string surge_record::replica_set_changed(const std::string& key, const json::object* now) {
  if (!now) {
    parts_.erase(key);
    return {};
  }
  part fresh{controller_of(*now), api::int_at(*now, {"spec", "replicas"}, 1)};
  auto before = std::exchange(parts_[key], fresh);
  auto found = deployments_.find(fresh.deployment);
  if (fresh.replicas <= before.replicas || found == deployments_.end()) return {};
  std::int64_t sum = 0, most = 0;
  for (auto& [other, p] : parts_)
    if (p.deployment == fresh.deployment) sum += p.replicas;
  for (auto& s : found->second.sizes) most = std::max(most, s.most);
  if (sum <= most) return {};
  return fmt::format("the replica sets of deployment {} ask for {} pods where at most {} are allowed",
                     found->second.name, sum, most);
}

std::string lost_update(const json::object& was, const json::object& now) {
  static const json::object nothing;
  auto *a = api::object_at(was, {"data"}), *b = api::object_at(now, {"data"});
  if (!a) a = &nothing;
  if (!b) b = &nothing;
  std::string changes;
  int count = 0;
  auto note = [&](std::string_view field, const json::value* from, const json::value* to) {
    ++count;
    changes += fmt::format("{}{} from {} to {}", changes.empty() ? "" : ", ", field,
                           from ? json::serialize(*from) : "none", to ? json::serialize(*to) : "none");
  };
  for (auto& m : *a)
    if (auto* to = b->if_contains(m.key()); !to || *to != m.value()) note(m.key(), &m.value(), to);
  for (auto& m : *b)
    if (!a->contains(m.key())) note(m.key(), nullptr, &m.value());
  if (count <= 1) return {};
  return fmt::format("one write changed {}: an update was lost", changes);
}

} // namespace troupe::policies::chaos
