#include "net/etcd/client.hpp"
#include "net/etcd/server.hpp"
#include <gtest/gtest.h>

namespace troupe::net::etcd {
namespace {

using namespace std::chrono_literals;

/// Gives a snapshot of some pieces away and then ends it as told.
class giver final : public handler {
public:
  status last;
  void take(any_call) override {}
  void open(std::shared_ptr<watch_stream>) override {}
  void open(std::shared_ptr<keepalive_stream>) override {}
  void open(std::shared_ptr<snapshot_stream> s) override {
    auto left = std::make_shared<int>(3);
    auto next = [s, left, this] {
      if ((*left)-- == 0) return s->finish(last);
      pb::SnapshotResponse piece;
      piece.set_blob(std::to_string(*left));
      s->write(std::move(piece));
    };
    s->listen({[](const pb::SnapshotRequest&) {}, next, [] {}});
    next();
  }
};

class client_test : public ::testing::Test {
protected:
  void SetUp() override {
    server_config c;
    c.port = 0;
    auto started = server::start(c, answers);
    ASSERT_TRUE(started.has_value()) << started.error();
    running = std::move(*started);
    where.endpoint = "127.0.0.1:" + std::to_string(running->port());
  }
  void TearDown() override { running->stop(0ms); }
  piece_sink keep() {
    return [this](std::string_view piece) -> tl::expected<void, std::string> {
      got += piece;
      return {};
    };
  }
  giver answers;
  std::unique_ptr<server> running;
  client_config where;
  std::string got;
};

TEST_F(client_test, all_pieces_of_a_snapshot_arrive_in_order) {
  auto done = fetch_snapshot(where, keep());
  EXPECT_TRUE(done.has_value());
  EXPECT_EQ(got, "210");
}

TEST_F(client_test, a_snapshot_that_the_server_breaks_off_is_an_error_with_its_reason) {
  answers.last = {code::out_of_range, "etcdserver: mvcc: required revision has been compacted"};
  auto done = fetch_snapshot(where, keep());
  ASSERT_FALSE(done.has_value());
  EXPECT_EQ(done.error(), where.endpoint + ": etcdserver: mvcc: required revision has been compacted");
}

TEST_F(client_test, what_the_sink_says_ends_it) {
  auto done = fetch_snapshot(where, [](std::string_view) -> tl::expected<void, std::string> {
    return tl::make_unexpected("the disk is full");
  });
  ASSERT_FALSE(done.has_value());
  EXPECT_EQ(done.error(), "the disk is full");
}

TEST_F(client_test, nobody_at_the_endpoint_is_said_so) {
  running->stop(0ms);
  where.connect_limit = 100ms;
  auto done = fetch_snapshot(where, keep());
  ASSERT_FALSE(done.has_value());
  EXPECT_EQ(done.error(), "nobody answers at " + where.endpoint + " in plain text");
}

} // namespace
} // namespace troupe::net::etcd
