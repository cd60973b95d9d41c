#include "tests/net/rpc/peer.hpp"

namespace troupe::net::rpc {
namespace {

class call_test : public rpc_test {};

TEST_F(call_test, a_call_of_one_message_gets_its_answer_and_its_status_behind_it) {
  rpc_peer p(running->port());
  auto a = p.ask("/s/Once", framed("hello")), large = p.ask("/s/Once", framed(std::string(300'000, 'x')));
  EXPECT_EQ(p.status_of(a), "0");
  EXPECT_EQ(p.answers[a].fields[":status"], "200");
  EXPECT_EQ(p.answers[a].fields["content-type"], "application/grpc");
  EXPECT_EQ(p.answers[a].body, framed("hello"));
  EXPECT_EQ(p.status_of(large), "0");
  EXPECT_EQ(p.answers[large].body, framed(std::string(300'000, 'x')));
}

TEST_F(call_test, an_error_comes_alone_and_encoded) {
  rpc_peer p(running->port());
  auto a = p.ask("/s/Once", framed("fail"));
  EXPECT_EQ(p.status_of(a), "3 etcdserver: 100%25 wrong");
  EXPECT_EQ(p.answers[a].body, "");
}

TEST_F(call_test, requests_that_cannot_be_read_are_refused_with_the_reason) {
  server_config c;
  c.message_bytes_max = 100;
  start(c);
  rpc_peer p(running->port());
  EXPECT_EQ(p.status_of(p.ask("/s/Once", framed(std::string(101, 'x')))),
            "8 grpc: received message larger than max (101 vs. 100)");
  EXPECT_EQ(p.status_of(p.ask("/s/Once", std::string("\1\0\0\0\0", 5))),
            "12 grpc: this server takes no compressed messages");
  EXPECT_EQ(p.status_of(p.ask("/s/Once", framed("abc").substr(0, 7))), "13 grpc: the request ends within a message");
  EXPECT_EQ(p.status_of(p.ask("/s/Once", framed("still good"))), "0");
}

TEST_F(call_test, what_all_requests_hold_in_memory_is_bounded_and_given_back) {
  server_config c;
  c.buffered_bytes_max = 1000;
  start(c);
  rpc_peer p(running->port());
  auto large = framed(std::string(900, 'x'));
  auto a = p.ask("/s/Once", large.substr(0, 800), false);
  ASSERT_TRUE(p.until([&] { return p.unsent(a) == 0; }));
  auto b = p.ask("/s/Once", large.substr(0, 800), false);
  EXPECT_EQ(p.status_of(b), "8 grpc: the server holds too many requests in memory");
  p.reset(a);
  ASSERT_TRUE(p.done(a));
  EXPECT_TRUE(http::eventually([&] {
    auto again = p.ask("/s/Once", large.substr(0, 800), false);
    if (!p.until([&] { return p.answers[again].ended || p.unsent(again) == 0; })) return false;
    p.say(again, std::string_view(large).substr(800), true);
    return p.status_of(again) == "0";
  }));
}

TEST_F(call_test, a_stream_answers_message_by_message_until_the_client_ends_it) {
  rpc_peer p(running->port());
  auto s = p.ask("/s/Both", framed("one") + framed("two"), false);
  EXPECT_TRUE(p.until([&] { return p.answers[s].body == framed("one") + framed("two"); }));
  p.say(s, framed("three"));
  EXPECT_TRUE(p.until([&] { return p.answers[s].body == framed("one") + framed("two") + framed("three"); }));
  EXPECT_FALSE(p.answers[s].ended);
  p.say(s, {}, true);
  EXPECT_EQ(p.status_of(s), "0");
  EXPECT_TRUE(service.closed(1));
}

TEST_F(call_test, a_client_is_held_back_while_nobody_wants_its_messages) {
  service.held = true;
  rpc_peer p(running->port());
  auto s = p.ask("/s/Both", framed(std::string(100'000, 'x')) + framed(std::string(3 << 20, 'y')), false);
  ASSERT_FALSE(p.until([&] { return p.unsent(s) == 0; }, std::chrono::milliseconds(300)));
  EXPECT_GT(p.unsent(s), std::size_t{1} << 20);
  service.held = false;
  service.last->want();
  EXPECT_TRUE(p.until([&] { return p.answers[s].body.size() == 100'000 + (3 << 20) + 2 * prefix_bytes; }));
}

TEST_F(call_test, a_client_that_leaves_is_noticed_and_answers_to_it_are_dropped) {
  rpc_peer p(running->port());
  auto s = p.ask("/s/Both", framed("one"), false);
  ASSERT_TRUE(p.until([&] { return p.answers[s].body == framed("one"); }));
  EXPECT_FALSE(service.last->over());
  p.reset(s);
  ASSERT_TRUE(p.done(s));
  EXPECT_TRUE(service.closed(1));
  EXPECT_TRUE(service.last->over());
  service.last->send(framed("late"));
  service.last->finish({});
  EXPECT_EQ(p.status_of(p.ask("/s/Once", framed("next"))), "0");
}

TEST_F(call_test, the_deadline_of_the_client_is_known) {
  rpc_peer p(running->port());
  auto before = http::clock::now();
  p.ask("/s/Both", framed("one"), false, {{"grpc-timeout", "60S"}});
  ASSERT_TRUE(p.until([&] { return !p.answers.empty() && !p.answers.begin()->second.body.empty(); }));
  EXPECT_GE(service.last->deadline(), before + std::chrono::seconds(60));
  EXPECT_LE(service.last->deadline(), http::clock::now() + std::chrono::seconds(60));
  EXPECT_EQ(p.status_of(p.ask("/s/Once", framed("x"), true, {{"grpc-timeout", "soon"}})), "13 malformed grpc-timeout");
}

} // namespace
} // namespace troupe::net::rpc
