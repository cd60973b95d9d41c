#include "net/etcd/server.hpp"
#include "net/etcd/methods.hpp"
#include "net/rpc/server.hpp"
#include <algorithm>
#include <mutex>
#include <thread>

namespace troupe::net::etcd {

namespace {

constexpr std::size_t message_overhead_bytes = 512 << 10; // etcd's allowance above the request itself.

const status too_many{code::resource_exhausted, "etcdserver: too many requests"};
const status not_by_clients{code::unimplemented, "etcdserver: the members of this store change with the nodes of its "
                                                 "cluster, not by this call"};
const status not_admitted{code::permission_denied, "etcdserver: permission denied"};
const status dropped{code::unavailable, "etcdserver: server stopped"};
const status unreadable{code::internal, "grpc: error unmarshalling request"};
const status not_one{code::internal, "grpc: a request of this method is one message"};

template <class Message> std::string prefixed(const Message& m) {
  const auto n = m.ByteSizeLong();
  std::string out(rpc::prefix_bytes + n, '\0');
  rpc::write_prefix(out.data(), static_cast<std::uint32_t>(n));
  m.SerializeWithCachedSizesToArray(reinterpret_cast<std::uint8_t*>(out.data()) + rpc::prefix_bytes);
  return out;
}
template <class Message> bool parse(Message& into, std::string_view bytes) {
  return into.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
}

/// Counts what is under way. Outlives the server where calls do.
struct census {
  std::atomic<std::size_t> calls{0}, streams{0};
};

template <class Request, class Response> struct messages {
  Request asked;
  Response answered;
};

template <class Request, class Response>
class unary final : private messages<Request, Response>,
                    public call<Request, Response>,
                    public rpc::callee,
                    public std::enable_shared_from_this<unary<Request, Response>> {
public:
  unary(handler& answers, std::shared_ptr<census> counts, std::shared_ptr<rpc::call> c)
      : call<Request, Response>(this->asked, this->answered), answers_(answers), counts_(std::move(counts)),
        call_(std::move(c)) {
    ++counts_->calls;
  }
  ~unary() override { unary::finish(dropped); }

  bool cancelled() const override { return call_ == nullptr || call_->over(); }
  std::chrono::milliseconds left() const override {
    const auto end = call_ ? call_->deadline() : http::clock::time_point::max();
    if (end == http::clock::time_point::max()) return std::chrono::milliseconds::max();
    return std::chrono::ceil<std::chrono::milliseconds>(end - http::clock::now());
  }
  void finish(status s) override {
    if (call_ == nullptr) return;
    --counts_->calls;
    const auto last = std::exchange(call_, nullptr);
    if (s.what == code::ok) last->finish_with(prefixed(this->answered));
    else last->finish(std::move(s));
  }

  void received(std::string_view message) override {
    ++count_;
    readable_ = readable_ && parse(this->asked, message);
  }
  void ended() override {
    if (count_ != 1) return finish(not_one);
    if (!readable_) return finish(unreadable);
    answers_.take(call_ptr<Request, Response>(this->shared_from_this()));
  }

private:
  handler& answers_;
  std::shared_ptr<census> counts_;
  std::shared_ptr<rpc::call> call_; ///< null once finished
  unsigned count_ = 0;
  bool readable_ = true;
};

template <class Request, class Response>
class streaming final : public stream<Request, Response>,
                        public rpc::callee,
                        public std::enable_shared_from_this<streaming<Request, Response>> {
public:
  using listener = typename stream<Request, Response>::listener;

  streaming(std::shared_ptr<census> counts, std::shared_ptr<rpc::call> c)
      : counts_(std::move(counts)), call_(std::move(c)) {}

  void listen(listener l) override {
    std::unique_lock lock(mutex_);
    listener_ = std::move(l);
    if (left_) tell_closed(lock);
  }
  void read() override { call_->want(); }
  void write(Response message) override {
    {
      std::lock_guard lock(mutex_);
      if (left_ || std::exchange(writing_, true)) return;
    }
    call_->send(prefixed(message));
  }
  void finish(status s) override { call_->finish(std::move(s)); }

  void received(std::string_view message) override {
    Request in;
    if (!parse(in, message)) return call_->finish(unreadable);
    std::unique_lock lock(mutex_);
    const auto tell = listener_.received;
    lock.unlock();
    if (tell) tell(std::move(in));
  }
  void written() override {
    std::unique_lock lock(mutex_);
    writing_ = false;
    const auto tell = listener_.written;
    lock.unlock();
    if (tell) tell();
  }
  /// The client has nothing more to ask. As in etcd its watches go on, and all else is done.
  void ended() override {
    if constexpr (std::is_same_v<Request, pb::WatchRequest>) return;
    call_->finish({});
    leave();
  }
  void closed() override {
    --counts_->streams;
    leave();
  }

private:
  void leave() {
    std::unique_lock lock(mutex_);
    left_ = true;
    tell_closed(lock);
  }
  void tell_closed(std::unique_lock<std::mutex>& lock) {
    const auto last = std::exchange(listener_, {}); // It may hold who holds us.
    lock.unlock();
    if (last.closed) last.closed();
  }

  std::shared_ptr<census> counts_;
  std::shared_ptr<rpc::call> call_;
  std::mutex mutex_;
  listener listener_;
  bool writing_ = false, left_ = false;
};

/// etcd's services behind one handler.
class services final : public rpc::service {
public:
  services(const server_config& c, handler& h)
      : answers_(h), calls_max_(c.calls_max), streams_max_(c.streams_max), admits_(c.admits) {}

  std::optional<status> refuses(const rpc::peer& who) override {
    if (!admits_) return std::nullopt;
    if (!who.certificate_pem.empty() && admits_(who.certificate_pem)) return std::nullopt;
    return not_admitted;
  }
  std::optional<int> find(std::string_view path) const override {
    const auto found = find_method(path);
    if (!found) return std::nullopt;
    return static_cast<int>(*found);
  }
  std::variant<answerer, status> open(int what, std::shared_ptr<rpc::call> c) override {
    switch (static_cast<method>(what)) {
      case method::range: return begin<pb::RangeRequest, pb::RangeResponse>(std::move(c));
      case method::put: return begin<pb::PutRequest, pb::PutResponse>(std::move(c));
      case method::delete_range: return begin<pb::DeleteRangeRequest, pb::DeleteRangeResponse>(std::move(c));
      case method::txn: return begin<pb::TxnRequest, pb::TxnResponse>(std::move(c));
      case method::compact: return begin<pb::CompactionRequest, pb::CompactionResponse>(std::move(c));
      case method::lease_grant: return begin<pb::LeaseGrantRequest, pb::LeaseGrantResponse>(std::move(c));
      case method::lease_revoke: return begin<pb::LeaseRevokeRequest, pb::LeaseRevokeResponse>(std::move(c));
      case method::lease_time_to_live:
        return begin<pb::LeaseTimeToLiveRequest, pb::LeaseTimeToLiveResponse>(std::move(c));
      case method::lease_leases: return begin<pb::LeaseLeasesRequest, pb::LeaseLeasesResponse>(std::move(c));
      case method::member_list: return begin<pb::MemberListRequest, pb::MemberListResponse>(std::move(c));
      case method::alarm: return begin<pb::AlarmRequest, pb::AlarmResponse>(std::move(c));
      case method::status: return begin<pb::StatusRequest, pb::StatusResponse>(std::move(c));
      case method::defragment: return begin<pb::DefragmentRequest, pb::DefragmentResponse>(std::move(c));
      case method::hash: return begin<pb::HashRequest, pb::HashResponse>(std::move(c));
      case method::hash_kv: return begin<pb::HashKVRequest, pb::HashKVResponse>(std::move(c));
      case method::move_leader: return begin<pb::MoveLeaderRequest, pb::MoveLeaderResponse>(std::move(c));
      case method::watch: return open_stream<pb::WatchRequest, pb::WatchResponse>(std::move(c));
      case method::lease_keep_alive:
        return open_stream<pb::LeaseKeepAliveRequest, pb::LeaseKeepAliveResponse>(std::move(c));
      case method::snapshot: return open_stream<pb::SnapshotRequest, pb::SnapshotResponse>(std::move(c));
      case method::refused: break;
    }
    return not_by_clients;
  }

private:
  template <class Request, class Response> std::variant<answerer, status> begin(std::shared_ptr<rpc::call> c) {
    if (counts_->calls >= calls_max_) return too_many;
    return answerer{std::make_shared<unary<Request, Response>>(answers_, counts_, std::move(c)), true};
  }
  template <class Request, class Response> std::variant<answerer, status> open_stream(std::shared_ptr<rpc::call> c) {
    if (counts_->streams >= streams_max_) return too_many;
    ++counts_->streams;
    auto made = std::make_shared<streaming<Request, Response>>(counts_, std::move(c));
    answers_.open(std::shared_ptr<stream<Request, Response>>(made));
    return answerer{std::move(made)};
  }

  handler& answers_;
  std::size_t calls_max_, streams_max_;
  std::function<bool(const std::string&)> admits_;
  std::shared_ptr<census> counts_ = std::make_shared<census>();
};

class rpc_server final : public server {
public:
  rpc_server(const server_config& c, handler& h) : services_(c, h) {}
  ~rpc_server() override { rpc_server::stop(std::chrono::milliseconds(0)); }

  tl::expected<void, std::string> listen(rpc::server_config c) {
    auto started = rpc::server::start(std::move(c), services_);
    if (!started) return tl::make_unexpected(started.error());
    running_ = std::move(*started);
    return {};
  }
  std::uint16_t port() const override { return running_->port(); }
  void stop(std::chrono::milliseconds grace) override {
    if (running_) running_->stop(grace);
  }

private:
  services services_;
  std::unique_ptr<rpc::server> running_;
};

tl::expected<std::optional<tls::context>, std::string> context_of(const std::optional<server_tls>& given) {
  if (!given) return std::optional<tls::context>();
  tls::server_options o;
  o.certificate_pem = given->certificate;
  o.key_pem = given->key;
  o.client_ca_pem = given->client_ca;
  o.alpn = {"h2"};
  o.require_client_certificate = !given->client_ca.empty();
  auto made = tls::context::server(o);
  if (!made) return tl::make_unexpected(made.error());
  return std::move(*made);
}

/// Answers are made by other threads: a few serve many clients.
unsigned thread_count() { return std::clamp(std::thread::hardware_concurrency() / 2, 1U, 4U); }

} // namespace

bool is_loopback(std::string_view host) {
  return host == "localhost" || host == "::1" ||
         (host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string_view::npos);
}

tl::expected<std::unique_ptr<server>, std::string> server::start(const server_config& c, handler& h) {
  if (!c.tls && !is_loopback(c.host))
    return tl::make_unexpected("plain text is only served on a loopback address: give a certificate and a key to "
                               "listen on " + c.host);
  auto context = context_of(c.tls);
  if (!context) return tl::make_unexpected(context.error());
  rpc::server_config r;
  r.where.address = c.host == "localhost" ? "127.0.0.1" : c.host;
  r.where.port = c.port;
  r.where.tls = std::move(*context);
  r.where.threads = thread_count();
  r.where.name = "etcd";
  r.message_bytes_max = c.request_bytes_max + message_overhead_bytes;
  auto out = std::make_unique<rpc_server>(c, h);
  if (auto ok = out->listen(std::move(r)); !ok) return tl::make_unexpected(ok.error());
  return out;
}

} // namespace troupe::net::etcd
