#include "actors/proxy/kernel.hpp"
#include "actors/proxy/proxy.hpp"
#include "tests/support/actor_fixture.hpp"

namespace troupe::actors::proxy {
namespace {

using namespace std::chrono_literals;
using net::nftables::frontend;
const api::group_resource services{"", "services"}, slices{"discovery.k8s.io", "endpointslices"};
const frontend web{false, false, 0x0a600009, 80};

api::object_ptr service(const std::string& name = "web", const std::string& ip = "10.96.0.9") {
  return api::object::parse(R"({"apiVersion":"v1","kind":"Service","metadata":{"name":")" + name +
                            R"(","namespace":"shop"},
    "spec":{"clusterIP":")" +
                            ip + R"(","ports":[{"port":80,"protocol":"TCP"}]}})");
}
api::object_ptr slice(const std::string& address, const std::string& service = "web") {
  return api::object::parse(
      R"({"apiVersion":"discovery.k8s.io/v1","kind":"EndpointSlice","metadata":{"name":"web-x","namespace":"shop",
    "labels":{"kubernetes.io/service-name":")" +
      service + R"("}},"addressType":"IPv4","endpoints":[{"addresses":[")" + address +
      R"("],"nodeName":"n1"}],"ports":[{"name":"","port":8080,"protocol":"TCP"}]})");
}

/// What the fake kernel was told, and whether it obeys.
struct kernel_log {
  std::vector<kernel_job> jobs;
  bool broken = false, silent = false;
};
struct fake_state {
  static inline const char* name = "fake_kernel";
};
kernel_actor::behavior_type fake_kernel(stateful<fake_state, kernel_actor::base>* self,
                                        std::shared_ptr<kernel_log> log) {
  return {[=](write_atom, const kernel_job& job) -> caf::result<std::uint64_t> {
    log->jobs.push_back(job);
    if (log->silent) return self->make_response_promise<std::uint64_t>();
    if (log->broken) return make_error(errc::unavailable, "no buffer space");
    return std::uint64_t{0};
  }};
}
/// A mirror whose updates the test sends by itself.
struct fake_mirror_state {
  static inline const char* name = "fake_mirror";
};
caf::behavior fake_mirror(stateful<fake_mirror_state>*, std::shared_ptr<int> subscriptions) {
  return {[=](watch_atom, const caf::actor&, const std::string&) { ++*subscriptions; }};
}

struct proxy_test : actor_fixture {
  std::shared_ptr<kernel_log> log = std::make_shared<kernel_log>();
  caf::actor p;
  proxy_test() {
    proxy_config config;
    config.instance = "x";
    config.node_name = "n1";
    config.service_cidr = "10.96.0.0/16";
    config.cluster_cidr = "10.244.0.0/16";
    config.dns_address = "10.96.0.10";
    config.kernel_timeout = 1s;
    p = own(sys.spawn(proxy, env, dir, config, own(sys.spawn(fake_kernel, log))));
    run();
  }
  ~proxy_test() override { p = nullptr; }
  void update(const api::group_resource& type, bool replace, std::vector<mirror::change> changes) {
    caf::anon_send(p, changed_atom::value, share(mirror::update{type, replace, 1, std::move(changes)}));
    run();
  }
  void start() {
    update(services, true, {{{}, service()}});
    update(slices, true, {{{}, slice("10.244.0.5")}});
    pass(20ms);
  }
};

TEST_F(proxy_test, subscribes_to_both_mirrors_each_time_they_come) {
  auto count = std::make_shared<int>(0);
  for (auto* role : {"mirror/services", "mirror/endpointslices.discovery.k8s.io", "mirror/services"}) {
    auto m = own(sys.spawn(fake_mirror, count));
    caf::anon_send(dir, offer_atom::value, std::string(role), caf::actor_cast<caf::strong_actor_ptr>(m));
    run();
  }
  EXPECT_EQ(*count, 3);
}

TEST_F(proxy_test, waits_until_it_has_seen_everything_and_then_writes_once) {
  update(services, true, {{{}, service()}});
  pass(100ms);
  EXPECT_TRUE(log->jobs.empty()) << "services without slices would be refused";
  update(slices, true, {{{}, slice("10.244.0.5")}});
  pass(20ms);
  ASSERT_EQ(log->jobs.size(), 1u);
  EXPECT_TRUE(log->jobs[0].replace);
  auto& to = log->jobs[0].what->added.at(web);
  ASSERT_EQ(to.endpoints.size(), 1u);
  EXPECT_EQ(to.endpoints[0], (net::nftables::endpoint{0x0af40005, 8080}));
  EXPECT_EQ(log->jobs[0].what->hairpins_added, std::vector<std::uint32_t>{0x0af40005});
}

TEST_F(proxy_test, writes_only_what_changes_and_joins_what_comes_together) {
  start();
  update(slices, false, {{slice("10.244.0.5"), slice("10.244.0.6")}});
  update(services, false, {{{}, service("other", "10.96.0.20")}});
  pass(20ms);
  ASSERT_EQ(log->jobs.size(), 2u);
  EXPECT_FALSE(log->jobs[1].replace);
  EXPECT_EQ(log->jobs[1].what->removed.size(), 1u);
  EXPECT_EQ(log->jobs[1].what->added.size(), 2u);
}

TEST_F(proxy_test, a_change_that_says_nothing_new_is_not_written) {
  start();
  update(services, false, {{service(), service()}});
  pass(50ms);
  EXPECT_EQ(log->jobs.size(), 1u);
}

TEST_F(proxy_test, a_slice_that_moves_to_another_service_leaves_the_first_one) {
  start();
  update(slices, false, {{slice("10.244.0.5"), slice("10.244.0.5", "other")}});
  pass(20ms);
  ASSERT_EQ(log->jobs.size(), 2u);
  EXPECT_TRUE(log->jobs[1].what->added.at(web).endpoints.empty());
}

TEST_F(proxy_test, a_mirror_that_lists_anew_takes_away_what_is_gone) {
  start();
  update(services, true, {});
  pass(20ms);
  ASSERT_EQ(log->jobs.size(), 2u);
  EXPECT_TRUE(log->jobs[1].what->removed.contains(web));
  EXPECT_TRUE(log->jobs[1].what->added.empty());
}

TEST_F(proxy_test, after_a_failure_the_whole_table_is_written_again_later_and_later) {
  log->broken = true;
  start();
  ASSERT_EQ(log->jobs.size(), 1u);
  pass(250ms);
  EXPECT_EQ(log->jobs.size(), 2u);
  pass(300ms);
  EXPECT_EQ(log->jobs.size(), 2u) << "the second pause is twice the first";
  log->broken = false;
  pass(200ms);
  ASSERT_EQ(log->jobs.size(), 3u);
  EXPECT_TRUE(log->jobs[2].replace);
  EXPECT_EQ(log->jobs[2].what->added.size(), 1u);
  pass(5s);
  EXPECT_EQ(log->jobs.size(), 3u);
}

TEST_F(proxy_test, changes_wait_while_the_kernel_works) {
  start();
  log->silent = true;
  update(services, false, {{{}, service("b", "10.96.0.20")}});
  pass(20ms);
  update(services, false, {{{}, service("c", "10.96.0.21")}});
  pass(100ms);
  EXPECT_EQ(log->jobs.size(), 2u);
  log->silent = false;
  pass(1500ms); // The answer never comes: nobody knows what the kernel holds.
  ASSERT_EQ(log->jobs.size(), 3u);
  EXPECT_TRUE(log->jobs[2].replace);
  EXPECT_EQ(log->jobs[2].what->added.size(), 3u);
}

TEST_F(proxy_test, a_hollow_kernel_accepts_everything) {
  auto k = own(sys.spawn(hollow_kernel));
  EXPECT_EQ(ask<std::uint64_t>(k, write_atom::value, kernel_job{}), std::uint64_t{0});
}

} // namespace
} // namespace troupe::actors::proxy
