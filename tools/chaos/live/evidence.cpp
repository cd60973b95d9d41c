#include "tools/chaos/live/evidence.hpp"
#include "policies/chaos/objects.hpp"
#include "tools/chaos/live/watched_types.hpp"
#include <algorithm>
#include <optional>

namespace troupe::tools::chaos::live {

namespace chaos = policies::chaos;
namespace json = api::json;

namespace {

/// How long a request may be under way.
constexpr std::uint64_t late_ms = 30'000;

void add(std::vector<finding>& to, const char* check, std::string wrong) {
  if (!wrong.empty()) to.push_back({check, std::move(wrong)});
}

std::optional<json::object> parsed(const std::string* text) {
  if (!text) return {};
  auto value = json::parse(*text);
  return std::move(value.get_object());
}

void find_lost_updates(const watch_record& record, const chaos::store_history& history, std::vector<finding>& out) {
  for (auto& [key, e] : record.all()) {
    auto* before = history.before(e.what.key, e.what.at);
    if (!e.what.key.starts_with("/registry/configmaps/default/register-") || !before) continue;
    auto was = parsed(before->value.get()), now = parsed(e.what.value.get());
    if (!was || !now) continue;
    if (auto wrong = chaos::lost_update(*was, *now); !wrong.empty()) add(out, "writes", e.what.key + ": " + wrong);
  }
}

} // namespace

tl::expected<std::vector<finding>, std::string> judge_writes(const watch_record& record, watch_record::revision upto,
                                                             const std::vector<written>& acknowledged,
                                                             const std::vector<written>& refused) {
  std::vector<finding> out;
  if (record.all().empty()) return out;
  auto first = record.all().begin()->first.first;
  if (!record.covers(first, upto))
    return tl::make_unexpected("no API server has told all changes, every one had forgotten some");
  // Revisions of other types are there, too; what they changed does not matter.
  chaos::store_history history;
  auto next = first;
  for (auto& [key, e] : record.all()) {
    for (; next < key.first; ++next) add(out, "writes", history.told(0, {next, {}, nullptr}));
    add(out, "writes", history.told(0, e.what));
    next = key.first + 1;
  }
  chaos::write_ledger ledger;
  for (auto& w : acknowledged) ledger.acknowledged(w.key, w.at, w.token, w.after);
  for (auto& w : refused) ledger.refused(w.key, w.token);
  add(out, "writes", ledger.verify(history));
  find_lost_updates(record, history, out);
  return out;
}

std::vector<finding> judge_finalizers(const watch_record& record,
                                      const std::map<std::string, std::uint64_t>& released_ms) {
  std::vector<finding> out;
  for (auto& [key, e] : record.all()) {
    auto guarded = released_ms.find(e.what.key);
    if (e.what.value || guarded == released_ms.end()) continue;
    // Whoever told it later than it happened makes this weaker, never wrong.
    if (guarded->second == 0 || e.seen_ms < guarded->second)
      add(out, "finalizers", e.what.key + " is gone, and its finalizer was not");
  }
  return out;
}

objects_verdict judge_objects(const std::vector<watch_record>& records) {
  // The types share one order of revisions.
  std::map<std::pair<std::int64_t, std::string>, std::pair<std::size_t, const watch_record::entry*>> all;
  for (auto type : {pods_type, deployments_type, replica_sets_type})
    for (auto& [key, e] : records[type].all()) all[key] = {type, &e};
  objects_verdict out;
  chaos::binding_record bindings;
  chaos::owner_record owners;
  chaos::surge_record surges;
  surges.late(late_ms);
  std::map<std::string, json::object> last;
  std::uint64_t time = 0;
  for (auto& [at, what] : all) {
    auto& [type, e] = what;
    time = std::max(time, e->seen_ms);
    auto now = parsed(e->what.value.get());
    auto was = last.find(e->what.key);
    auto* object = now ? &*now : nullptr;
    if (type == pods_type) add(out.wrong, "bindings", bindings.changed(e->what.key, e->what.value.get()));
    if (type != deployments_type) add(out.wrong, "owners", owners.changed(e->what.key, object));
    if (type == replica_sets_type) add(out.wrong, "surge", surges.replica_set_changed(e->what.key, object));
    if (type == deployments_type)
      add(out.wrong, "surge", surges.deployment_changed(was == last.end() ? nullptr : &was->second, object, time));
    if (now) last[e->what.key] = std::move(*now);
    else last.erase(e->what.key);
  }
  out.bound = bindings.bound();
  return out;
}

} // namespace troupe::tools::chaos::live
