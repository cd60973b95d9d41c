#include "policies/joining/messages.hpp"
#include <gtest/gtest.h>
#include <random>

namespace troupe::policies::joining {
namespace {

cluster::node_record node() {
  return {2, "b", true, true, "10.0.0.2", 6440, 6443, "10.244.1.0/24", "0.1.0", 1'795'000'000, false};
}

join_request request() {
  join_request r;
  r.token_id = "bcd246";
  r.secret = "s";
  r.clock = 1'795'000'000;
  r.program = "0.1.0";
  r.name = "b";
  r.control_plane = true;
  r.address = "10.0.0.2";
  r.link_port = 6440;
  r.api_port = 6443;
  r.signing_request = "PEM";
  return r;
}

join_reply reply() {
  return {node(),          {"id", "10.244.0.0/16", "10.96.0.0/16", "10.96.0.10", "cluster.local"},
          "CERT",          "CA",
          "CAKEY",         "SAKEY",
          {node(), node()}};
}

TEST(messages, arrive_as_they_were_sent) {
  auto r = decode_join_request(encode(request()));
  ASSERT_TRUE(r.has_value()) << r.error();
  EXPECT_EQ(encode(*r), encode(request()));
  EXPECT_EQ(r->secret, "s");
  EXPECT_TRUE(r->control_plane && r->worker);
  auto a = decode_join_reply(encode(reply()));
  ASSERT_TRUE(a.has_value()) << a.error();
  EXPECT_EQ(encode(*a), encode(reply()));
  EXPECT_EQ(a->roster.size(), 2U);
  renew_request n{.program = "0.1.0", .address = "10.0.0.9", .link_port = 1, .api_port = 2, .signing_request = "PEM"};
  EXPECT_EQ(encode(*decode_renew_request(encode(n))), encode(n));
  renew_reply m{node(), "CERT", "CA", {node()}};
  EXPECT_EQ(encode(*decode_renew_reply(encode(m))), encode(m));
}

TEST(messages, a_control_plane_node_needs_the_keys) {
  auto r = reply();
  r.authority_key.clear();
  EXPECT_FALSE(decode_join_reply(encode(r)).has_value());
  r.node.control_plane = false;
  r.service_account_key.clear();
  EXPECT_TRUE(decode_join_reply(encode(r)).has_value());
}

TEST(messages, a_protocol_of_the_future_is_named) {
  auto text = encode(reply());
  auto at = text.find("\"protocol\":1");
  text.replace(at, 12, "\"protocol\":9");
  auto got = decode_join_reply(text);
  ASSERT_FALSE(got.has_value());
  EXPECT_NE(got.error().find("protocol 9"), std::string::npos);
  // A node's own protocol is judged with the rest of its request.
  auto asked = request();
  asked.protocol = 9;
  EXPECT_EQ(decode_join_request(encode(asked))->protocol, 9);
}

TEST(messages, take_any_bytes) {
  std::mt19937 random(11);
  for (auto& good : {encode(request()), encode(reply())})
    for (int i = 0; i < 5000; ++i) {
      auto text = good;
      for (int n = 1 + static_cast<int>(random() % 3); n > 0; --n)
        text[random() % text.size()] = static_cast<char>(random());
      if (random() % 4 == 0) text.resize(random() % text.size());
      (void)decode_join_request(text);
      (void)decode_join_reply(text);
      (void)decode_renew_request(text);
      (void)decode_renew_reply(text);
    }
  for (auto text : {"", "[]", "{}", R"({"protocol":1})", R"({"protocol":1,"node":1,"roster":2,"cluster":3})"}) {
    EXPECT_FALSE(decode_join_reply(text).has_value()) << text;
    EXPECT_FALSE(decode_renew_reply(text).has_value()) << text;
  }
  EXPECT_FALSE(decode_join_request(R"({"roles":["king"]})").has_value());
  EXPECT_FALSE(decode_join_request(R"({"linkPort":70000})").has_value());
}

} // namespace
} // namespace troupe::policies::joining
