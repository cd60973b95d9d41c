#include "net/nftables/affinity.hpp"
#include <gtest/gtest.h>

namespace troupe::net::nftables {
namespace {

const frontend web{false, false, 0x0a600009, 80}, node_port{false, false, 0, 30080};
const endpoint one{0x0af40005, 8080}, two{0x0af40006, 8080};
balance sticky(std::vector<endpoint> to) { return {std::move(to), 60}; }

constexpr std::string_view listing = R"(table ip t {
	map aff_tcp {
		type ipv4_addr . ipv4_addr . inet_service : ipv4_addr . inet_service
		size 262144
		flags dynamic,timeout
		elements = { 10.0.0.1 . 10.96.0.9 . 80 timeout 1m expires 59s : 10.244.0.5 . 8080,
			     10.0.0.2 . 10.96.0.9 . 80 timeout 1m expires 9s20ms : 10.244.0.6 . 8080,
			     10.0.0.3 . 192.0.2.1 . 30080 timeout 1m expires 1s : 10.244.0.5 . 8080 }
	}
})";

TEST(affinity_test, what_a_sticky_frontend_loses_is_lost) {
  EXPECT_TRUE(lost_endpoints({{}, {{web, sticky({one})}}, {}, {}}).empty());
  EXPECT_TRUE(lost_endpoints({{{web, {{one, two}, 0}}}, {{web, {{one}, 0}}}, {}, {}}).empty()) << "it was not sticky";
  auto lost = lost_endpoints({{{web, sticky({one, two})}}, {{web, sticky({two})}}, {}, {}});
  ASSERT_EQ(lost.size(), 1u);
  EXPECT_EQ(lost.begin()->was, one);
  EXPECT_EQ(lost_endpoints({{{web, sticky({one, two})}}, {}, {}, {}}).size(), 2u);
}

TEST(affinity_test, entries_that_lead_to_lost_endpoints_are_deleted) {
  EXPECT_EQ(forget_affinity("t", false, listing, {{false, web.address, 80, one}}),
            "delete element ip t aff_tcp { 10.0.0.1 . 10.96.0.9 . 80 }\n");
  EXPECT_EQ(forget_affinity("t", false, listing, {{false, 0, 30080, one}}),
            "delete element ip t aff_tcp { 10.0.0.3 . 192.0.2.1 . 30080 }\n");
  EXPECT_EQ(forget_affinity("t", false, listing, {{true, web.address, 80, one}}), "") << "another protocol";
  EXPECT_EQ(forget_affinity("t", false, "table ip t { }", {{false, web.address, 80, one}}), "");
  EXPECT_EQ(forget_affinity("t", false, "elements = { nonsense, 1 . 2 }", {{false, web.address, 80, one}}), "");
}

} // namespace
} // namespace troupe::net::nftables
