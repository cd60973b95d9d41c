#include "tests/net/rpc/peer.hpp"
#include <random>

namespace troupe::net::rpc {
namespace {

class session_test : public rpc_test {};

TEST_F(session_test, only_known_methods_are_answered) {
  rpc_peer p(running->port());
  EXPECT_EQ(p.status_of(p.ask("/s/Other", framed("x"))), "12 unknown method Other for service s");
  EXPECT_EQ(p.status_of(p.ask("/", framed("x"))), "12 unknown method  for service /");
  EXPECT_EQ(p.status_of(p.ask("/s/No", framed("x"))), "8 no");
}

TEST_F(session_test, what_is_not_grpc_gets_the_answer_of_http) {
  rpc_peer p(running->port());
  auto text = p.ask("/s/Once", "x", true, {}, "text/plain");
  auto get = p.ask("/s/Once", "", true, {}, "application/grpc", "GET");
  ASSERT_TRUE(p.done(text) && p.done(get));
  EXPECT_EQ(p.answers[text].fields[":status"], "415");
  EXPECT_EQ(p.answers[get].fields[":status"], "405");
}

TEST_F(session_test, all_calls_of_an_unwelcome_peer_are_refused) {
  service.unwelcome = status{code::permission_denied, "no"};
  rpc_peer p(running->port());
  EXPECT_EQ(p.status_of(p.ask("/s/Once", framed("x"))), "7 no");
  EXPECT_EQ(p.status_of(p.ask("/s/Both", framed("x"), false)), "7 no");
}

TEST_F(session_test, a_client_may_stop_saying_what_nobody_will_read) {
  rpc_peer p(running->port());
  auto s = p.ask("/s/No", framed(std::string(100'000, 'x')), false);
  EXPECT_EQ(p.status_of(s), "8 no");
  EXPECT_EQ(p.answers[s].error, static_cast<std::uint32_t>(NGHTTP2_NO_ERROR));
}

TEST_F(session_test, a_giant_head_harms_its_call_only) {
  rpc_peer p(running->port());
  auto giant = p.ask("/s/Once", framed("x"), true, {{"x-giant", std::string(20'000, 'x')}});
  auto other = p.ask("/s/Once", framed("x"));
  ASSERT_TRUE(p.done(giant));
  EXPECT_NE(p.answers[giant].error, 0u);
  EXPECT_EQ(p.status_of(other), "0");
}

TEST_F(session_test, many_calls_at_a_time_each_get_their_own_answer) {
  rpc_peer p(running->port());
  std::map<int, std::string> asked;
  for (int i = 0; i < 500; ++i) {
    auto body = framed(std::to_string(i));
    asked[p.ask("/s/Once", body)] = body;
  }
  for (auto& [stream, body] : asked) {
    ASSERT_EQ(p.status_of(stream), "0");
    EXPECT_EQ(p.answers[stream].body, body);
  }
}

TEST_F(session_test, a_stranger_is_cut_off_and_leaves_others_alone) {
  http::raw_peer http1(running->port());
  ASSERT_TRUE(http1.send("GET / HTTP/1.1\r\nhost: x\r\n\r\n"));
  http1.read();
  EXPECT_TRUE(http1.ended());
  std::mt19937_64 random(3);
  for (int i = 0; i < 50; ++i) {
    std::string bytes = i % 2 ? "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" : "";
    for (int n = static_cast<int>(random() % 400); n > 0; --n) bytes += static_cast<char>(random() % 3 ? 0 : random());
    http::raw_peer noise(running->port());
    noise.send(bytes);
    noise.finish_sending();
    noise.read();
  }
  rpc_peer p(running->port());
  EXPECT_EQ(p.status_of(p.ask("/s/Once", framed("x"))), "0");
}

} // namespace
} // namespace troupe::net::rpc
