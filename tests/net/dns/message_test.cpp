#include "net/dns/message.hpp"
#include <gtest/gtest.h>
#include <random>

namespace troupe::net::dns {
namespace {

message sample() {
  message m;
  m.id = 4711;
  m.response = m.authoritative = m.recursion_desired = true;
  m.questions = {{"_http._tcp.web.shop.svc.cluster.local", type::srv, 1}};
  m.answers = {
      {"_http._tcp.web.shop.svc.cluster.local", type::srv, 1, 30, srv_data(0, 100, 80, "web.shop.svc.cluster.local")}};
  m.authorities = {
      {"cluster.local", type::soa, 1, 5, soa_data("ns.dns.cluster.local", "hostmaster.cluster.local", 1, 5)}};
  m.additionals = {{"web.shop.svc.cluster.local", type::a, 1, 30, a_data(0x0a600009)}};
  m.udp_size = std::uint16_t{1232};
  return m;
}

TEST(message_test, comes_back_from_the_wire_as_it_was) {
  auto bytes = encode(sample());
  auto back = decode(bytes);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->id, 4711);
  EXPECT_TRUE(back->response && back->authoritative && back->recursion_desired && !back->truncated);
  EXPECT_EQ(back->questions[0].name, "_http._tcp.web.shop.svc.cluster.local");
  EXPECT_EQ(back->answers[0].data, sample().answers[0].data);
  EXPECT_EQ(back->authorities[0].data, sample().authorities[0].data);
  EXPECT_EQ(back->additionals[0].name, "web.shop.svc.cluster.local");
  EXPECT_EQ(back->additionals.size(), 1u) << "the EDNS record is not one of them";
  EXPECT_EQ(back->udp_size, 1232);
  EXPECT_LT(bytes.size(), 240u) << "names are compressed";
}

TEST(message_test, reads_a_question_of_a_real_client) {
  const std::uint8_t bytes[] = {0xab, 0xcd, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 3, 'w', 'e', 'b', 0, 0, 1, 0, 1};
  auto m = decode(bytes);
  ASSERT_TRUE(m);
  EXPECT_EQ(m->id, 0xabcd);
  EXPECT_TRUE(m->recursion_desired);
  EXPECT_EQ(m->questions[0].name, "web");
  EXPECT_FALSE(m->udp_size);
}

TEST(message_test, what_does_not_fit_is_left_out_and_marked) {
  auto m = sample();
  m.answers.assign(100, {"web.shop.svc.cluster.local", type::a, 1, 30, a_data(1)});
  auto bytes = encode(m, 512);
  EXPECT_LE(bytes.size(), 512u);
  auto back = decode(bytes);
  ASSERT_TRUE(back);
  EXPECT_TRUE(back->truncated);
  EXPECT_GT(back->answers.size(), 10u);
  EXPECT_TRUE(back->udp_size) << "EDNS has its room";
  EXPECT_FALSE(decode(encode(m))->truncated);
}

TEST(message_test, long_text_is_several_strings) {
  EXPECT_EQ(txt_data("1.1.0"), (std::vector<std::uint8_t>{5, '1', '.', '1', '.', '0'}));
  EXPECT_EQ(txt_data(std::string(300, 'x')).size(), 302u);
}

TEST(message_test, any_damage_is_read_or_refused_without_harm) {
  std::mt19937 random(7);
  auto good = encode(sample());
  for (int round = 0; round < 20'000; ++round) {
    auto bytes = good;
    for (auto n = random() % 4 + 1; n > 0; --n)
      bytes[random() % bytes.size()] = static_cast<std::uint8_t>(random());
    bytes.resize(random() % 3 == 0 ? random() % (bytes.size() + 1) : bytes.size());
    auto m = decode(bytes);
    if (!m) continue;
    auto again = encode(*m, 512);
    EXPECT_LE(again.size(), std::max<std::size_t>(512, good.size() * 3)) << round;
    EXPECT_TRUE(again.empty() || decode(again)) << round;
  }
}

} // namespace
} // namespace troupe::net::dns
