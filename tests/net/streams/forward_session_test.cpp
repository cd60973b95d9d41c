#include "net/streams/forward_session.hpp"
#include "tests/net/streams/pipe.hpp"
#include <gtest/gtest.h>
#include <set>

namespace troupe::net::streams {
namespace {

/// A client's SPDY session against the server's end of port-forward, in one thread.
class forward_session_test : public ::testing::Test {
protected:
  forward_session_test() {
    server = std::make_shared<forward_session>(
      spdy::session::open(wire.here, spdy::role::server),
      forward_acceptor{.on_connection =
                         [this](std::uint16_t port, forwarded_connection_ptr c) {
                           ports.push_back(port);
                           connections.push_back(std::move(c));
                           auto name = std::to_string(ports.size());
                           return forward_callbacks{
                             .on_data = [this, name](std::string_view b) { told += name + ":" + std::string(b) + " "; },
                             .on_end = [this, name] { told += name + ":end "; },
                             .on_close = [this, name] { told += name + ":close "; }};
                         },
                       .on_close = [this] { told += "over"; }});
    server->start();
    client = spdy::session::open(wire.there, spdy::role::client);
    client->start({.on_stream = {},
                   .on_reply = {},
                   .on_data = [this](spdy::stream_id id, std::string_view bytes) { heard[id] += bytes; },
                   .on_end = [this](spdy::stream_id id) { ended.insert(id); },
                   .on_reset = [this](spdy::stream_id id) { reset.insert(id); },
                   .on_close = {}});
  }
  ~forward_session_test() override {
    wire.here->abort();
    wire.settle();
    connections.clear();
    server.reset();
  }
  spdy::stream_id open(const spdy::header_list& fields) {
    auto id = client->open_stream(fields);
    wire.settle();
    return id;
  }
  /// A connection's data stream; its error stream has the number before.
  spdy::stream_id dial(int port, int request) {
    auto of = [p = std::to_string(port), r = std::to_string(request)](const char* type) {
      return spdy::header_list{{"streamtype", type}, {"port", p}, {"requestid", r}};
    };
    open(of("error"));
    return open(of("data"));
  }

  pipe wire;
  std::shared_ptr<forward_session> server;
  std::shared_ptr<spdy::session> client;
  std::vector<std::uint16_t> ports;
  std::vector<forwarded_connection_ptr> connections;
  std::string told;
  std::map<spdy::stream_id, std::string> heard;
  std::set<spdy::stream_id> ended, reset;
};

TEST_F(forward_session_test, a_connection_begins_when_both_of_its_streams_have_come) {
  open({{"streamtype", "data"}, {"port", "80"}, {"requestid", "7"}});
  open({{"streamtype", "error"}, {"port", "81"}, {"requestid", "8"}});
  EXPECT_TRUE(connections.empty());
  open({{"streamtype", "error"}, {"port", "80"}, {"requestid", "7"}});
  EXPECT_EQ(ports, std::vector<std::uint16_t>{80});
}

TEST_F(forward_session_test, clients_without_request_ids_open_the_data_stream_right_behind) {
  open({{"streamtype", "error"}, {"port", "80"}});
  open({{"streamtype", "data"}, {"port", "80"}});
  EXPECT_EQ(ports, std::vector<std::uint16_t>{80});
}

TEST_F(forward_session_test, bytes_and_ends_go_to_their_own_connection) {
  auto a = dial(80, 1), b = dial(81, 2);
  client->write(b, "to b");
  client->write(a, "to a");
  client->end(a);
  wire.settle();
  EXPECT_EQ(told, "2:to b 1:to a 1:end ");
  connections[1]->write("from b");
  connections[0]->end();
  wire.settle();
  EXPECT_EQ(heard[b], "from b");
  EXPECT_TRUE(ended.contains(a) && ended.contains(a - 2)) << "with its error stream";
  EXPECT_FALSE(ended.contains(b));
}

TEST_F(forward_session_test, a_failure_is_told_in_words_on_the_error_stream) {
  auto data = dial(80, 1);
  connections[0]->fail("connection refused");
  connections[0]->fail("again");
  wire.settle();
  EXPECT_EQ(heard[data - 2], "connection refused");
  EXPECT_EQ(heard[data], "");
  EXPECT_TRUE(ended.contains(data) && ended.contains(data - 2));
}

TEST_F(forward_session_test, a_reset_connection_closes_and_the_others_go_on) {
  auto a = dial(80, 1), b = dial(81, 2);
  client->reset(a, spdy::reset_status::cancel);
  client->write(b, "x");
  wire.settle();
  EXPECT_EQ(told, "1:close 2:x ");
}

TEST_F(forward_session_test, dropping_a_connection_ends_it) {
  auto a = dial(80, 1);
  connections.clear();
  wire.settle();
  EXPECT_TRUE(ended.contains(a));
}

TEST_F(forward_session_test, the_wire_stands_still_until_the_last_that_paused_goes_on) {
  dial(80, 1), dial(81, 2);
  connections[0]->pause();
  connections[0]->pause();
  connections[1]->pause();
  EXPECT_TRUE(wire.here->paused);
  connections[0]->resume();
  EXPECT_TRUE(wire.here->paused);
  connections.erase(connections.begin() + 1); // Goes without a word.
  EXPECT_FALSE(wire.here->paused);
}

TEST_F(forward_session_test, all_connections_close_with_the_session) {
  dial(80, 1), dial(81, 2);
  wire.there->abort();
  wire.settle();
  EXPECT_EQ(told, "1:close 2:close over");
}

TEST_F(forward_session_test, each_that_wants_to_know_hears_that_the_wire_is_free) {
  dial(80, 1), dial(81, 2);
  int drained = 0;
  for (auto& c : connections) c->on_drained([&drained] { ++drained; });
  connections[0]->write("x");
  wire.settle();
  EXPECT_EQ(drained, 2);
}

TEST_F(forward_session_test, halves_that_never_meet_have_a_bound) {
  spdy::stream_id last = 0;
  for (int i = 0; i < 257; ++i)
    last = open({{"streamtype", "error"}, {"port", "80"}, {"requestid", std::to_string(i)}});
  EXPECT_TRUE(reset.contains(last));
  EXPECT_EQ(reset.size(), 1U);
}

} // namespace
} // namespace troupe::net::streams
