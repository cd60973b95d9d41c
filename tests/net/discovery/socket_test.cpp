#include "net/discovery/listener.hpp"
#include "net/discovery/search.hpp"
#include <boost/asio/post.hpp>
#include <gtest/gtest.h>
#include <net/if.h>
#include <thread>

namespace troupe::net::discovery {
namespace {

using namespace std::chrono_literals;

/// A group of this test alone, on loopback: its port is any free one.
struct socket_test : testing::Test {
  group where{.port = 0, .interfaces = {if_nametoindex("lo")}};
  boost::asio::io_context context{1};
  std::vector<listener> listeners;
  std::thread thread;

  void listen(listener::handler handle) {
    auto l = listener::open(context, where, std::move(handle));
    ASSERT_TRUE(l.has_value()) << l.error();
    where.port = l->port();
    listeners.push_back(std::move(*l));
  }
  void go() {
    thread = std::thread([this] { context.run(); });
  }
  /// Afterwards what handlers have written may be read.
  void end() {
    if (!thread.joinable()) return;
    boost::asio::post(context, [this] { listeners.clear(); });
    thread.join();
  }
  void TearDown() override { end(); }
};

TEST_F(socket_test, a_question_to_the_group_is_answered_to_the_one_who_asks) {
  for (const std::string name : {"one", "two"}) // Several clusters on a machine share the port.
    listen([name](std::string_view asked, const std::string& from, auto) -> std::optional<std::string> {
      EXPECT_FALSE(from.empty());
      return std::string(asked) + " answered by " + name;
    });
  go();
  std::set<std::string> heard;
  int asked = 0;
  auto sent = search({where, 20ms, 10s}, [&] { return "question " + std::to_string(asked++); },
                     [&](std::string_view said, const std::string& from) -> std::optional<std::chrono::milliseconds> {
                       EXPECT_FALSE(from.empty());
                       heard.emplace(said.substr(said.find(" answered")));
                       if (heard.size() == 2) return 0ms;
                       return std::nullopt;
                     });
  ASSERT_TRUE(sent.has_value()) << sent.error();
  EXPECT_GE(*sent, 1U);
  EXPECT_EQ(heard, (std::set<std::string>{" answered by one", " answered by two"}));
}

TEST_F(socket_test, who_gets_no_answer_asks_again_until_the_end) {
  int heard = 0; // On the listener's thread; read after its end.
  listen([&](std::string_view, const std::string&, auto) -> std::optional<std::string> {
    if (++heard < 3) return std::nullopt;
    return "at last";
  });
  go();
  bool found = false;
  auto sent = search({where, 10ms, 10s}, [] { return "question"; },
                     [&](std::string_view, const std::string&) -> std::optional<std::chrono::milliseconds> {
                       found = true;
                       return 0ms;
                     });
  ASSERT_TRUE(sent.has_value()) << sent.error();
  EXPECT_TRUE(found);
  EXPECT_GE(*sent, 3U);
  auto begin = std::chrono::steady_clock::now();
  auto in_vain = search({{.port = 1, .interfaces = where.interfaces}, 10ms, 50ms}, [] { return "question"; },
                        [](auto, auto&) { return std::optional<std::chrono::milliseconds>(); });
  EXPECT_TRUE(in_vain.has_value());
  EXPECT_GE(std::chrono::steady_clock::now() - begin, 50ms);
}

TEST_F(socket_test, what_is_too_long_is_not_heard) {
  std::vector<std::size_t> heard;
  listen([&](std::string_view asked, const std::string&, auto) -> std::optional<std::string> {
    heard.push_back(asked.size());
    return "yes";
  });
  go();
  std::size_t size = 5000;
  auto sent = search({where, 10ms, 10s},
                     [&] {
                       std::string out(size, 'x');
                       size = size > 1200 ? size > 1201 ? 1201 : 1200 : size;
                       return out;
                     },
                     [](auto, auto&) { return std::optional(0ms); });
  ASSERT_TRUE(sent.has_value()) << sent.error();
  EXPECT_GE(*sent, 3U);
  end();
  ASSERT_FALSE(heard.empty());
  EXPECT_EQ(std::set(heard.begin(), heard.end()), std::set<std::size_t>{1200});
}

TEST_F(socket_test, without_an_interface_nothing_is_sent) {
  auto sent = search({{.port = 1, .interfaces = {999'999}}, 10ms, 30ms}, [] { return "question"; },
                     [](auto, auto&) { return std::optional(0ms); });
  ASSERT_TRUE(sent.has_value()) << sent.error();
  EXPECT_EQ(*sent, 0U);
}

} // namespace
} // namespace troupe::net::discovery
