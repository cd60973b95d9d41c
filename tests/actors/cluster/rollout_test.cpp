#include "actors/apiserver/client.hpp"
#include "actors/cluster/control_plane.hpp"
#include "actors/cluster/node.hpp"
#include "tests/support/actor_fixture.hpp"

namespace troupe::actors::cluster {
namespace {

using namespace std::chrono_literals;
namespace json = api::json;

/// A whole cluster in one thread under virtual time: every component, with the hollow runtime.
struct simulated_cluster : actor_fixture {
  void TestBody() override {}
  std::shared_ptr<apiserver::entrance> door = std::make_shared<apiserver::entrance>();
  caf::actor root;
  apiserver::apiserver_actor api;
  bool ready = false;

  void start(std::uint32_t nodes_wanted) {
    cluster_config config;
    config.node_name = "n0";
    config.node_ip = "192.0.2.1";
    config.runtime = runtime_kind::hollow;
    config.hollow_nodes = nodes_wanted - 1;
    config.hollow_delay_ms = 500;
    auto& types = policies::schema::registry::builtin();
    control_plane_parts parts;
    parts.env = env;
    parts.directory = dir;
    parts.files = *store::open_shard({});
    parts.door = door;
    parts.bootstrapped = [this] { ready = true; };
    parts.authority_pem = "test";
    parts.context = std::make_shared<const apiserver::server_context>(
        apiserver::server_context{.env = env,
                                  .types = types,
                                  .discovery = policies::schema::discovery(types, "test"),
                                  .openapi = policies::schema::openapi(types),
                                  .services = *policies::strategy::service_network::parse(config.service_cidr),
                                  .tokens = nullptr,
                                  .version_document = "{}",
                                  .metrics = nullptr});
    supervisor::supervisor_config top{"cluster", control_plane(config, parts)};
    for (auto& n : nodes(config, {env, dir, parts.recorder})) top.children.push_back(std::move(n));
    root = own(sys.spawn(supervisor::supervisor, std::move(top)));
    for (int i = 0; i < 200 && !ready; ++i) pass(50ms);
    ASSERT_TRUE(ready);
    auto found = ask<caf::strong_actor_ptr>(dir, lookup_atom::value, std::string("apiserver"));
    api = caf::actor_cast<apiserver::apiserver_actor>(*found);
    pass(3s);
  }
  void stop() {
    caf::anon_send(root, stop_atom::value);
    pass(20s);
    door->set({});
    api = nullptr;
    run();
  }
  apiserver::reply call(const apiserver::call_ptr& c) {
    apiserver::reply out;
    self->send(caf::actor_cast<caf::actor>(api), call_atom::value, c);
    for (int i = 0; i < 100; ++i) {
      run();
      bool got = false;
      self->receive([&](shared<apiserver::reply>& r) { out = *r; got = true; },
                    [&](caf::error& e) { ADD_FAILURE() << text_of(e); got = true; }, caf::after(0ms) >> [] {});
      if (got) return out;
      pass(10ms);
    }
    ADD_FAILURE() << "no answer";
    return out;
  }
  std::vector<object_handle> list(const apiserver::resource_path& at) {
    return call(apiserver::list(apiserver::admin(), at)).items;
  }
};

const apiserver::resource_path deployments{"apps", "v1", "deployments"}, pods{"", "v1", "pods"},
    node_type{"", "v1", "nodes"}, slices{"discovery.k8s.io", "v1", "endpointslices"},
    services_type{"", "v1", "services"};

json::object deployment(std::int64_t replicas, std::string_view image) {
  return json::parse(
             fmt::format(
                 R"({{"apiVersion":"apps/v1","kind":"Deployment","metadata":{{"name":"web","namespace":"default"}},
    "spec":{{"replicas":{},"selector":{{"matchLabels":{{"app":"web"}}}},"template":{{"metadata":{{"labels":{{"app":"web"}}}},
    "spec":{{"containers":[{{"name":"main","image":"{}"}}]}}}}}}}})",
                 replicas, image))
      .as_object();
}

/// What happened to the pods, in the order of their last change; names carry the seed's random suffixes.
std::string trace_of_rollout() {
  std::string trace;
  simulated_cluster c;
  c.start(3);
  EXPECT_EQ(c.list(node_type).size(), 3u);
  auto made = c.call(apiserver::create(apiserver::admin(), deployments, deployment(5, "web:1")));
  EXPECT_EQ(made.code, 201) << made.message();
  auto available = [&] {
    auto d = c.call(apiserver::get(apiserver::admin(), deployments, {"default", "web"}));
    return api::int_at(d.object->status(), {"availableReplicas"}) == 5 &&
           api::int_at(d.object->status(), {"updatedReplicas"}) == 5 &&
           api::int_at(d.object->status(), {"replicas"}) == 5 &&
           api::int_at(d.object->status(), {"observedGeneration"}) == d.object->generation();
  };
  auto wait = [&] {
    for (int i = 0; i < 600 && !available(); ++i) c.pass(100ms);
    EXPECT_TRUE(available());
  };
  auto record = [&] {
    for (auto& p : c.list(pods))
      trace += fmt::format("{} {} {} {}\n", p->name(), api::string_at(p->spec(), {"nodeName"}),
                           api::string_at(p->status(), {"phase"}), p->revision());
  };
  wait();
  record();
  auto patch =
      json::parse(R"({"spec":{"template":{"spec":{"containers":[{"name":"main","image":"web:2"}]}}}})").as_object();
  EXPECT_EQ(c.call(apiserver::strategic_patch(apiserver::admin(), deployments, {"default", "web"}, patch)).code, 200);
  wait();
  c.pass(60s);
  record();
  for (auto& p : c.list(pods))
    EXPECT_EQ(api::string_at(api::array_at(p->spec(), {"containers"})->front(), {"image"}), "web:2")
        << "only the new template runs";
  c.stop();
  return trace;
}

TEST(simulated_rollout, a_deployment_rolls_out_the_same_way_twice) {
  auto first = trace_of_rollout(), second = trace_of_rollout();
  EXPECT_FALSE(first.empty());
  EXPECT_EQ(first, second);
}

} // namespace
} // namespace troupe::actors::cluster
