#include "net/etcd/server.hpp"
#include "net/etcd/rpc.grpc.pb.h"
#include <condition_variable>
#include <grpcpp/create_channel.h>
#include <gtest/gtest.h>
#include <mutex>
#include <vector>

namespace troupe::net::etcd {
namespace {

using namespace std::chrono_literals;

/// Answers puts with their key as previous value, keeps ranges, and echoes watches.
class echo final : public handler {
public:
  void take(any_call c) override {
    if (auto* put = std::get_if<put_call>(&c)) {
      (*put)->response.mutable_prev_kv()->set_key((*put)->request.key());
      (*put)->finish((*put)->request.key().empty() ? status{code::invalid_argument, "etcdserver: key is not provided"}
                                                   : status{});
      return;
    }
    auto* range = std::get_if<range_call>(&c);
    if (range == nullptr) return; // Dropped.
    std::lock_guard lock(mutex_);
    kept_.push_back(*range);
    changed_.notify_all();
  }
  void open(std::shared_ptr<watch_stream> s) override {
    {
      std::lock_guard lock(mutex_);
      watching_ = s;
    }
    s->listen({[this, s](pb::WatchRequest r) {
                 pb::WatchResponse out;
                 out.set_watch_id(r.create_request().watch_id());
                 s->write(std::move(out));
               },
               [s] { s->read(); },
               [this] {
                 std::lock_guard lock(mutex_);
                 ++closed_;
                 changed_.notify_all();
               }});
    s->read();
  }
  void open(std::shared_ptr<keepalive_stream> s) override {
    s->listen({[s](pb::LeaseKeepAliveRequest r) {
                 pb::LeaseKeepAliveResponse out;
                 out.set_id(r.id());
                 s->write(std::move(out));
               },
               [s] { s->read(); },
               [this] {
                 std::lock_guard lock(mutex_);
                 ++closed_;
                 changed_.notify_all();
               }});
    s->read();
  }
  void open(std::shared_ptr<snapshot_stream> s) override { s->finish({}); }

  range_call kept() {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, 10s, [&] { return !kept_.empty(); });
    if (kept_.empty()) return nullptr;
    auto c = kept_.back();
    kept_.pop_back();
    return c;
  }
  /// The stream of the last client.
  std::shared_ptr<watch_stream> watching() {
    std::lock_guard lock(mutex_);
    return watching_;
  }
  bool closed(int count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, 10s, [&] { return closed_ == count; });
  }

private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<range_call> kept_;
  std::shared_ptr<watch_stream> watching_;
  int closed_ = 0;
};

class server_test : public ::testing::Test {
protected:
  void SetUp() override {
    server_config c;
    c.port = 0;
    c.request_bytes_max = 1000;
    c.calls_max = 1;
    auto started = server::start(c, answers);
    ASSERT_TRUE(started.has_value()) << started.error();
    running = std::move(*started);
    channel = grpc::CreateChannel("127.0.0.1:" + std::to_string(running->port()), grpc::InsecureChannelCredentials());
  }
  grpc::Status put(const std::string& key, std::string* answer = nullptr) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + 10s);
    pb::PutRequest q;
    pb::PutResponse a;
    q.set_key(key);
    auto s = pb::KV::NewStub(channel)->Put(&context, q, &a);
    if (answer) *answer = a.prev_kv().key();
    return s;
  }

  echo answers;
  std::unique_ptr<server> running;
  std::shared_ptr<grpc::Channel> channel;
};

TEST_F(server_test, a_call_gets_its_response_or_its_error_with_code_and_text) {
  std::string answer;
  EXPECT_TRUE(put("k", &answer).ok());
  EXPECT_EQ(answer, "k");
  auto s = put("");
  EXPECT_EQ(s.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(s.error_message(), "etcdserver: key is not provided");
}

TEST_F(server_test, a_dropped_call_an_unknown_method_and_a_giant_end_with_an_error) {
  grpc::ClientContext context;
  pb::AlarmResponse a;
  auto s = pb::Maintenance::NewStub(channel)->Alarm(&context, {}, &a);
  EXPECT_EQ(s.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(s.error_message(), "etcdserver: server stopped");
  EXPECT_EQ(put(std::string(600 << 10, 'k')).error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
}

TEST_F(server_test, changes_of_members_are_refused_with_the_reason) {
  grpc::ClientContext context;
  pb::Refused a;
  auto s = pb::Cluster::NewStub(channel)->MemberAdd(&context, {}, &a);
  EXPECT_EQ(s.error_code(), grpc::StatusCode::UNIMPLEMENTED);
  EXPECT_EQ(s.error_message(),
            "etcdserver: the members of this store change with the nodes of its cluster, not by this call");
}

TEST_F(server_test, a_waiting_call_knows_its_deadline_and_more_than_the_limit_are_refused) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + 60s);
  pb::RangeRequest q;
  pb::RangeResponse a;
  grpc::Status ended;
  bool done = false;
  std::mutex mutex;
  std::condition_variable changed;
  auto stub = pb::KV::NewStub(channel);
  stub->async()->Range(&context, &q, &a, [&](grpc::Status s) {
    std::lock_guard lock(mutex);
    ended = s;
    done = true;
    changed.notify_all();
  });
  auto waiting = answers.kept();
  ASSERT_NE(waiting, nullptr);
  EXPECT_LE(waiting->left(), 61s); // gRPC and we read the clock at different moments.
  EXPECT_GT(waiting->left(), 30s);
  EXPECT_FALSE(waiting->cancelled());
  EXPECT_EQ(put("k").error_message(), "etcdserver: too many requests");
  waiting->response.set_count(7);
  waiting->finish({});
  std::unique_lock lock(mutex);
  ASSERT_TRUE(changed.wait_for(lock, 10s, [&] { return done; }));
  EXPECT_TRUE(ended.ok());
  EXPECT_EQ(a.count(), 7);
}

TEST_F(server_test, a_stream_goes_both_ways) {
  grpc::ClientContext context;
  auto stub = pb::Watch::NewStub(channel);
  auto stream = stub->Watch(&context);
  for (int id : {1, 2, 3}) {
    pb::WatchRequest q;
    q.mutable_create_request()->set_watch_id(id);
    ASSERT_TRUE(stream->Write(q));
    pb::WatchResponse a;
    ASSERT_TRUE(stream->Read(&a));
    EXPECT_EQ(a.watch_id(), id);
  }
}

TEST_F(server_test, a_client_that_has_nothing_more_to_ask_is_watching_still) {
  grpc::ClientContext context;
  auto stream = pb::Watch::NewStub(channel)->Watch(&context);
  pb::WatchRequest q;
  pb::WatchResponse a;
  ASSERT_TRUE(stream->Write(q) && stream->Read(&a));
  stream->WritesDone();
  a.set_watch_id(7);
  answers.watching()->write(a);
  ASSERT_TRUE(stream->Read(&a));
  EXPECT_EQ(a.watch_id(), 7);
  context.TryCancel();
  EXPECT_TRUE(answers.closed(1));
}

TEST_F(server_test, a_client_that_keeps_no_lease_alive_any_more_is_done) {
  grpc::ClientContext context;
  auto stream = pb::Lease::NewStub(channel)->LeaseKeepAlive(&context);
  pb::LeaseKeepAliveRequest q;
  pb::LeaseKeepAliveResponse a;
  q.set_id(5);
  ASSERT_TRUE(stream->Write(q) && stream->Read(&a));
  EXPECT_EQ(a.id(), 5);
  stream->WritesDone();
  EXPECT_TRUE(stream->Finish().ok());
  EXPECT_TRUE(answers.closed(1));
}

TEST_F(server_test, a_cancelled_stream_is_told_and_a_stopping_server_ends_the_others) {
  auto stub = pb::Watch::NewStub(channel);
  grpc::ClientContext first, second;
  auto a = stub->Watch(&first), b = stub->Watch(&second);
  pb::WatchRequest q;
  pb::WatchResponse r;
  ASSERT_TRUE(a->Write(q) && a->Read(&r) && b->Write(q) && b->Read(&r));
  first.TryCancel();
  EXPECT_TRUE(answers.closed(1));
  running->stop(0ms);
  EXPECT_TRUE(answers.closed(2));
}

TEST_F(server_test, a_taken_port_and_plain_text_to_others_are_refused_with_a_sentence) {
  server_config c;
  c.port = running->port();
  EXPECT_FALSE(server::start(c, answers).has_value());
  c.host = "0.0.0.0";
  auto open = server::start(c, answers);
  ASSERT_FALSE(open.has_value());
  EXPECT_NE(open.error().find("loopback"), std::string::npos);
}

TEST(loopback_test, tells_addresses_that_only_this_machine_reaches) {
  for (auto* host : {"127.0.0.1", "127.9.9.9", "::1", "localhost"}) EXPECT_TRUE(is_loopback(host)) << host;
  for (auto* host : {"0.0.0.0", "::", "10.0.0.1", "127.example.com", ""}) EXPECT_FALSE(is_loopback(host)) << host;
}

} // namespace
} // namespace troupe::net::etcd
