#pragma once
#include "actors/apiserver/client.hpp"
#include "actors/apiserver/pool.hpp"
#include "actors/mirror/state.hpp"
#include "actors/watch_cache/state.hpp"
#include "tests/support/actor_fixture.hpp"

namespace troupe::actors {

/// A store, all watch caches and mirrors, and an API server of two workers, under the deterministic scheduler.
class api_fixture : public actor_fixture {
public:
  void start_api() {
    start_store();
    auto& types = policies::schema::registry::builtin();
    std::set<api::group_resource> stored;
    for (auto& type : types.all())
      if (type.stored()) stored.insert(type.storage);
    for (auto& type : stored) {
      auto cache = cache_defaults;
      cache.type = type;
      own(sys.spawn(watch_cache::watch_cache, cache, dir));
      mirror::mirror_config mirrored;
      mirrored.type = type;
      own(sys.spawn(mirror::mirror, mirrored, dir));
    }
    context = std::make_shared<const apiserver::server_context>(
        apiserver::server_context{.env = env,
                                  .types = types,
                                  .discovery = policies::schema::discovery(types, "test"),
                                  .openapi = policies::schema::openapi(types),
                                  .services = *policies::strategy::service_network::parse("10.96.0.0/24"),
                                  .tokens = tokens,
                                  .version_document = "{}",
                                  .metrics = nullptr});
    api = own(sys.spawn(apiserver::pool, context, dir, std::size_t{2}, std::make_shared<apiserver::entrance>()));
    pass(std::chrono::milliseconds(100));
    for (auto ns : {"default", "a"})
      EXPECT_EQ(call(apiserver::create(apiserver::admin(), namespaces,
                                       object(R"({"kind":"Namespace","apiVersion":"v1","metadata":{"name":")" +
                                              std::string(ns) + "\"}}")))
                    .code,
                201);
    run();
  }
  ~api_fixture() override { api = nullptr; }

  apiserver::reply call(const apiserver::call_ptr& c) {
    apiserver::reply out;
    out.code = 0;
    self->send(caf::actor_cast<caf::actor>(api), call_atom::value, c);
    for (int i = 0; i < 300 && out.code == 0; ++i) {
      run();
      self->receive([&](shared<apiserver::reply>& r) { out = *r; },
                    [&](caf::error& e) {
                      out.code = 599;
                      ADD_FAILURE() << text_of(e);
                    },
                    caf::after(std::chrono::milliseconds(0)) >> [] {});
      if (out.code == 0) pass(std::chrono::milliseconds(10));
    }
    return out;
  }
  static api::json::object object(const std::string& text) { return api::json::parse(text).as_object(); }

  apiserver::apiserver_actor api;
  apiserver::context_ptr context;
  watch_cache::watch_cache_config cache_defaults; ///< to be set before `start_api`
  std::shared_ptr<const apiserver::token_authority> tokens; ///< to be set before `start_api`; null for none
  const apiserver::resource_path namespaces{"", "v1", "namespaces"}, config_maps{"", "v1", "configmaps"},
      services{"", "v1", "services"}, pods{"", "v1", "pods"};
};

} // namespace troupe::actors
