#include "net/etcd/client.hpp"
#include "net/etcd/rpc.grpc.pb.h"
#include <grpc/support/log.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

namespace troupe::net::etcd {

namespace {

std::shared_ptr<grpc::ChannelCredentials> credentials(const std::optional<client_tls>& tls) {
  if (!tls) return grpc::InsecureChannelCredentials();
  return grpc::SslCredentials({tls->ca, tls->key, tls->certificate});
}

} // namespace

tl::expected<void, std::string> fetch_snapshot(const client_config& c, const piece_sink& sink) {
  gpr_set_log_function([](gpr_log_func_args*) {}); // Every failed attempt would be lines on standard error.
  auto channel = grpc::CreateChannel(c.endpoint, credentials(c.tls));
  if (!channel->WaitForConnected(std::chrono::system_clock::now() + c.connect_limit))
    return tl::make_unexpected("nobody answers at " + c.endpoint +
                               (c.tls ? ", or its certificate or ours is not accepted" : " in plain text"));
  grpc::ClientContext context;
  auto stream = ::etcdserverpb::Maintenance::NewStub(channel)->Snapshot(&context, {});
  ::etcdserverpb::SnapshotResponse piece;
  tl::expected<void, std::string> taken;
  while (taken && stream->Read(&piece)) taken = sink(piece.blob());
  if (!taken) context.TryCancel();
  auto ended = stream->Finish();
  if (!taken) return taken;
  if (!ended.ok()) return tl::make_unexpected(c.endpoint + ": " + ended.error_message());
  return {};
}

} // namespace troupe::net::etcd
