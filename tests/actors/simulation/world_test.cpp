#include "actors/apiserver/client.hpp"
#include "actors/base/probe.hpp"
#include "actors/simulation/world.hpp"
#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

namespace troupe::actors::simulation {
namespace {

using namespace std::chrono_literals;
namespace json = api::json;

const apiserver::resource_path deployments{"apps", "v1", "deployments"}, node_type{"", "v1", "nodes"};

json::object deployment(std::string_view name, int replicas) {
  json::object pod{{"metadata", {{"labels", {{"app", name}}}}},
                   {"spec", {{"containers", {{{"name", "main"}, {"image", "web:1"}}}}}}};
  return {{"apiVersion", "apps/v1"},
          {"kind", "Deployment"},
          {"metadata", {{"name", name}, {"namespace", "default"}}},
          {"spec", {{"replicas", replicas}, {"selector", {{"matchLabels", {{"app", name}}}}}, {"template", pod}}}};
}

/// Asks and lets time pass until there is an answer; code 0 if there was none.
apiserver::reply ask(world& w, const apiserver::call_ptr& what) {
  apiserver::reply out;
  out.code = -1;
  auto* h = w.any_control_plane();
  if (!h) return out;
  h->call(what, 10s, [&](const apiserver::reply* r) { r ? out = *r : out = {.code = 0}; });
  w.pass_until([&] { return out.code >= 0; }, 15s);
  return out;
}

std::size_t ready_nodes(world& w) {
  std::size_t ready = 0;
  for (auto& n : ask(w, apiserver::list(apiserver::admin(), node_type)).items)
    if (auto* all = api::array_at(n->status(), {"conditions"}))
      for (auto& c : *all)
        if (c.is_object() && api::string_at(c.get_object(), {"type"}) == "Ready" &&
            api::string_at(c.get_object(), {"status"}) == "True")
          ++ready;
  return ready;
}

struct outcome {
  std::uint64_t trace = 0, deliveries = 0;
  moment took{0};
};

outcome roll_out(std::uint64_t seed) {
  world w({.seed = seed});
  EXPECT_TRUE(w.pass_until([&] { return w.at(1)->ready(); }, 60s)) << "no cluster";
  EXPECT_TRUE(w.pass_until([&] { return ready_nodes(w) == 5; }, 60s)) << ready_nodes(w) << " nodes are ready";
  auto made = ask(w, apiserver::create(apiserver::admin(), deployments, deployment("web", 6)));
  EXPECT_EQ(made.code, 201) << made.message();
  EXPECT_TRUE(w.pass_until(
      [&] {
        auto d = ask(w, apiserver::get(apiserver::admin(), deployments, {"default", "web"}));
        return d.object && api::int_at(d.object->status(), {"availableReplicas"}) == 6;
      },
      60s));
  EXPECT_EQ(w.stuck(), "");
  return {w.trace(), w.deliveries(), w.now()};
}

struct world_test : testing::Test {
  world_test() { spdlog::set_level(std::getenv("TROUPE_SEED") ? spdlog::level::debug : spdlog::level::off); }
  ~world_test() override {
    spdlog::set_level(spdlog::level::info);
    for (auto& row : probe_table::instance().rows()) ADD_FAILURE() << "still alive: " << row.name << " " << row.id;
  }
};

TEST_F(world_test, three_masters_and_five_workers_roll_out_a_deployment_the_same_way_twice) {
  auto begin = std::chrono::steady_clock::now();
  auto first = roll_out(1);
  std::chrono::duration<double> real = std::chrono::steady_clock::now() - begin;
  fmt::print("{:.1f} s of virtual time, {} messages, in {:.1f} s\n", first.took.count() / 1e9, first.deliveries,
             real.count());
  auto second = roll_out(1);
  EXPECT_EQ(first.trace, second.trace);
  EXPECT_EQ(first.deliveries, second.deliveries);
  EXPECT_NE(first.trace, roll_out(2).trace) << "another seed, another story";
}

} // namespace
} // namespace troupe::actors::simulation
