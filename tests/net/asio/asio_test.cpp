#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <gtest/gtest.h>

namespace {

TEST(asio, is_compiled_once_and_linked) {
  boost::asio::io_context context(1);
  boost::asio::steady_timer timer(context, std::chrono::milliseconds(1));
  bool fired = false;
  timer.async_wait([&](boost::system::error_code error) { fired = !error; });
  boost::asio::ip::tcp::acceptor acceptor(context, {boost::asio::ip::address_v4::loopback(), 0});
  boost::asio::ip::tcp::socket near(context), far(context);
  acceptor.async_accept(far, [](boost::system::error_code error) { EXPECT_FALSE(error); });
  near.connect(acceptor.local_endpoint());
  context.run();
  EXPECT_TRUE(fired);
  EXPECT_EQ(near.local_endpoint(), far.remote_endpoint());
}

} // namespace
