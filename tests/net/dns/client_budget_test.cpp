#include "net/dns/client_budget.hpp"
#include <gtest/gtest.h>

namespace troupe::net::dns {
namespace {

TEST(client_budget_test, each_client_has_its_own_and_gets_it_back) {
  client_budget b(2);
  EXPECT_TRUE(b.take(1));
  EXPECT_TRUE(b.take(1));
  EXPECT_FALSE(b.take(1));
  EXPECT_TRUE(b.take(2)) << "another client is not its victim";
  b.give(1);
  EXPECT_TRUE(b.take(1));
  EXPECT_EQ(b.clients(), 2u);
}

TEST(client_budget_test, nothing_is_kept_of_clients_that_are_done) {
  client_budget b(1);
  for (std::uint32_t client = 0; client < 1000; ++client) {
    EXPECT_TRUE(b.take(client));
    b.give(client);
  }
  EXPECT_EQ(b.clients(), 0u);
  b.give(7);
  EXPECT_FALSE(client_budget(0).take(1));
}

} // namespace
} // namespace troupe::net::dns
