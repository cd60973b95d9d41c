#include "tools/chaos/live/live_run.hpp"
#include "tools/chaos/live/watched_types.hpp"
#include <algorithm>
#include <fmt/format.h>

// Watches of a few types through every API server, which resume where they ended.
namespace troupe::tools::chaos::live {

namespace json = api::json;

namespace {

constexpr std::uint64_t again_ms = 300;
/// A server ends its watches itself; one that is silent for longer does not answer any more.
constexpr std::uint64_t watch_seconds = 8, silent_ms = 12'000;

std::int64_t revision_of(const json::object& o) {
  return std::strtoll(std::string(api::string_at(o, {"metadata", "resourceVersion"}, "0")).c_str(), nullptr, 10);
}

} // namespace

void live_run::watch_all() {
  records_.resize(std::size(watched_types));
  for (std::size_t type = 0; type < std::size(watched_types); ++type)
    for (std::size_t server = 0; server < servers_->size(); ++server) {
      auto& w = watchers_.emplace_back(std::make_unique<watcher>());
      w->type = type;
      w->server = server;
    }
}

void live_run::attend() {
  for (auto& w : watchers_) {
    auto age = now_ms() - w->since_ms;
    if (w->open && age < silent_ms) continue;
    if (!w->open && w->since_ms > 0 && age < again_ms) continue;
    if (w->cancel) std::exchange(w->cancel, nullptr)();
    ++w->life;
    w->since_ms = now_ms();
    w->open = true;
    if (w->span) resume(*w);
    else list_for(*w);
  }
}

void live_run::list_for(watcher& w) {
  request what{.path = std::string(watched_types[w.type].path) + "?limit=1"};
  servers_->call(w.server, std::move(what), [this, &w, life = w.life](const reply& r) {
    if (life != w.life) return;
    w.open = false;
    if (!r.ok()) return;
    auto who = fmt::format("the watch of {} through {}", watched_types[w.type].name, hosts_->name(w.server + 1));
    w.span = records_[w.type].begin(who, revision_of(r.body));
    w.since_ms = 0;
  });
}

void live_run::resume(watcher& w) {
  auto path = fmt::format("{}?watch=1&allowWatchBookmarks=true&timeoutSeconds={}&resourceVersion={}",
                          watched_types[w.type].path, watch_seconds, records_[w.type].upto(*w.span));
  auto line = [this, &w, life = w.life](json::object event) {
    if (life == w.life) told(w, std::move(event));
  };
  auto end = [this, &w, life = w.life](int status) {
    if (life != w.life) return;
    w.open = false;
    if (status == 410) w.span.reset();
  };
  w.cancel = servers_->watch(w.server, path, line, end);
}

void live_run::told(watcher& w, json::object event) {
  auto kind = api::string_at(event, {"type"});
  auto* o = api::object_at(event, {"object"});
  if (!o || !w.span) return;
  auto& record = records_[w.type];
  if (kind == "ERROR") {
    // What is too old is told no more: the next watch begins with a list.
    if (api::int_at(*o, {"code"}) == 410) w.span.reset();
    return;
  }
  auto revision = revision_of(*o);
  if (kind == "BOOKMARK") return hold("watches", record.reached(*w.span, revision));
  ++report_.watched;
  auto key =
      fmt::format("/registry/{}/{}/{}", watched_types[w.type].name, api::string_at(*o, {"metadata", "namespace"}),
                  api::string_at(*o, {"metadata", "name"}));
  policies::chaos::change c{revision, std::move(key), nullptr};
  if (kind != "DELETED") c.value = std::make_shared<const std::string>(json::serialize(*o));
  hold("watches", record.told(*w.span, c, now_ms()));
}

bool live_run::all_watched(std::int64_t upto) const {
  return std::all_of(watchers_.begin(), watchers_.end(), [&](auto& w) {
    return w->span && (w->type != config_maps_type || records_[w->type].upto(*w->span) >= upto);
  });
}

} // namespace troupe::tools::chaos::live
