#pragma once
#include "net/etcd/rpc.grpc.pb.h"
#include "tools/store/etcd_process.hpp"
#include <gtest/gtest.h>
#include <grpcpp/create_channel.h>

namespace troupe::tools::store::test {

/// A store that serves, and a client of it.
class serving {
public:
  explicit serving(const std::string& dir) {
    serve_settings s;
    s.data_dir = dir;
    s.listen = "127.0.0.1:0";
    auto started = etcd_process::start(s);
    if (!started) {
      ADD_FAILURE() << started.error();
      return;
    }
    process = std::move(*started);
    kv = etcdserverpb::KV::NewStub(grpc::CreateChannel(endpoint(), grpc::InsecureChannelCredentials()));
  }
  [[nodiscard]] std::string endpoint() const { return "127.0.0.1:" + std::to_string(process->port()); }
  void put(const std::string& key, const std::string& value) {
    grpc::ClientContext context;
    etcdserverpb::PutRequest q;
    etcdserverpb::PutResponse a;
    q.set_key(key);
    q.set_value(value);
    auto s = kv->Put(&context, q, &a);
    EXPECT_TRUE(s.ok()) << s.error_message();
  }
  /// "key=value@revision" of all keys, and the store's revision.
  std::string list() {
    grpc::ClientContext context;
    etcdserverpb::RangeRequest q;
    etcdserverpb::RangeResponse a;
    q.set_key(std::string(1, '\0'));
    q.set_range_end(std::string(1, '\0'));
    auto s = kv->Range(&context, q, &a);
    EXPECT_TRUE(s.ok()) << s.error_message();
    std::string out;
    for (auto& x : a.kvs()) out += x.key() + "=" + x.value() + "@" + std::to_string(x.mod_revision()) + " ";
    return out + "at " + std::to_string(a.header().revision());
  }
  std::unique_ptr<etcd_process> process;
  std::unique_ptr<etcdserverpb::KV::Stub> kv;
};

} // namespace troupe::tools::store::test
