#include "tools/chaos/live/layout.hpp"
#include <algorithm>
#include <gmock/gmock.h>
#include <set>

namespace troupe::tools::chaos::live {
namespace {

TEST(live_layout, gives_every_host_an_address_of_its_own) {
  std::set<std::string> all;
  for (std::uint64_t n = 0; n <= 600; ++n)
    all.insert(address_of(n));
  EXPECT_EQ(all.size(), 601);
  EXPECT_EQ(address_of(1), "10.77.0.11");
}

TEST(live_layout, makes_nothing_outside_of_the_runs_namespaces) {
  for (auto& command : network_commands("abc", 3)) {
    auto own = std::any_of(command.begin(), command.end(),
                           [](auto& word) { return word.starts_with("troupe-chaos-abc-"); });
    EXPECT_TRUE(own) << ::testing::PrintToString(command);
  }
}

TEST(live_layout, runs_a_command_where_its_host_is) {
  auto all = on_host("abc", 2, "master2", "/tmp/f", {"troupe", "up"});
  EXPECT_EQ(words(all.begin(), all.begin() + 4), (words{"ip", "netns", "exec", "troupe-chaos-abc-2"}));
  EXPECT_EQ(words(all.end() - 4, all.end()), (words{"master2", "/tmp/f", "troupe", "up"}));
}

} // namespace
} // namespace troupe::tools::chaos::live
