#include "tools/chaos/live/live_run.hpp"
#include <fmt/format.h>

// What clients ask for while things break.
namespace troupe::tools::chaos::live {

namespace json = api::json;

namespace {

constexpr std::uint64_t again_ms = 500;
const std::string config_maps = "/api/v1/namespaces/default/configmaps", namespaces = "/api/v1/namespaces",
                  deployments = "/apis/apps/v1/namespaces/default/deployments";

std::string register_name(std::uint32_t key) { return fmt::format("register-{}", key); }
std::string register_path(std::uint32_t key) { return config_maps + "/" + register_name(key); }
std::string register_key(std::uint32_t key) { return "/registry/configmaps/default/" + register_name(key); }
std::string web_name(std::uint32_t number) { return fmt::format("web-{}", number); }

std::string deployment(const std::string& name, std::uint32_t replicas) {
  json::object pod{{"metadata", {{"labels", {{"app", name}}}}},
                   {"spec", {{"containers", {{{"name", "main"}, {"image", "web:1"}}}}}}};
  json::object spec{{"replicas", replicas}, {"selector", {{"matchLabels", {{"app", name}}}}}, {"template", pod}};
  return json::serialize(json::object{
    {"apiVersion", "apps/v1"}, {"kind", "Deployment"}, {"metadata", {{"name", name}}}, {"spec", std::move(spec)}});
}

std::string config_map(const std::string& name) {
  return json::serialize(json::object{
    {"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"metadata", {{"name", name}}}, {"data", {{"value", "none"}}}});
}

std::int64_t revision_of(const json::object& o) {
  return std::strtoll(std::string(api::string_at(o, {"metadata", "resourceVersion"}, "0")).c_str(), nullptr, 10);
}

} // namespace

void live_run::insist(request what, std::function<void(const reply&)> then) {
  ++insisting_;
  servers_->call(any_server(), what, [=, this](const reply& r) {
    --insisting_;
    if (r.code == 0 || r.code >= 500 || r.code == 429)
      return at(now_ms() + again_ms, [=, this] { insist(what, then); });
    // What is there, or gone, is what was wanted.
    if (!r.ok() && r.code != 409 && r.code != 404)
      violated(fmt::format("a right request was refused with {}: {}", r.code, api::string_at(r.body, {"message"})));
    if (then) then(r);
  });
}

void live_run::prepare_load() {
  auto& load = scenario_.load;
  for (std::uint32_t k = 0; k < load.registers.keys && load.registers.clients > 0; ++k)
    insist({"POST", config_maps, config_map(register_name(k))});
  clients_.resize(load.registers.clients);
  for (std::uint32_t n = 0; n < load.rollouts.deployments; ++n) {
    insist({"POST", deployments, deployment(web_name(n), load.rollouts.replicas)});
    at(report_.begin_ms + load.rollouts.every_ms * (n + 1) / load.rollouts.deployments, [this, n] { roll(n); });
  }
  if (load.namespaces.every_ms > 0) at(report_.begin_ms + load.namespaces.every_ms, [this] { churn(1); });
  if (load.watches.clients > 0) skip("the load watches: each API server is watched anyway, in every run");
  for (auto name : {"leaders", "members", "leaks"})
    if (policies::chaos::checks(scenario_, name)) skip(fmt::format("the check {}: it needs the store's insides", name));
  prepare_side_load();
  working_ = true;
}

void live_run::work() {
  for (std::size_t i = 0; i < clients_.size(); ++i)
    if (!clients_[i].busy && clients_[i].next_ms <= now_ms()) use_register(i);
}

void live_run::use_register(std::size_t number) {
  auto& c = clients_[number];
  c.busy = true;
  c.next_ms = now_ms() + chance_.below(scenario_.load.registers.every_ms * 2 + 1);
  auto key = static_cast<std::uint32_t>(chance_.below(scenario_.load.registers.keys));
  if (chance_.percent(40)) read_register(number, key);
  else write_register(number, key);
}

/// What was acknowledged before the question is in the answer.
void live_run::read_register(std::size_t number, std::uint32_t key) {
  auto least = newest_[key];
  auto asked = now_ms();
  servers_->call(any_server(), {.path = register_path(key)}, [=, this](const reply& r) {
    clients_[number].busy = false;
    answered(asked, r, false);
    if (!r.ok()) {
      if (r.code == 404 && least > 0) hold("writes", fmt::format("{} is gone", register_name(key)));
      return;
    }
    ++report_.reads;
    auto revision = revision_of(r.body);
    if (revision < least)
      hold("writes", fmt::format("a read of {} gave revision {} after {} was acknowledged", register_name(key),
                                 revision, least));
    newest_[key] = std::max(newest_[key], revision);
    clients_[number].known[key] = revision;
    auto* data = api::object_at(r.body, {"data"});
    if (!data) return;
    for (auto& field : *data)
      if (field.value().is_string())
        done_.push_back({register_key(key), std::string(field.value().get_string()), revision, 0});
  });
}

/// Blindly, or on condition that nobody wrote since the client looked.
void live_run::write_register(std::size_t number, std::uint32_t key) {
  auto& c = clients_[number];
  auto token = fmt::format("token-{}-{}.", number, ++tokens_);
  json::object patch{{"data", {{fmt::format("value-{}", number), token}}}};
  std::int64_t condition = 0;
  if (auto known = c.known.find(key); known != c.known.end() && chance_.percent(60)) {
    condition = known->second;
    patch["metadata"] = json::object{{"resourceVersion", std::to_string(condition)}};
  }
  auto least = newest_[key];
  auto asked = now_ms();
  request what{"PATCH", register_path(key), json::serialize(patch), "application/merge-patch+json"};
  servers_->call(any_server(), std::move(what), [=, this](const reply& r) {
    auto& mine = clients_[number];
    mine.busy = false;
    mine.known.erase(key);
    answered(asked, r, true);
    if (r.ok()) {
      ++report_.acknowledged;
      auto revision = revision_of(r.body);
      if (revision <= least)
        hold("writes", fmt::format("a write of {} got revision {} after {} was seen", register_name(key), revision,
                                   least));
      newest_[key] = std::max(newest_[key], revision);
      mine.known[key] = revision;
      done_.push_back({register_key(key), token, revision, condition});
    } else if ((r.code >= 400 && r.code < 500) || !r.sent) {
      ++report_.refused;
      refused_.push_back({register_key(key), token, 0, 0});
    } else {
      ++report_.unknown;
    }
  });
}

void live_run::answered(std::uint64_t asked_ms, const reply& r, bool write) {
  auto now = now_ms();
  if (report_.seconds.size() <= now / 1'000) report_.seconds.resize(now / 1'000 + 1);
  auto& s = report_.seconds[now / 1'000];
  if (r.code == 0 || r.code >= 500) {
    ++s.failed;
    return;
  }
  ++(write ? s.writes : s.reads);
  s.sum_ms += now - asked_ms;
  s.slowest_ms = std::max(s.slowest_ms, now - asked_ms);
  if (!write) return;
  if (now > last_write_ms_ + gap_min_ms) report_.gaps.push_back({last_write_ms_, now});
  last_write_ms_ = now;
}

void live_run::roll(std::uint32_t number) {
  if (!working_) return;
  auto& load = scenario_.load.rollouts;
  json::object spec;
  if (chance_.percent(50)) {
    auto image = fmt::format("web:{}", ++tokens_);
    spec["template"] = json::object{{"spec", {{"containers", {{{"name", "main"}, {"image", image}}}}}}};
  } else {
    spec["replicas"] = chance_.below(load.replicas * 2 + 1);
  }
  insist({"PATCH", deployments + "/" + web_name(number), json::serialize(json::object{{"spec", std::move(spec)}}),
          "application/strategic-merge-patch+json"});
  ++report_.rollouts;
  at(now_ms() + load.every_ms / 2 + chance_.below(load.every_ms), [this, number] { roll(number); });
}

/// A namespace comes with objects, the one before it goes.
void live_run::churn(std::uint64_t number) {
  if (!working_) return;
  auto name = fmt::format("churn-{}", number);
  for (auto& old : namespaces_)
    insist({"DELETE", namespaces + "/" + old, {}});
  insist({"POST", namespaces,
          json::serialize(json::object{{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", name}}}})});
  namespaces_.insert(name);
  for (std::uint32_t i = 0; i < scenario_.load.namespaces.objects; ++i)
    at(now_ms() + 1'000 + i * 50, [this, name, i] {
      request what{"POST", fmt::format("{}/{}/configmaps", namespaces, name), config_map(fmt::format("thing-{}", i))};
      servers_->call(any_server(), std::move(what), [](const reply&) {});
    });
  at(now_ms() + scenario_.load.namespaces.every_ms, [this, number] { churn(number + 1); });
}

/// What was asked for before the last fault may still happen after it: whatever is there goes.
void live_run::sweep() {
  for (auto& name : namespaces_)
    insist({"DELETE", namespaces + "/" + name, {}});
  release_all();
  if (!namespaces_.empty() || !released_ms_.empty()) at(now_ms() + 4'000, [this] { sweep(); });
}

} // namespace troupe::tools::chaos::live
