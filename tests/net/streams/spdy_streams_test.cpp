#include "net/streams/spdy_streams.hpp"
#include "tests/net/streams/pipe.hpp"
#include <gtest/gtest.h>
#include <map>
#include <set>

namespace troupe::net::streams {
namespace {

using namespace std::chrono_literals;

/// A client's SPDY session against the server's streams, in one thread.
class spdy_streams_test : public ::testing::Test {
protected:
  void serve(stream_options options) {
    remote_acceptor acceptor;
    acceptor.on_ready = [this](remote_streams_ptr s) {
      ready = std::move(s);
      return callbacks();
    };
    acceptor.on_failed = [this](std::string_view why) { failure = why; };
    auto session = spdy::session::open(wire.here, spdy::role::server);
    auto streams = std::make_shared<spdy_streams>(std::move(session), options, std::move(acceptor));
    streams->start(30s);
    client = spdy::session::open(wire.there, spdy::role::client);
    client->start({.on_stream = {},
                   .on_reply = {},
                   .on_data = [this](spdy::stream_id id, std::string_view bytes) { heard[id] += bytes; },
                   .on_end = [this](spdy::stream_id id) { ended.insert(id); },
                   .on_reset = [this](spdy::stream_id id) { reset.insert(id); },
                   .on_close = [this] { client_closed = true; }});
  }
  remote_callbacks callbacks() {
    return {.on_data = [this](channel from, std::string_view bytes) {
              told += std::to_string(int(from)) + ":" + std::string(bytes) + " ";
            },
            .on_end = [this](channel from) { told += std::to_string(int(from)) + ":end "; },
            .on_close = [this] { told += "close"; }};
  }
  spdy::stream_id open(const std::string& type) {
    auto id = client->open_stream({{"streamtype", type}});
    wire.settle();
    return id;
  }
  void TearDown() override {
    wire.here->abort();
    wire.settle();
    ready.reset();
  }

  pipe wire;
  std::shared_ptr<spdy::session> client;
  remote_streams_ptr ready;
  std::string failure, told;
  std::map<spdy::stream_id, std::string> heard;
  std::set<spdy::stream_id> ended, reset;
  bool client_closed = false;
};

TEST_F(spdy_streams_test, is_ready_when_all_wanted_streams_have_come_in_whatever_order) {
  serve({.in = true, .out = true, .err = true});
  EXPECT_EQ(wire.here->limit, 30s) << "the client has so long";
  for (auto* type : {"stdout", "error", "stderr"}) open(type);
  EXPECT_EQ(ready, nullptr);
  open("stdin");
  ASSERT_NE(ready, nullptr);
  EXPECT_EQ(wire.here->limit, 0s) << "the session itself may take any time";
}

TEST_F(spdy_streams_test, unwanted_unknown_and_second_streams_are_refused) {
  serve({.out = true});
  open("error");
  EXPECT_TRUE(reset.contains(open("stdin"))) << "not asked for";
  EXPECT_TRUE(reset.contains(open("resize"))) << "not a terminal";
  EXPECT_TRUE(reset.contains(open("video")));
  EXPECT_TRUE(reset.contains(open("error"))) << "there is one";
  EXPECT_FALSE(reset.contains(open("stdout")));
  EXPECT_NE(ready, nullptr);
}

TEST_F(spdy_streams_test, what_comes_on_stdin_and_resize_is_told_and_nothing_else) {
  serve({.in = true, .out = true, .tty = true});
  open("error");
  auto in = open("stdin"), out = open("stdout"), resize = open("resize");
  client->write(in, "ls");
  client->write(out, "nobody reads this");
  client->write(resize, "{}");
  client->end(in);
  client->end(out);
  wire.settle();
  EXPECT_EQ(told, "0:ls 4:{} 0:end ");
}

TEST_F(spdy_streams_test, a_reset_stdin_is_an_ended_one) {
  serve({.in = true, .out = true});
  open("error");
  auto in = open("stdin");
  open("stdout");
  client->reset(in, spdy::reset_status::cancel);
  wire.settle();
  EXPECT_EQ(told, "0:end ");
}

TEST_F(spdy_streams_test, the_status_comes_last_and_everything_ends) {
  serve({.out = true});
  auto error = open("error"), out = open("stdout");
  ASSERT_NE(ready, nullptr);
  ready->write(channel::out, "hello");
  ready->finish("{\"status\":\"Success\"}");
  wire.settle();
  EXPECT_EQ(heard[out], "hello");
  EXPECT_EQ(heard[error], "{\"status\":\"Success\"}");
  EXPECT_TRUE(ended.contains(out) && ended.contains(error));
  EXPECT_TRUE(client_closed);
  EXPECT_TRUE(ready->closed());
  EXPECT_EQ(told, "close");
  EXPECT_FALSE(ready->write(channel::out, "late").has_value());
}

TEST_F(spdy_streams_test, a_client_that_leaves_too_early_is_a_failure_and_later_an_end) {
  serve({.in = true, .out = true});
  open("error");
  wire.there->abort();
  wire.settle();
  EXPECT_EQ(failure, "the client did not open its streams");
  EXPECT_EQ(told, "");
}

} // namespace
} // namespace troupe::net::streams
