#include "tools/chaos/live/live_run.hpp"
#include "tools/chaos/live/rest.hpp"
#include "tools/chaos/live/watched_types.hpp"
#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

// What is asked of the cluster at rest, and all that was seen of it put together.
namespace troupe::tools::chaos::live {

namespace json = api::json;

namespace {

constexpr std::uint64_t catch_up_ms = 30'000;
constexpr std::size_t reasons_max = 6;
constexpr std::chrono::milliseconds look_limit{3'000};
constexpr std::pair<const char*, const char*> looked_at[] = {{"nodes", "/api/v1/nodes"},
                                                             {"pods", "/api/v1/namespaces/default/pods"},
                                                             {"configmaps", "/api/v1/namespaces/default/configmaps"},
                                                             {"deployments", "/apis/apps/v1/deployments"},
                                                             {"namespaces", "/api/v1/namespaces"}};

} // namespace

/// Asks a server for everything that `waiting` counts, and all of them whether they are ready.
void live_run::look() {
  look_failed_.clear();
  auto server = any_server();
  for (auto& [name, path] : looked_at) {
    ++looks_;
    request ask{.path = path, .limit = look_limit};
    servers_->call(server, std::move(ask), [this, server, what = std::string(name)](const reply& r) {
      --looks_;
      auto* items = api::array_at(r.body, {"items"});
      if (!r.ok() || !items) {
        look_failed_ = fmt::format("the API server of {} does not answer for {}", hosts_->name(server + 1), what);
        return;
      }
      auto& all = seen_[what];
      all.clear();
      for (auto& item : *items)
        if (item.is_object()) all.push_back(item.get_object());
    });
  }
  for (std::size_t n = 0; n < servers_->size(); ++n) {
    ++looks_;
    servers_->call(n, {.path = "/readyz", .limit = look_limit}, [this, n](const reply& r) {
      --looks_;
      if (!r.ok()) look_failed_ = fmt::format("the API server of {} is not ready", hosts_->name(n + 1));
    });
  }
}

std::string live_run::waiting() const {
  if (!look_failed_.empty()) return look_failed_;
  std::vector<std::string> names;
  for (std::uint64_t n = 1; n <= hosts_->size(); ++n)
    names.push_back(hosts_->name(n));
  auto all = waits_of(names, seen_);
  if (insisting_ > 0) all.push_back(fmt::format("{} requests of clients have no answer", insisting_));
  if (std::any_of(clients_.begin(), clients_.end(), [](auto& c) { return c.busy; }))
    all.push_back("a client waits for an answer");
  if (all.size() > reasons_max) {
    auto more = all.size() - reasons_max;
    all.resize(reasons_max);
    all.push_back(fmt::format("and {} more", more));
  }
  return fmt::format("{}", fmt::join(all, "; "));
}

void live_run::verify() {
  if (!report_.violation.empty()) return;
  // The last write of all: who has told it has told everything before.
  const std::string path = "/api/v1/namespaces/default/configmaps";
  auto take = [this](const reply& r) {
    last_revision_ = std::strtoll(std::string(api::string_at(r.body, {"metadata", "resourceVersion"}, "0")).c_str(),
                                  nullptr, 10);
  };
  request last{"POST", path, R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"end"}})"};
  insist(std::move(last), [=, this](const reply& r) {
    if (r.ok()) take(r);
    else insist({.path = path + "/end"}, take);
  });
  if (!go_on([this] { return last_revision_ > 0 && all_watched(last_revision_); }, catch_up_ms))
    hold("watches", fmt::format("not all watches of config maps reach revision {}", last_revision_));
  report_.revisions = static_cast<std::uint64_t>(last_revision_);
  for (auto& record : records_)
    hold("watches", record.verify());
  auto writes = judge_writes(records_[config_maps_type], last_revision_, done_, refused_);
  if (!writes) skip("the check writes: " + writes.error());
  else
    for (auto& f : *writes)
      hold(f.check, f.wrong);
  for (auto& f : judge_finalizers(records_[config_maps_type], released_ms_))
    hold(f.check, f.wrong);
  auto objects = judge_objects(records_);
  for (auto& f : objects.wrong)
    hold(f.check, f.wrong);
  report_.pods_bound = objects.bound;
}

} // namespace troupe::tools::chaos::live
