#include "net/certificates/certificate.hpp"
#include "net/etcd/client.hpp"
#include "net/etcd/rpc.grpc.pb.h"
#include "net/etcd/server.hpp"
#include <atomic>
#include <grpcpp/create_channel.h>
#include <gtest/gtest.h>

namespace troupe::net::etcd {
namespace {

using namespace std::chrono_literals;

/// Answers everything.
class obliging final : public handler {
public:
  void take(any_call c) override {
    std::visit([](auto& x) { x->finish({}); }, c);
  }
  void open(std::shared_ptr<watch_stream> s) override { s->finish({}); }
  void open(std::shared_ptr<keepalive_stream> s) override { s->finish({}); }
  void open(std::shared_ptr<snapshot_stream> s) override { s->finish({}); }
};

struct identities {
  certificates::credential authority, server, master, user;
};
const identities& all() {
  static const identities made = [] {
    const auto random = certificates::system_random();
    const certificates::validity when{std::chrono::system_clock::now()};
    auto ca = certificates::make_authority("ca", when, random).value();
    auto issue = [&](certificates::certificate_request what) {
      return certificates::issue(ca, what, when, random).value();
    };
    return identities{ca, issue({.common_name = "server", .ip_addresses = {"127.0.0.1"}, .server = true}),
                      issue({.common_name = "admin", .organizations = {"system:masters"}, .client = true}),
                      issue({.common_name = "alice", .organizations = {"devs"}, .client = true})};
  }();
  return made;
}

/// A server for masters only.
class admission_test : public ::testing::Test {
protected:
  void SetUp() override {
    server_config c;
    c.port = 0;
    c.tls = server_tls{all().server.certificate_pem, all().server.key.private_pem(), all().authority.certificate_pem};
    c.admits = [this](const std::string& pem) {
      ++judged;
      auto facts = certificates::inspect(pem);
      return facts && facts->organizations == std::vector<std::string>{"system:masters"};
    };
    auto started = server::start(c, answers);
    ASSERT_TRUE(started.has_value()) << started.error();
    running = std::move(*started);
  }
  void TearDown() override { running->stop(0ms); }
  std::shared_ptr<grpc::Channel> channel_of(const certificates::credential& who) {
    return grpc::CreateChannel(
      "127.0.0.1:" + std::to_string(running->port()),
      grpc::SslCredentials({all().authority.certificate_pem, who.key.private_pem(), who.certificate_pem}));
  }
  grpc::Status put(const certificates::credential& who) { return put(channel_of(who)); }
  grpc::Status put(const std::shared_ptr<grpc::Channel>& channel) {
    grpc::ClientContext context;
    pb::PutResponse a;
    return pb::KV::NewStub(channel)->Put(&context, {}, &a);
  }
  tl::expected<void, std::string> fetch(const certificates::credential& who) {
    client_config c{"127.0.0.1:" + std::to_string(running->port()),
                    client_tls{all().authority.certificate_pem, who.certificate_pem, who.key.private_pem()}};
    return fetch_snapshot(c, [](std::string_view) { return tl::expected<void, std::string>(); });
  }
  obliging answers;
  std::atomic<int> judged{0};
  std::unique_ptr<server> running;
};

TEST_F(admission_test, a_certificate_of_the_authority_alone_opens_nothing) {
  EXPECT_TRUE(put(all().master).ok());
  auto refused = put(all().user);
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(refused.error_message(), "etcdserver: permission denied");
}

TEST_F(admission_test, streams_are_guarded_too) {
  EXPECT_TRUE(fetch(all().master).has_value());
  auto refused = fetch(all().user);
  ASSERT_FALSE(refused.has_value());
  EXPECT_NE(refused.error().find("permission denied"), std::string::npos);
}

TEST_F(admission_test, a_certificate_is_judged_once_a_connection) {
  auto channel = channel_of(all().user);
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(put(channel).ok());
  EXPECT_EQ(judged, 1);
}

} // namespace
} // namespace troupe::net::etcd
