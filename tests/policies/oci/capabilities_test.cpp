#include "policies/oci/capabilities.hpp"
#include <algorithm>
#include <gtest/gtest.h>

namespace troupe::policies::oci {
namespace {

bool has(const std::vector<std::string>& list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

TEST(capabilities, add_and_drop_follow_the_rules_of_kubernetes) {
  auto all = capability_names();
  struct {
    std::string_view name;
    std::vector<std::string> add, drop;
    std::size_t count;
    std::vector<std::string> with, without;
  } cases[] = {
    {"nothing asked: docker's default", {}, {}, 14, {"CAP_CHOWN"}, {"CAP_SYS_ADMIN"}},
    {"one more", {"NET_ADMIN"}, {}, 15, {"CAP_NET_ADMIN"}, {}},
    {"one less", {}, {"CAP_CHOWN"}, 13, {}, {"CAP_CHOWN"}},
    {"none", {}, {"ALL"}, 0, {}, {}},
    {"only one", {"net_bind_service"}, {"ALL"}, 1, {"CAP_NET_BIND_SERVICE"}, {}},
    {"all", {"ALL"}, {}, 41, {"CAP_SYS_ADMIN"}, {}},
    {"all but one", {"ALL"}, {"SYS_ADMIN"}, 40, {}, {"CAP_SYS_ADMIN"}},
    {"added and dropped: added", {"SYS_TIME"}, {"SYS_TIME"}, 15, {"CAP_SYS_TIME"}, {}},
    {"unknown ones are left out", {"NO_SUCH"}, {}, 14, {}, {"CAP_NO_SUCH"}},
  };
  for (auto& c : cases) {
    auto got = effective_capabilities(c.add, c.drop, all);
    EXPECT_EQ(got.size(), c.count) << c.name;
    for (auto& w : c.with) EXPECT_TRUE(has(got, w)) << c.name << " " << w;
    for (auto& w : c.without) EXPECT_FALSE(has(got, w)) << c.name << " " << w;
  }
}

TEST(capabilities, nothing_is_given_that_the_machine_lacks) {
  auto machine = capabilities_of_mask(0x1fffeffffff); // Without CAP_SYS_RESOURCE, bit 24.
  EXPECT_EQ(machine.size(), 40u);
  auto got = effective_capabilities({"ALL"}, {}, machine);
  EXPECT_EQ(got, machine);
  EXPECT_FALSE(has(got, "CAP_SYS_RESOURCE"));
}

} // namespace
} // namespace troupe::policies::oci
