#pragma once
#include "actors/gate/gate.hpp"
#include "actors/gate/references.hpp"
#include "actors/mirror/apply.hpp"
#include "actors/mirror/state.hpp"
#include "actors/watch_cache/state.hpp"
#include "tests/support/actor_fixture.hpp"

namespace troupe::actors::gate {

/// The control plane's data path for the types that workers mirror, and gates to it.
class gate_fixture : public actor_fixture {
public:
  const api::group_resource pods{"", "pods"}, secrets{"", "secrets"}, services{"", "services"};

  void start() {
    start_store();
    for (auto& type : worker_types()) {
      start_cache(type);
      mirror::mirror_config mirrored;
      mirrored.type = type;
      mirrors[type.text()] = own(sys.spawn(mirror::mirror, mirrored, dir));
    }
    hub = own(sys.spawn(references, dir));
    run();
  }
  void start_cache(const api::group_resource& type) {
    watch_cache::watch_cache_config cache;
    cache.type = type;
    caches[type.text()] = own(sys.spawn(watch_cache::watch_cache, cache, dir));
  }
  void kill(caf::actor victim) {
    caf::anon_send_exit(victim, caf::exit_reason::kill);
    run();
  }
  /// A gate whose players are also found by `door`.
  role_players open(const std::string& node, const gate_config& config = {}) {
    auto out = make_gate(sys, dir, node, config);
    for (auto& [role, player] : out) own(caf::actor_cast<caf::actor>(player));
    run();
    return out;
  }
  static watch_cache::watch_cache_actor door(const role_players& gate, const std::string& type) {
    for (auto& [role, player] : gate)
      if (role == "watch_cache/" + type) return caf::actor_cast<watch_cache::watch_cache_actor>(player);
    ADD_FAILURE() << "no role for " << type;
    return {};
  }
  static std::string on(const std::string& node, std::vector<std::string> used = {}) {
    std::string volumes;
    for (auto& s : used)
      volumes += (volumes.empty() ? "" : ",") + (R"({"name":"v","secret":{"secretName":")" + s + "\"}}");
    return R"({"spec":{"nodeName":")" + node + R"(","volumes":[)" + volumes + "]}}";
  }
  /// Names of a consistent list.
  std::optional<std::vector<std::string>> names(const watch_cache::watch_cache_actor& from) {
    auto found = ask<shared<watch_cache::list_result>>(from, list_atom::value, share(watch_cache::list_query{}));
    if (!found) return {};
    std::vector<std::string> out;
    for (auto& o : (*found)->items) out.push_back(o->key().text());
    return out;
  }

  std::map<std::string, mirror::mirror_actor> mirrors;
  std::map<std::string, watch_cache::watch_cache_actor> caches;
  references_actor hub;
  ~gate_fixture() override {
    mirrors.clear();
    caches.clear();
    hub = nullptr;
  }
};

/// A worker's own directory, its mirror of one type, and what a component there sees.
class worker {
public:
  worker(gate_fixture& f, const api::group_resource& type) : fixture_(f), type_(type) {
    directory_ = f.own(f.sys.spawn(directory::directory));
    mirror::mirror_config config;
    config.type = type;
    auto m = f.own(f.sys.spawn(mirror::mirror, config, directory_));
    self_->send(caf::actor_cast<caf::actor>(m), watch_atom::value, caf::actor_cast<caf::actor>(self_), std::string{});
  }
  void connect(const role_players& gate) {
    for (auto& [role, player] : gate) caf::anon_send(directory_, offer_atom::value, role, player);
    receive();
  }
  void receive() {
    fixture_.run();
    bool more = true;
    while (more)
      self_->receive(
          [&](changed_atom, shared<mirror::update>& u) {
            EXPECT_FALSE(u->replace && started_) << "a component keeps what it has";
            started_ = true;
            changes += u->changes.size();
            mirror::apply(table, *u);
          },
          caf::after(std::chrono::milliseconds(0)) >> [&] { more = false; });
  }
  std::vector<std::string> names() {
    receive();
    std::vector<std::string> out;
    for (auto& [key, object] : table.all()) out.push_back(key.text());
    return out;
  }

  api::object_table table;
  std::size_t changes = 0;

private:
  gate_fixture& fixture_;
  api::group_resource type_;
  directory::directory_actor directory_;
  bool started_ = false;
  caf::scoped_actor self_{fixture_.sys};
};

using list = std::vector<std::string>;

} // namespace troupe::actors::gate
