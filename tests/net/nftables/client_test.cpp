#include "net/nftables/client.hpp"
#include <gtest/gtest.h>

namespace troupe::net::nftables {
namespace {

TEST(client_test, a_command_that_is_none_is_an_error_with_its_place) {
  client c;
  auto done = c.run("add nonsense\n");
  ASSERT_FALSE(done);
  EXPECT_NE(done.error().find("nonsense"), std::string::npos) << done.error();
  auto again = c.run("add more nonsense\n");
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().find("add nonsense"), std::string::npos) << "errors do not pile up";
}

} // namespace
} // namespace troupe::net::nftables
