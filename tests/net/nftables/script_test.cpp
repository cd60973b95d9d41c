#include "net/nftables/script.hpp"
#include <gtest/gtest.h>

namespace troupe::net::nftables {
namespace {

const frontend web{false, false, 0x0a600009, 80};
balance to(std::vector<endpoint> endpoints) { return {std::move(endpoints)}; }
const endpoint one{0x0a010001, 8080}, two{0x0a010002, 8080}, three{0x0a010003, 8080};

struct script_test : testing::Test {
  script_writer w{{"t", "10.96.0.0/16", "10.244.0.0/16"}};
};

TEST_F(script_test, a_new_service_is_a_chain_for_its_count_and_elements) {
  EXPECT_EQ(w.apply({{}, {{web, to({one, two})}}, {}, {0x0a010001}}),
            "add chain ip t tcp_2\n"
            "add rule ip t tcp_2 dnat ip to ip daddr . tcp dport . numgen random mod 2 map @ep_tcp\n"
            "add element ip t ep_tcp { 10.96.0.9 . 80 . 0 : 10.1.0.1 . 8080, 10.96.0.9 . 80 . 1 : 10.1.0.2 . 8080 }\n"
            "add element ip t hairpin { 10.1.0.1 . 10.1.0.1 }\n"
            "add element ip t svc_tcp { 10.96.0.9 . 80 : goto tcp_2 }\n");
}

TEST_F(script_test, an_endpoint_in_place_of_another_is_one_element) {
  (void)w.apply({{}, {{web, to({one, two})}}, {}, {}});
  EXPECT_EQ(w.apply({{{web, to({one, two})}}, {{web, to({one, three})}}, {}, {}}),
            "delete element ip t ep_tcp { 10.96.0.9 . 80 . 1 }\n"
            "add element ip t ep_tcp { 10.96.0.9 . 80 . 1 : 10.1.0.3 . 8080 }\n");
}

TEST_F(script_test, fewer_endpoints_are_another_chain_and_one_slot_less) {
  (void)w.apply({{}, {{web, to({one, two})}}, {}, {}});
  EXPECT_EQ(w.apply({{{web, to({one, two})}}, {{web, to({one})}}, {}, {}}),
            "add chain ip t tcp_1\n"
            "add rule ip t tcp_1 dnat ip to ip daddr . tcp dport . numgen random mod 1 map @ep_tcp\n"
            "delete element ip t ep_tcp { 10.96.0.9 . 80 . 1 }\n"
            "delete element ip t svc_tcp { 10.96.0.9 . 80 }\n"
            "add element ip t svc_tcp { 10.96.0.9 . 80 : goto tcp_1 }\n");
}

TEST_F(script_test, a_frontend_without_endpoints_refuses_or_drops) {
  auto drop = to({});
  drop.drop_when_empty = true;
  EXPECT_EQ(w.apply({{}, {{web, to({})}, {{true, false, 0, 30053}, drop}, {{true, true, 0, 30053}, to({})}}, {}, {}}),
            "add element ip t no_tcp { 10.96.0.9 . 80 : goto refuse }\n"
            "add element ip t nonp_udp { 30053 : drop }\n");
}

TEST_F(script_test, inside_and_outside_of_one_address_have_slots_of_their_own) {
  EXPECT_EQ(w.apply({{}, {{{false, false, 0, 30080}, to({one})}, {{false, true, 0, 30080}, to({one, two})}}, {}, {}}),
            "add chain ip t tcpn_1\n"
            "add rule ip t tcpn_1 dnat ip to tcp dport . numgen random mod 1 map @npep_tcp\n"
            "add chain ip t tcpni_2\n"
            "add rule ip t tcpni_2 dnat ip to tcp dport . numgen random mod 2 offset 32768 map @npep_tcp\n"
            "add element ip t inp_tcp { 30080 : goto tcpni_2 }\n"
            "add element ip t np_tcp { 30080 : goto tcpn_1 }\n"
            "add element ip t npep_tcp { 30080 . 0 : 10.1.0.1 . 8080, 30080 . 32768 : 10.1.0.1 . 8080, 30080 . 32769 : "
            "10.1.0.2 . 8080 }\n");
}

TEST_F(script_test, a_sticky_frontend_says_who_remembers_its_clients) {
  balance sticky{{one}, 60};
  auto text =
      w.apply({{}, {{web, sticky}, {{false, false, 0, 30080}, sticky}, {{false, true, 0, 30080}, sticky}}, {}, {}});
  EXPECT_NE(text.find("add chain ip t learn_tcp_60\n"), std::string::npos) << text;
  EXPECT_EQ(text.find("add chain ip t learn_tcp_60\n"), text.rfind("add chain ip t learn_tcp_60\n")) << "once";
  EXPECT_NE(text.find("add element ip t st_tcp { 10.96.0.9 . 80 : goto learn_tcp_60 }\n"), std::string::npos) << text;
  EXPECT_NE(text.find("add element ip t nst_tcp { 30080 : goto learn_tcp_60 }\n"), std::string::npos) << text;
  auto gone = w.apply({{{web, sticky}}, {{web, to({one})}}, {}, {}});
  EXPECT_NE(gone.find("delete element ip t st_tcp { 10.96.0.9 . 80 }\n"), std::string::npos) << gone;
}

TEST_F(script_test, nothing_is_said_about_nothing) { EXPECT_EQ(w.apply({}), ""); }

TEST_F(script_test, a_new_table_comes_in_pieces) {
  change all;
  for (std::uint16_t port = 1; port <= 5; ++port)
    all.added.emplace(frontend{false, false, 0x0a600009, port}, to({one}));
  auto pieces = w.replace(all, 4);
  ASSERT_EQ(pieces.size(), 3u) << "ten elements";
  EXPECT_EQ(pieces[0].rfind("add table ip t\ndelete table ip t\n", 0), 0u);
  EXPECT_NE(pieces[0].find("add chain ip t tcp_1\n"), std::string::npos);
  EXPECT_EQ(pieces[2], "add element ip t svc_tcp { 10.96.0.9 . 4 : goto tcp_1, 10.96.0.9 . 5 : goto tcp_1 }\n");
  EXPECT_EQ(w.replace({}).size(), 1u) << "also without services there is a table, which refuses";
}

} // namespace
} // namespace troupe::net::nftables
