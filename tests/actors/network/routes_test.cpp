#include "actors/network/routes.hpp"
#include "actors/network/kernel.hpp"
#include "tests/support/actor_fixture.hpp"
#include <fmt/format.h>

namespace troupe::actors::network {
namespace {

using namespace std::chrono_literals;
const api::group_resource nodes{"", "nodes"};

api::object_ptr node(const std::string& name, int number, const std::string& heartbeat = "1") {
  return api::object::parse(fmt::format(
    R"({{"apiVersion":"v1","kind":"Node","metadata":{{"name":"{}","annotations":{{"beat":"{}"}}}},
        "spec":{{"podCIDR":"10.244.{}.0/24"}},
        "status":{{"addresses":[{{"type":"InternalIP","address":"192.168.1.{}"}}]}}}})",
    name, heartbeat, number, number));
}

/// What the fake kernel was told, and whether it obeys.
struct kernel_log {
  std::vector<kernel_job> jobs;
  kernel_report answer;
  bool broken = false, silent = false;
};
struct fake_state {
  static inline const char* name = "fake_kernel";
};
kernel_actor::behavior_type fake_kernel(stateful<fake_state, kernel_actor::base>* self,
                                        std::shared_ptr<kernel_log> log) {
  return {[=](write_atom, const kernel_job& job) -> caf::result<kernel_report> {
    log->jobs.push_back(job);
    if (log->silent) return self->make_response_promise<kernel_report>();
    if (log->broken) return make_error(errc::unavailable, "no buffer space");
    return log->answer;
  }};
}
/// A mirror whose updates the test sends by itself.
struct fake_mirror_state {
  static inline const char* name = "fake_mirror";
};
caf::behavior fake_mirror(stateful<fake_mirror_state>*, std::shared_ptr<int> subscriptions) {
  return {[=](watch_atom, const caf::actor&, const std::string&) { ++*subscriptions; }};
}

struct routes_test : actor_fixture {
  std::shared_ptr<kernel_log> log = std::make_shared<kernel_log>();
  caf::actor r;
  std::function<void()> disturb; ///< the machine's network changes
  static routes_config config() {
    routes_config c;
    c.instance = "x";
    c.cluster_id = "id";
    c.node_name = "a";
    c.node_ip = "192.168.1.1";
    c.pod_cidr = "10.244.1.0/24";
    c.cluster_cidr = "10.244.0.0/16";
    c.service_cidr = "10.96.0.0/16";
    c.kernel_timeout = 1s;
    return c;
  }
  routes_test() {
    r = own(sys.spawn(routes, dir, config(), own(sys.spawn(fake_kernel, log)),
                      [this](std::function<void()> changed) {
                        disturb = std::move(changed);
                        return std::make_shared<int>();
                      }));
    run();
  }
  ~routes_test() override { r = nullptr; }
  void update(bool replace, std::vector<mirror::change> changes) {
    caf::anon_send(r, changed_atom::value, share(mirror::update{nodes, replace, 1, std::move(changes)}));
    run();
  }
  /// The names of the nodes in the last job.
  std::vector<std::string> told() {
    std::vector<std::string> out;
    for (auto& n : log->jobs.back().cluster->nodes) out.push_back(n.name);
    return out;
  }
};

TEST_F(routes_test, subscribes_each_time_the_mirror_comes) {
  auto count = std::make_shared<int>(0);
  for (int i = 0; i < 2; ++i) {
    auto m = own(sys.spawn(fake_mirror, count));
    caf::anon_send(dir, offer_atom::value, std::string("mirror/nodes"), caf::actor_cast<caf::strong_actor_ptr>(m));
    run();
  }
  EXPECT_EQ(*count, 2);
}

TEST_F(routes_test, leaves_the_kernel_alone_until_it_knows_the_nodes) {
  pass(60s);
  EXPECT_TRUE(log->jobs.empty()) << "routes of an earlier process may be right";
  update(true, {{{}, node("a", 1)}, {{}, node("b", 2)}, {{}, node("c", 3)}});
  pass(20ms);
  ASSERT_EQ(log->jobs.size(), 1u);
  EXPECT_EQ(told(), (std::vector<std::string>{"b", "c"}));
  auto& c = *log->jobs[0].cluster;
  EXPECT_EQ(c.self, (policies::network::node{"a", 0xc0a80101, {0x0af40100, 24}}));
  EXPECT_EQ(c.overlay_port, 8472);
  EXPECT_TRUE(c.direct);
}

TEST_F(routes_test, a_cluster_of_one_node_is_compared_too) {
  update(true, {{{}, node("a", 1)}});
  pass(20ms);
  ASSERT_EQ(log->jobs.size(), 1u) << "what an earlier process left is to be removed";
  EXPECT_TRUE(told().empty());
}

TEST_F(routes_test, tells_the_kernel_what_matters_and_not_each_heartbeat) {
  update(true, {{{}, node("b", 2)}});
  pass(20ms);
  update(false, {{node("b", 2), node("b", 2, "2")}});
  pass(1s);
  EXPECT_EQ(log->jobs.size(), 1u);
  update(false, {{{}, node("c", 3)}});
  update(false, {{node("b", 2), {}}});
  pass(20ms);
  ASSERT_EQ(log->jobs.size(), 2u) << "what comes together is one job";
  EXPECT_EQ(told(), std::vector<std::string>{"c"});
}

TEST_F(routes_test, compares_the_kernel_from_time_to_time) {
  update(true, {{{}, node("b", 2)}});
  pass(20ms);
  for (int i = 0; i < 3; ++i) pass(15s);
  EXPECT_EQ(log->jobs.size(), 4u);
}

TEST_F(routes_test, looks_soon_after_others_have_changed_something) {
  disturb();
  pass(1s);
  EXPECT_TRUE(log->jobs.empty()) << "the nodes are not known yet";
  update(true, {{{}, node("b", 2)}});
  pass(20ms);
  for (int i = 0; i < 5; ++i) {
    disturb();
    pass(120ms);
  }
  EXPECT_EQ(log->jobs.size(), 2u) << "changes that come together are one look";
  pass(10s);
  EXPECT_EQ(log->jobs.size(), 2u);
  log->silent = true;
  disturb();
  pass(600ms);
  ASSERT_EQ(log->jobs.size(), 3u);
  disturb();
  log->silent = false;
  pass(1200ms); // No answer, and a pause.
  EXPECT_EQ(log->jobs.size(), 4u);
}

TEST_F(routes_test, a_mirror_that_lists_anew_takes_away_what_is_gone) {
  update(true, {{{}, node("b", 2)}, {{}, node("c", 3)}});
  pass(20ms);
  update(true, {{{}, node("b", 2)}});
  pass(20ms);
  EXPECT_EQ(told(), std::vector<std::string>{"b"});
}

TEST_F(routes_test, tries_again_later_and_later_after_a_failure) {
  log->broken = true;
  update(true, {{{}, node("b", 2)}});
  pass(20ms);
  EXPECT_EQ(log->jobs.size(), 1u);
  pass(200ms);
  EXPECT_EQ(log->jobs.size(), 2u);
  pass(300ms);
  EXPECT_EQ(log->jobs.size(), 2u) << "the second pause is twice the first";
  log->broken = false;
  log->answer.errors = {"add route to 10.244.2.0/24: Operation not permitted"};
  pass(100ms);
  EXPECT_EQ(log->jobs.size(), 3u);
  pass(800ms);
  EXPECT_EQ(log->jobs.size(), 4u) << "a step that failed is a failure as well";
  log->answer.errors.clear();
  pass(1600ms);
  EXPECT_EQ(log->jobs.size(), 5u);
  pass(10s);
  EXPECT_EQ(log->jobs.size(), 5u);
}

TEST_F(routes_test, changes_wait_while_the_kernel_works) {
  log->silent = true;
  update(true, {{{}, node("b", 2)}});
  pass(20ms);
  update(false, {{{}, node("c", 3)}});
  pass(100ms);
  EXPECT_EQ(log->jobs.size(), 1u);
  log->silent = false;
  pass(1100ms); // The answer never comes.
  ASSERT_EQ(log->jobs.size(), 2u);
  EXPECT_EQ(told(), (std::vector<std::string>{"b", "c"}));
}

TEST_F(routes_test, a_configuration_that_makes_no_sense_ends_it) {
  for (auto wrong : {&routes_config::pod_cidr, &routes_config::cluster_cidr, &routes_config::service_cidr,
                     &routes_config::node_ip}) {
    auto c = config();
    c.*wrong = "nonsense";
    auto bad = sys.spawn(routes, dir, c, own(sys.spawn(fake_kernel, log)), watcher{});
    self->monitor(bad);
    bad = nullptr;
    run();
    bool ended = false;
    self->receive([&](const caf::down_msg& d) { ended = d.reason == make_error(errc::invalid_argument); },
                  caf::after(0s) >> [] {});
    EXPECT_TRUE(ended);
  }
}

TEST_F(routes_test, a_hollow_kernel_accepts_everything) {
  auto k = own(sys.spawn(hollow_kernel));
  auto report = ask<kernel_report>(k, write_atom::value, kernel_job{});
  ASSERT_TRUE(report);
  EXPECT_EQ(report->steps, 0u);
}

} // namespace
} // namespace troupe::actors::network
