#include "net/dns/forwarder.hpp"
#include "net/dns/server.hpp"
#include <gtest/gtest.h>

namespace troupe::net::dns {
namespace {

constexpr std::uint32_t loopback = 0x7f000001;

/// Forwarder and upstream in one context.
struct forwarder_test : testing::Test {
  void listen(server::resolver r) {
    auto made = server::listen(context, {.address = loopback, .port = 0}, std::move(r));
    ASSERT_TRUE(made) << made.error();
    s.emplace(std::move(*made));
    config.upstreams = {loopback};
    config.port = s->port();
    config.timeout = std::chrono::milliseconds(100);
  }
  std::optional<message> ask(forwarder& f, const std::string& name, bool stream = false) {
    std::optional<message> out;
    bool done = false;
    f.ask({name, type::a, 1}, stream, [&](std::optional<message> m) {
      out = std::move(m);
      done = true;
    });
    auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    while (!done && std::chrono::steady_clock::now() < deadline) context.run_one_for(std::chrono::milliseconds(100));
    EXPECT_TRUE(done);
    return out;
  }
  server::resolver good = [this](const message& asked, bool stream, std::function<void(message)> reply) {
    ++questions;
    streamed = stream;
    auto out = reply_to(asked);
    out.answers = {{asked.questions[0].name, type::a, 1, 60, a_data(5)}};
    reply(out);
  };
  boost::asio::io_context context{1};
  std::optional<server> s;
  forwarder_config config;
  int questions = 0;
  bool streamed = false;
};

TEST_F(forwarder_test, asks_once_and_then_knows) {
  listen(good);
  forwarder f(context, config, 1);
  auto m = ask(f, "example.org");
  ASSERT_TRUE(m);
  EXPECT_EQ(m->answers[0].data, a_data(5));
  EXPECT_TRUE(ask(f, "EXAMPLE.org"));
  EXPECT_EQ(questions, 1);
}

TEST_F(forwarder_test, asks_over_a_stream_for_clients_that_do) {
  listen(good);
  forwarder f(context, config, 1);
  EXPECT_TRUE(ask(f, "example.org", true));
  EXPECT_TRUE(streamed);
}

TEST_F(forwarder_test, goes_to_the_next_server_when_one_is_silent_or_gone) {
  listen(good);
  config.upstreams = {0x7f000002, loopback}; // Nobody listens on the first.
  forwarder f(context, config, 1);
  EXPECT_TRUE(ask(f, "example.org"));
  EXPECT_TRUE(ask(f, "example.net", true));
}

TEST_F(forwarder_test, gives_up_when_nobody_answers) {
  listen([](const message&, bool, std::function<void(message)>) {});
  forwarder f(context, config, 1);
  EXPECT_FALSE(ask(f, "example.org"));
  config.upstreams.clear();
  forwarder alone(context, config, 1);
  EXPECT_FALSE(ask(alone, "example.org"));
}

TEST_F(forwarder_test, an_answer_to_another_question_is_no_answer) {
  listen([](const message& asked, bool, std::function<void(message)> reply) {
    auto out = reply_to(asked);
    out.questions[0].name = "evil.org";
    reply(out);
  });
  forwarder f(context, config, 1);
  EXPECT_FALSE(ask(f, "example.org"));
}

} // namespace
} // namespace troupe::net::dns
