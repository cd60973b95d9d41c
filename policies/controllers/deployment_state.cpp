#include "policies/controllers/deployment_state.hpp"
#include "policies/controllers/template_hash.hpp"
#include <algorithm>
#include <charconv>
#include <limits>

namespace troupe::policies::controllers {

namespace {

using api::find, api::int_at, api::object_at, api::string_at;

std::int64_t integer(std::string_view text) {
  std::int64_t out = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc{} && end == text.data() + text.size() ? out : 0;
}

rollout_set read_set(api::object_ptr object) {
  rollout_set out;
  out.body = editable(*object);
  out.before = out.replicas = int_at(object->spec(), {"replicas"});
  out.actual = int_at(object->status(), {"replicas"});
  out.ready = int_at(object->status(), {"readyReplicas"});
  out.available = int_at(object->status(), {"availableReplicas"});
  out.observed = int_at(object->status(), {"observedGeneration"}) >= int_at(object->metadata(), {"generation"});
  out.object = std::move(object);
  return out;
}

void read_strategy(deployment_state& s) {
  auto& spec = s.deployment->spec();
  s.rolling = string_at(spec, {"strategy", "type"}, "RollingUpdate") == "RollingUpdate";
  if (!s.rolling) return;
  static const json::value quarter("25%");
  auto* surge = find(spec, {"strategy", "rollingUpdate", "maxSurge"});
  auto* away = find(spec, {"strategy", "rollingUpdate", "maxUnavailable"});
  s.max_surge = number_or_share(surge ? surge : &quarter, s.replicas, rounding::up);
  s.max_unavailable = number_or_share(away ? away : &quarter, s.replicas, rounding::down);
  // With neither a rollout could not move.
  if (s.max_surge == 0 && s.max_unavailable == 0) s.max_unavailable = 1;
  s.max_unavailable = std::min(s.max_unavailable, s.replicas);
}

/// The oldest set with the deployment's template.
std::optional<std::size_t> find_newest(const deployment_state& s) {
  static const json::object nothing;
  auto* wanted = object_at(s.deployment->spec(), {"template"});
  for (std::size_t i = 0; i < s.sets.size(); ++i) {
    auto* has = object_at(s.sets[i].body, {"spec", "template"});
    if (same_template(wanted ? *wanted : nothing, has ? *has : nothing)) return i;
  }
  return std::nullopt;
}

} // namespace

std::int64_t number_or_share(const json::value* value, std::int64_t total, rounding how) {
  if (!value) return 0;
  if (value->is_int64()) return value->get_int64();
  if (value->is_uint64()) return static_cast<std::int64_t>(value->get_uint64());
  auto* text = value->if_string();
  if (!text || !std::string_view(*text).ends_with('%')) return 0;
  auto share = integer(std::string_view(*text).substr(0, text->size() - 1)) * total;
  return how == rounding::up ? (share + 99) / 100 : share / 100;
}

std::int64_t rollout_set::revision() const { return integer(annotation(revision_annotation)); }

void rollout_set::annotate(std::string_view key, std::string value) {
  if (api::find(body, {"metadata", "annotations", key}) && annotation(key) == value) return;
  api::set_at(body, {"metadata", "annotations", key}, json::value(value));
  changed = true;
}

std::vector<rollout_set*> deployment_state::old_sets() {
  std::vector<rollout_set*> out;
  for (auto& set : sets)
    if (&set != new_set()) out.push_back(&set);
  return out;
}

std::vector<rollout_set*> deployment_state::active_sets() {
  std::vector<rollout_set*> out;
  for (auto& set : sets)
    if (set.replicas > 0) out.push_back(&set);
  return out;
}

std::int64_t deployment_state::total_replicas() const {
  std::int64_t sum = 0;
  for (auto& set : sets) sum += set.replicas;
  return sum;
}

std::int64_t deployment_state::total_available() const {
  std::int64_t sum = 0;
  for (auto& set : sets) sum += set.available;
  return sum;
}

std::optional<std::int64_t> deployment_state::progress_deadline_seconds() const {
  auto* value = find(deployment->spec(), {"progressDeadlineSeconds"});
  if (!value || !value->is_number()) return std::nullopt;
  auto seconds = int_at(deployment->spec(), {"progressDeadlineSeconds"});
  if (seconds >= std::numeric_limits<std::int32_t>::max()) return std::nullopt;
  return seconds;
}

deployment_state read_deployment(api::object_ptr deployment, std::vector<api::object_ptr> replica_sets,
                                 api::time_point now) {
  deployment_state out;
  out.now = now;
  out.replicas = int_at(deployment->spec(), {"replicas"}, 1);
  out.paused = api::bool_at(deployment->spec(), {"paused"});
  out.status = json::object(deployment->status(), json::storage_ptr());
  out.revision = string_at(deployment->annotations(), {revision_annotation});
  out.deployment = std::move(deployment);
  std::ranges::stable_sort(replica_sets, [](auto& a, auto& b) {
    auto created = [](auto& o) { return string_at(o->metadata(), {"creationTimestamp"}); };
    // RFC 3339 in UTC sorts as text.
    return created(a) != created(b) ? created(a) < created(b) : a->name() < b->name();
  });
  for (auto& set : replica_sets) out.sets.push_back(read_set(std::move(set)));
  read_strategy(out);
  out.newest = find_newest(out);
  return out;
}

} // namespace troupe::policies::controllers
