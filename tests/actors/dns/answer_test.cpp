#include "actors/dns/answer.hpp"
#include <gtest/gtest.h>

namespace troupe::actors::dns {
namespace {

namespace wire = net::dns;
using policies::services::dns_answer;
using policies::services::dns_outcome;
using policies::services::dns_record;
using policies::services::dns_type;

wire::message asked() {
  wire::message m;
  m.id = 9;
  m.questions = {{"web.shop.svc.cluster.local", wire::type::a, 1}};
  return m;
}

TEST(answer_test, a_name_that_is_not_there_brings_the_zones_soa) {
  auto m = to_message(asked(), {dns_outcome::no_name, {}, {}, {}}, "cluster.local");
  EXPECT_EQ(m.code, wire::rcode::name_error);
  EXPECT_TRUE(m.response && m.authoritative);
  ASSERT_EQ(m.authorities.size(), 1u);
  EXPECT_EQ(m.authorities[0].kind, wire::type::soa);
  m = to_message(asked(), {dns_outcome::found, {}, {}, {}}, "cluster.local");
  EXPECT_EQ(m.code, wire::rcode::no_error);
  EXPECT_EQ(m.authorities.size(), 1u) << "no data";
}

TEST(answer_test, each_kind_of_record_has_its_data) {
  auto m = to_message(asked(),
                      {dns_outcome::found,
                       {{"a", dns_type::a, 5},
                        {"s", dns_type::srv, 0, 80, 100, "t"},
                        {"x", dns_type::txt, 0, 0, 0, "1.1.0"},
                        {"p", dns_type::ptr, 0, 0, 0, "n"}},
                       {},
                       {}},
                      "cluster.local");
  ASSERT_EQ(m.answers.size(), 4u);
  EXPECT_EQ(m.answers[0].data, wire::a_data(5));
  EXPECT_EQ(m.answers[1].data, wire::srv_data(0, 100, 80, "t"));
  EXPECT_EQ(m.answers[2].data, wire::txt_data("1.1.0"));
  EXPECT_EQ(m.answers[3].data, wire::name_data("n"));
  EXPECT_TRUE(m.authorities.empty());
}

} // namespace
} // namespace troupe::actors::dns
