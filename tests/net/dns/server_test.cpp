#include "net/dns/server.hpp"
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>
#include <thread>

namespace troupe::net::dns {
namespace {

namespace asio = boost::asio;
constexpr std::uint32_t loopback = 0x7f000001;

/// A server on loopback that answers every name with `count` addresses.
struct server_test : testing::Test {
  void SetUp() override {
    auto made =
        server::listen(context, {.address = loopback, .port = 0, .connections_max = 2, .client_in_flight_max = 3},
                       [this](const message& asked, bool, std::function<void(message)> reply) {
                         if (silent) return held.push_back(std::move(reply));
                         auto out = reply_to(asked);
                         out.answers.assign(count, {asked.questions[0].name, type::a, 1, 30, a_data(1)});
                         reply(out);
                       });
    ASSERT_TRUE(made) << made.error();
    s.emplace(std::move(*made));
    at = s->port();
    thread = std::thread([this] { context.run(); });
  }
  void TearDown() override {
    asio::post(context, [this] {
      held.clear();
      s.reset();
    });
    thread.join();
  }
  static message question(std::string name) {
    message m;
    m.id = 7;
    m.questions = {{std::move(name), type::a, 1}};
    return m;
  }
  std::optional<message> by_datagram(const std::vector<std::uint8_t>& bytes) {
    asio::io_context mine;
    asio::ip::udp::socket client(mine, asio::ip::udp::v4());
    client.connect({asio::ip::address_v4(loopback), at});
    client.send(asio::buffer(bytes));
    std::vector<std::uint8_t> in(4096);
    in.resize(client.receive(asio::buffer(in)));
    size = in.size();
    return decode(in);
  }
  std::atomic<std::size_t> count = 1;
  std::atomic<bool> silent = false; ///< questions wait for an answer that does not come
  std::vector<std::function<void(message)>> held;
  std::size_t size = 0;
  std::uint16_t at = 0;
  asio::io_context context{1};
  std::optional<server> s;
  std::thread thread;
};

TEST_F(server_test, answers_datagrams) {
  auto m = by_datagram(encode(question("web")));
  ASSERT_TRUE(m);
  EXPECT_EQ(m->id, 7);
  EXPECT_EQ(m->answers.size(), 1u);
}

TEST_F(server_test, cuts_what_a_client_cannot_take) {
  count = 100;
  EXPECT_TRUE(by_datagram(encode(question("web")))->truncated);
  EXPECT_LE(size, 512u);
  auto large = question("web");
  large.udp_size = std::uint16_t{4096};
  EXPECT_TRUE(by_datagram(encode(large))->truncated);
  EXPECT_GT(size, 1000u);
  EXPECT_LE(size, 1232u);
}

TEST_F(server_test, a_client_with_many_open_questions_is_refused_more) {
  silent = true;
  asio::io_context mine;
  asio::ip::udp::socket client(mine, asio::ip::udp::v4());
  client.connect({asio::ip::address_v4(loopback), at});
  for (int i = 0; i < 4; ++i) client.send(asio::buffer(encode(question("web"))));
  std::vector<std::uint8_t> in(4096);
  in.resize(client.receive(asio::buffer(in)));
  auto m = decode(in);
  ASSERT_TRUE(m);
  EXPECT_EQ(m->code, rcode::refused);
}

TEST_F(server_test, says_what_is_wrong_with_a_question) {
  auto m = question("web");
  m.opcode = 5;
  EXPECT_EQ(by_datagram(encode(m))->code, rcode::not_implemented);
  m = question("web");
  m.questions.push_back(m.questions[0]);
  EXPECT_EQ(by_datagram(encode(m))->code, rcode::format_error);
  m = question("web");
  m.questions[0].klass = 3;
  EXPECT_EQ(by_datagram(encode(m))->code, rcode::refused);
}

TEST_F(server_test, answers_question_after_question_over_a_stream) {
  count = 100;
  asio::io_context mine;
  asio::ip::tcp::socket client(mine);
  client.connect({asio::ip::address_v4(loopback), at});
  for (int i = 0; i < 3; ++i) {
    auto body = encode(question("web"));
    std::vector<std::uint8_t> out{0, static_cast<std::uint8_t>(body.size())};
    out.insert(out.end(), body.begin(), body.end());
    asio::write(client, asio::buffer(out));
    std::array<std::uint8_t, 2> head;
    asio::read(client, asio::buffer(head));
    std::vector<std::uint8_t> in(static_cast<std::size_t>(head[0] << 8 | head[1]));
    asio::read(client, asio::buffer(in));
    auto m = decode(in);
    ASSERT_TRUE(m);
    EXPECT_FALSE(m->truncated);
    EXPECT_EQ(m->answers.size(), 100u);
  }
}

TEST_F(server_test, garbage_over_a_stream_closes_it) {
  asio::io_context mine;
  asio::ip::tcp::socket client(mine);
  client.connect({asio::ip::address_v4(loopback), at});
  asio::write(client, asio::buffer("\0\3abc", 5));
  char byte;
  boost::system::error_code e;
  client.read_some(asio::buffer(&byte, 1), e);
  EXPECT_TRUE(e);
}

} // namespace
} // namespace troupe::net::dns
