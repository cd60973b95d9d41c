#include "policies/services/route_table.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::services {
namespace {

const frontend web{protocol::tcp, client::any, 0x0a600009, 80}, dns{protocol::udp, client::any, 0x0a60000a, 53};

service_routes to(const frontend& f, std::vector<endpoint> endpoints, std::set<ipv4> hairpins = {}) {
  return {{{f, {std::move(endpoints)}}}, std::move(hairpins)};
}

TEST(route_table_test, reports_only_what_differs_from_the_last_look) {
  route_table t;
  t.replace({"a", "web"}, to(web, {{1, 80}}));
  EXPECT_TRUE(t.changed());
  EXPECT_EQ(t.take().added.size(), 1u);
  EXPECT_TRUE(t.take().empty());
  t.replace({"a", "web"}, to(web, {{1, 80}}));
  EXPECT_TRUE(t.take().empty()) << "the same rules again";
  t.replace({"a", "web"}, to(web, {{2, 80}}));
  auto c = t.take();
  EXPECT_EQ(c.removed.at(web)->endpoints[0].address, 1u);
  EXPECT_EQ(c.added.at(web)->endpoints[0].address, 2u);
  t.replace({"a", "web"}, {});
  c = t.take();
  EXPECT_EQ(c.removed.at(web)->endpoints[0].address, 2u);
  EXPECT_TRUE(c.added.empty());
  EXPECT_EQ(t.size(), 0u);
}

TEST(route_table_test, comes_and_goes_between_two_looks_without_a_trace) {
  route_table t;
  t.replace({"a", "web"}, to(web, {{1, 80}}, {1}));
  t.replace({"a", "web"}, {});
  EXPECT_TRUE(t.take().empty());
}

TEST(route_table_test, the_first_service_by_name_has_an_address_that_two_ask_for) {
  route_table t;
  t.replace({"b", "web"}, to(web, {{2, 80}}));
  (void)t.take();
  t.replace({"a", "web"}, to(web, {{1, 80}}));
  EXPECT_EQ(t.take().added.at(web)->endpoints[0].address, 1u);
  t.replace({"a", "web"}, {});
  EXPECT_EQ(t.take().added.at(web)->endpoints[0].address, 2u) << "the other one takes over";
}

TEST(route_table_test, a_hairpin_stays_as_long_as_one_service_needs_it) {
  route_table t;
  t.replace({"a", "web"}, to(web, {{1, 80}}, {1}));
  t.replace({"a", "dns"}, to(dns, {{1, 53}}, {1}));
  EXPECT_EQ(t.take().hairpins_added, std::vector<ipv4>{1});
  t.replace({"a", "web"}, {});
  EXPECT_TRUE(t.take().hairpins_removed.empty());
  t.replace({"a", "dns"}, {});
  EXPECT_EQ(t.take().hairpins_removed, std::vector<ipv4>{1});
}

TEST(route_table_test, gives_everything_to_a_kernel_that_knows_nothing) {
  route_table t;
  t.replace({"a", "web"}, to(web, {{1, 80}}, {1}));
  (void)t.take();
  t.replace({"a", "dns"}, to(dns, {{1, 53}}));
  auto all = t.take_all();
  EXPECT_EQ(all.added.size(), 2u);
  EXPECT_TRUE(all.removed.empty());
  EXPECT_EQ(all.hairpins_added.size(), 1u);
  EXPECT_TRUE(t.take().empty());
}

} // namespace
} // namespace troupe::policies::services
