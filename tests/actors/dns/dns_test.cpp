#include "actors/dns/dns.hpp"
#include "tests/support/actor_fixture.hpp"

namespace troupe::actors::dns {
namespace {

using namespace std::chrono_literals;
const api::group_resource services{"", "services"}, slices{"discovery.k8s.io", "endpointslices"},
    namespaces{"", "namespaces"};

api::object_ptr service(const std::string& name) {
  return api::object::parse(R"({"apiVersion":"v1","kind":"Service","metadata":{"name":")" + name +
                            R"(","namespace":"shop"},"spec":{"clusterIP":"10.96.0.9"}})");
}

struct dns_test : actor_fixture {
  std::vector<std::shared_ptr<const policies::services::dns_index>> published;
  int failures = 0;
  caf::actor d;
  void start() {
    d = own(sys.spawn(dns, dir, dns_config{}, [this]() -> tl::expected<publisher, std::string> {
      if (failures > 0) {
        --failures;
        return tl::unexpected(std::string("address in use"));
      }
      return [this](auto index) { published.push_back(index); };
    }));
    run();
  }
  ~dns_test() override { d = nullptr; }
  void update(const api::group_resource& type, bool replace, std::vector<mirror::change> changes) {
    caf::anon_send(d, changed_atom::value, share(mirror::update{type, replace, 1, std::move(changes)}));
    run();
  }
};

TEST_F(dns_test, publishes_when_it_has_seen_everything) {
  start();
  update(services, true, {{{}, service("web")}});
  update(slices, true, {});
  pass(100ms);
  EXPECT_TRUE(published.empty()) << "a wrong no would be kept by clients";
  update(namespaces, true, {});
  pass(100ms);
  ASSERT_EQ(published.size(), 1u);
  EXPECT_TRUE(published[0]->services.at("shop").contains("web"));
}

TEST_F(dns_test, joins_changes_that_come_together) {
  start();
  for (auto& t : {services, slices, namespaces})
    update(t, true, {});
  pass(100ms);
  update(services, false, {{{}, service("a")}});
  update(services, false, {{{}, service("b")}});
  pass(100ms);
  ASSERT_EQ(published.size(), 2u);
  EXPECT_EQ(published[1]->services.at("shop").size(), 2u);
}

TEST_F(dns_test, tries_again_when_it_cannot_listen) {
  failures = 1;
  start();
  for (auto& t : {services, slices, namespaces})
    update(t, true, {});
  pass(4s);
  EXPECT_TRUE(published.empty());
  pass(2s);
  EXPECT_EQ(published.size(), 1u) << "with the index that was made meanwhile";
}

} // namespace
} // namespace troupe::actors::dns
