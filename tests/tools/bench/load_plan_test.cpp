#include "tools/bench/load_plan.hpp"
#include <gtest/gtest.h>
#include <numeric>

using namespace troupe::tools::bench;
using sizes = std::vector<std::size_t>;

TEST(load_plan, splits_evenly_and_leaves_no_piece_empty) {
  struct test_case {
    std::string name;
    std::size_t total, parts;
    sizes pieces;
  };
  for (const auto& c : std::vector<test_case>{{"without a rest", 6, 3, {2, 2, 2}},
                                              {"the first get the rest", 8, 3, {3, 3, 2}},
                                              {"fewer pieces than asked for", 2, 5, {1, 1}},
                                              {"nothing", 0, 4, {}},
                                              {"no parts count as one", 4, 0, {4}}})
    EXPECT_EQ(split(c.total, c.parts), c.pieces) << c.name;
}

TEST(load_plan, spreads_clients_over_threads_and_connections) {
  struct test_case {
    std::string name;
    std::size_t clients, threads;
    wire how;
    std::size_t connections;
    std::vector<sizes> streams;
  };
  for (const auto& c :
       std::vector<test_case>{{"a connection for each client of HTTP/1.1", 3, 1, wire::h1, 0, {{1, 1, 1}}},
                              {"HTTP/1.1 clients over threads", 3, 2, wire::h1, 0, {{1, 1}, {1}}},
                              {"one HTTP/2 connection carries all", 64, 1, wire::h2, 0, {{64}}},
                              {"as many HTTP/2 connections as streams need", 250, 1, wire::h2, 0, {{84, 83, 83}}},
                              {"as many HTTP/2 connections as wanted", 8, 1, wire::h2, 4, {{2, 2, 2, 2}}},
                              {"wanted connections over threads", 8, 2, wire::h2, 4, {{2, 2}, {2, 2}}},
                              {"one connection a thread at least", 8, 2, wire::h2, 1, {{4}, {4}}},
                              {"no more threads than clients", 1, 4, wire::h1, 0, {{1}}}}) {
    std::vector<sizes> got;
    for (const auto& share : spread(c.clients, c.threads, c.how, c.connections, 100))
      got.push_back(share.streams);
    EXPECT_EQ(got, c.streams) << c.name;
  }
}

TEST(load_plan, no_connection_carries_more_streams_than_servers_allow) {
  for (std::size_t clients = 1; clients < 700; clients += 13)
    for (std::size_t threads = 1; threads < 5; ++threads) {
      std::size_t sum = 0;
      for (const auto& share : spread(clients, threads, wire::h2, 0, 100))
        for (const auto n : share.streams) {
          EXPECT_LE(n, 100U);
          sum += n;
        }
      EXPECT_EQ(sum, clients);
    }
}

TEST(load_plan, modes_come_in_the_order_in_which_they_use_each_others_objects) {
  EXPECT_EQ(parse_modes("all"), (std::vector{api_mode::create, api_mode::get, api_mode::list, api_mode::watch}));
  EXPECT_EQ(parse_modes("list"), std::vector{api_mode::list});
  EXPECT_FALSE(parse_modes("put"));
}

TEST(load_plan, run_names_are_parts_of_object_names_and_differ) {
  const auto a = run_name(1'700'000'000'000, 10), b = run_name(1'700'000'000'000, 11),
             c = run_name(1'700'000'000'001, 10);
  EXPECT_EQ(a.size(), 6U);
  EXPECT_EQ(a.find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyz"), a.npos);
  EXPECT_NE(a, b);
  EXPECT_NE(a, c);
}
