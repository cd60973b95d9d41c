#include "actors/apiserver/client.hpp"
#include "tools/chaos/simulated_run.hpp"
#include <fmt/format.h>

namespace troupe::tools::chaos {

namespace apiserver = actors::apiserver;
namespace json = api::json;
using std::chrono::seconds;

namespace {

constexpr auto call_limit = caf::timespan{seconds(10)};
const apiserver::resource_path config_maps{"", "v1", "configmaps"}, deployments{"apps", "v1", "deployments"},
  namespaces{"", "v1", "namespaces"}, services{"", "v1", "services"};

std::string register_name(std::uint32_t key) { return fmt::format("register-{}", key); }
std::string register_key(std::uint32_t key) { return "/registry/configmaps/default/" + register_name(key); }
std::string web_name(std::uint32_t number) { return fmt::format("web-{}", number); }

json::object deployment(const std::string& name, std::uint32_t replicas) {
  json::object pod{{"metadata", {{"labels", {{"app", name}}}}},
                   {"spec", {{"containers", {{{"name", "main"}, {"image", "web:1"}}}}}}};
  return {{"apiVersion", "apps/v1"},
          {"kind", "Deployment"},
          {"metadata", {{"name", name}, {"namespace", "default"}}},
          {"spec", {{"replicas", replicas}, {"selector", {{"matchLabels", {{"app", name}}}}}, {"template", pod}}}};
}

/// In front of the pods of a deployment.
json::object service(const std::string& name, std::uint32_t number) {
  json::array ports;
  ports.push_back(json::object{{"port", service_port(number)}, {"targetPort", 80}});
  return {{"apiVersion", "v1"},
          {"kind", "Service"},
          {"metadata", {{"name", name}, {"namespace", "default"}}},
          {"spec", {{"selector", {{"app", name}}}, {"ports", std::move(ports)}}}};
}

json::object config_map(const std::string& ns, const std::string& name) {
  return {{"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"metadata", {{"name", name}, {"namespace", ns}}},
          {"data", {{"value", "none"}}}};
}

/// The answer says that nothing was done.
bool refused(const apiserver::reply& r) { return r.code >= 400 && r.code < 500; }

} // namespace

/// Clients do not know who is well: any server whose process is there.
actors::simulation::host* simulated_run::server() {
  std::vector<actors::simulation::host*> up;
  for (std::uint64_t id = 1; id <= scenario_.cluster.control_plane; ++id)
    if (auto* h = world_.at(id)) up.push_back(h);
  return up.empty() ? nullptr : up[chance_.below(up.size())];
}

void simulated_run::insist(apiserver::call_ptr what, std::function<void(const reply&)> then) {
  ++insisting_;
  auto again = [=, this] {
    --insisting_;
    at(now_ms() + 500, [=, this] { insist(what, then); });
  };
  auto* h = server();
  if (!h) return again();
  h->call(what, call_limit, [=, this](const reply* r) {
    if (!r || r->code >= 500 || r->code == 429) return again();
    --insisting_;
    // What is there, or gone, is what was wanted.
    if (!r->ok() && r->code != 409 && r->code != 404)
      violated(fmt::format("a right request was refused with {}: {}", r->code, r->message()));
    if (then) then(*r);
  });
}

void simulated_run::prepare_workload() {
  auto& load = scenario_.load;
  for (std::uint32_t k = 0; k < load.registers.keys && load.registers.clients > 0; ++k)
    insist(apiserver::create(apiserver::admin(), config_maps, config_map("default", register_name(k))));
  clients_.resize(load.registers.clients);
  for (std::uint32_t n = 0; n < load.rollouts.deployments; ++n) {
    insist(apiserver::create(apiserver::admin(), deployments, deployment(web_name(n), load.rollouts.replicas)));
    insist(apiserver::create(apiserver::admin(), services, service(web_name(n), n)));
    at(begin_ms_ + load.rollouts.every_ms * (n + 1) / load.rollouts.deployments, [this, n] { roll(n); });
  }
  if (load.namespaces.every_ms > 0) at(begin_ms_ + load.namespaces.every_ms, [this] { churn(1); });
  working_ = true;
}

void simulated_run::work() {
  for (std::size_t i = 0; i < clients_.size(); ++i)
    if (!clients_[i].busy && clients_[i].next_ms <= now_ms()) use_register(i);
}

void simulated_run::use_register(std::size_t number) {
  auto& c = clients_[number];
  c.next_ms = now_ms() + chance_.below(scenario_.load.registers.every_ms * 2 + 1);
  auto key = static_cast<std::uint32_t>(chance_.below(scenario_.load.registers.keys));
  if (chance_.percent(40)) read_register(number, key);
  else write_register(number, key);
}

/// What was acknowledged before the question is in the answer.
void simulated_run::read_register(std::size_t number, std::uint32_t key) {
  auto* h = server();
  if (!h) return;
  clients_[number].busy = true;
  auto least = newest_[key];
  auto asked = now_ms();
  h->call(apiserver::get(apiserver::admin(), config_maps, {"default", register_name(key)}), call_limit,
          [=, this](const reply* r) {
            clients_[number].busy = false;
            answered(asked, r, false);
            if (!r || !r->ok() || !r->object) {
              if (r && r->code == 404 && least > 0) hold("writes", fmt::format("{} is gone", register_name(key)));
              return;
            }
            ++report_.reads;
            auto revision = r->object->revision();
            if (revision < least)
              hold("writes", fmt::format("a read of {} gave revision {} after {} was acknowledged", register_name(key),
                                         revision, least));
            newest_[key] = std::max(newest_[key], revision);
            clients_[number].known[key] = revision;
            auto* data = api::object_at(r->object->body(), {"data"});
            if (!data) return;
            for (auto& field : *data)
              if (field.value().is_string())
                ledger_.acknowledged(register_key(key), revision, std::string(field.value().get_string()));
          });
}

/// Blindly, or on condition that nobody wrote since the client looked.
void simulated_run::write_register(std::size_t number, std::uint32_t key) {
  auto* h = server();
  if (!h) return;
  auto& c = clients_[number];
  c.busy = true;
  auto token = fmt::format("token-{}-{}.", number, ++tokens_);
  json::object patch{{"data", {{fmt::format("value-{}", number), token}}}};
  std::int64_t condition = 0;
  if (auto known = c.known.find(key); known != c.known.end() && chance_.percent(60)) {
    condition = known->second;
    patch["metadata"] = json::object{{"resourceVersion", std::to_string(condition)}};
  }
  auto least = newest_[key];
  auto asked = now_ms();
  h->call(apiserver::merge_patch(apiserver::admin(), config_maps, {"default", register_name(key)}, patch), call_limit,
          [=, this](const reply* r) {
            auto& mine = clients_[number];
            mine.busy = false;
            mine.known.erase(key);
            answered(asked, r, true);
            if (r && r->ok() && r->object) {
              ++report_.acknowledged;
              auto revision = r->object->revision();
              if (revision <= least)
                hold("writes", fmt::format("a write of {} got revision {} after {} was seen", register_name(key),
                                           revision, least));
              newest_[key] = std::max(newest_[key], revision);
              mine.known[key] = revision;
              ledger_.acknowledged(register_key(key), revision, token, condition);
            } else if (r && refused(*r)) {
              ++report_.refused;
              ledger_.refused(register_key(key), token);
            } else {
              ++report_.unknown;
            }
          });
}

void simulated_run::answered(std::uint64_t asked_ms, const reply* r, bool write) {
  auto now = now_ms();
  if (report_.seconds.size() <= now / 1'000) report_.seconds.resize(now / 1'000 + 1);
  auto& s = report_.seconds[now / 1'000];
  if (!r || r->code >= 500) {
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

void simulated_run::roll(std::uint32_t number) {
  auto& load = scenario_.load.rollouts;
  json::object spec;
  if (chance_.percent(50)) {
    auto image = fmt::format("web:{}", ++tokens_);
    spec["template"] = json::object{{"spec", {{"containers", {{{"name", "main"}, {"image", image}}}}}}};
  } else {
    spec["replicas"] = chance_.below(load.replicas * 2 + 1);
  }
  insist(apiserver::strategic_patch(apiserver::admin(), deployments, {"default", web_name(number)},
                                    json::object{{"spec", std::move(spec)}}));
  ++report_.rollouts;
  at(now_ms() + load.every_ms / 2 + chance_.below(load.every_ms), [this, number] { roll(number); });
}

/// A namespace comes with objects, the one before it goes.
void simulated_run::churn(std::uint64_t number) {
  auto name = fmt::format("churn-{}", number);
  auto all = namespaces_;
  for (auto& old : all) remove_namespace(old);
  insist(apiserver::create(apiserver::admin(), namespaces,
                           {{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", name}}}}));
  namespaces_.insert(name);
  for (std::uint32_t i = 0; i < scenario_.load.namespaces.objects; ++i)
    at(now_ms() + 1'000 + i * 50, [this, name, i] {
      if (auto* h = server())
        h->call(apiserver::create(apiserver::admin(), config_maps, config_map(name, fmt::format("thing-{}", i))),
                call_limit, [](const reply*) {});
    });
  at(now_ms() + scenario_.load.namespaces.every_ms, [this, number] { churn(number + 1); });
}

/// What was asked for before the last fault may still happen after it: whatever is there goes.
void simulated_run::sweep() {
  for (auto& name : namespaces_)
    if (auto* c = history_.last("/registry/namespaces/" + name);
        c && c->value && c->value->find("deletionTimestamp") == std::string::npos)
      remove_namespace(name);
  at(now_ms() + 2'000, [this] { sweep(); });
}

void simulated_run::remove_namespace(const std::string& name) {
  insist(apiserver::remove(apiserver::admin(), namespaces, {"", name}));
}

} // namespace troupe::tools::chaos
