#pragma once
#include "net/etcd/rpc.pb.h"
#include "net/rpc/status.hpp"
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <variant>

/// The etcd v3 API as calls and streams, without gRPC: what a server shell hands to whoever answers.
namespace troupe::net::etcd {

namespace pb = ::etcdserverpb;

/// How a call or stream ends. Clients match on the text, so that it must be etcd's own.
using rpc::code;
using rpc::status;

/// What every unary call offers. Has one owner at a time, on any thread. A call that is dropped without an answer ends
/// as `unavailable`.
class exchange {
public:
  virtual ~exchange() = default;
  /// The client has left or its deadline is over: nobody waits for the answer.
  [[nodiscard]] virtual bool cancelled() const = 0;
  /// Until the client's deadline; `milliseconds::max()` without one.
  [[nodiscard]] virtual std::chrono::milliseconds left() const = 0;
  /// Sends the response, or the error. Once; request and response are gone afterwards.
  virtual void finish(status s) = 0;
};

template <class Request, class Response> class call : public exchange {
public:
  const Request& request;
  Response& response; ///< to be filled before `finish`

protected:
  call(const Request& q, Response& a) : request(q), response(a) {}
};
template <class Request, class Response> using call_ptr = std::shared_ptr<call<Request, Response>>;

using range_call = call_ptr<pb::RangeRequest, pb::RangeResponse>;
using put_call = call_ptr<pb::PutRequest, pb::PutResponse>;
using delete_range_call = call_ptr<pb::DeleteRangeRequest, pb::DeleteRangeResponse>;
using txn_call = call_ptr<pb::TxnRequest, pb::TxnResponse>;
using compact_call = call_ptr<pb::CompactionRequest, pb::CompactionResponse>;
using lease_grant_call = call_ptr<pb::LeaseGrantRequest, pb::LeaseGrantResponse>;
using lease_revoke_call = call_ptr<pb::LeaseRevokeRequest, pb::LeaseRevokeResponse>;
using lease_time_to_live_call = call_ptr<pb::LeaseTimeToLiveRequest, pb::LeaseTimeToLiveResponse>;
using lease_leases_call = call_ptr<pb::LeaseLeasesRequest, pb::LeaseLeasesResponse>;
using member_list_call = call_ptr<pb::MemberListRequest, pb::MemberListResponse>;
using alarm_call = call_ptr<pb::AlarmRequest, pb::AlarmResponse>;
using status_call = call_ptr<pb::StatusRequest, pb::StatusResponse>;
using defragment_call = call_ptr<pb::DefragmentRequest, pb::DefragmentResponse>;
using hash_call = call_ptr<pb::HashRequest, pb::HashResponse>;
using hash_kv_call = call_ptr<pb::HashKVRequest, pb::HashKVResponse>;
using move_leader_call = call_ptr<pb::MoveLeaderRequest, pb::MoveLeaderResponse>;

using any_call = std::variant<range_call, put_call, delete_range_call, txn_call, compact_call, lease_grant_call,
                              lease_revoke_call, lease_time_to_live_call, lease_leases_call, member_list_call,
                              alarm_call, status_call, defragment_call, hash_call, hash_kv_call, move_leader_call>;

/// A stream as its server sees it: one read and one write under way at a time, so that nothing piles up in it. All
/// members may be called from any thread; after the end they do nothing.
template <class Request, class Response> class stream {
public:
  /// Called on threads of the server, never from within a member of the stream.
  struct listener {
    std::function<void(Request)> received; ///< the answer to `read`
    std::function<void()> written;         ///< `write` is done, the next may follow
    std::function<void()> closed;          ///< the client has left or has nothing more to say; the last call
  };
  virtual ~stream() = default;
  /// Before anything else.
  virtual void listen(listener l) = 0;
  /// Asks for the next message of the client.
  virtual void read() = 0;
  virtual void write(Response message) = 0;
  /// Ends the stream behind the write that is under way.
  virtual void finish(status s) = 0;
};
using watch_stream = stream<pb::WatchRequest, pb::WatchResponse>;
using keepalive_stream = stream<pb::LeaseKeepAliveRequest, pb::LeaseKeepAliveResponse>;
using snapshot_stream = stream<pb::SnapshotRequest, pb::SnapshotResponse>; ///< nothing to read

/// Answers calls. Used by many threads at once; none of these may block.
class handler {
public:
  virtual ~handler() = default;
  virtual void take(any_call c) = 0;
  virtual void open(std::shared_ptr<watch_stream> s) = 0;
  virtual void open(std::shared_ptr<keepalive_stream> s) = 0;
  virtual void open(std::shared_ptr<snapshot_stream> s) = 0;
};

} // namespace troupe::net::etcd
