#include "actors/etcd/sessions.hpp"
#include "actors/etcd/status.hpp"
#include "storage/backup/writer.hpp"
#include <caf/send.hpp>

namespace troupe::actors::etcd {

namespace backup = storage::backup;

/// Sends a backup: leases and all keys of the clients at one revision, page by page, each when the one before has gone
/// out.
class snapshot {
public:
  using pointer = stateful<snapshot_session_state, snapshot_session_actor::base>*;
  snapshot(pointer self, session_dependencies with, std::shared_ptr<net::etcd::snapshot_stream> stream)
      : self_(self), with_(std::move(with)), stream_(std::move(stream)) {}
  ~snapshot() { stream_->finish(server_stopped()); }

  void start() {
    self_->request(with_.store, with_.config.request_timeout, read_atom::value)
      .then([this](mvcc::revision at) { list_leases(at); }, [this](caf::error& e) { fail(e); });
  }
  /// The piece before is on its way.
  void written() {
    if (!done_) return read_page();
    stream_->finish({});
    self_->quit();
  }

private:
  void fail(const caf::error& e) {
    stream_->finish(to_status(e));
    self_->quit();
  }
  void list_leases(mvcc::revision at) {
    at_ = at;
    self_->request(with_.store, with_.config.request_timeout, call_atom::value,
                   share(store::command_request(store::lease_list{})))
      .then(
        [this](const shared<store::command_response>& a) {
          auto now = with_.environment->now().time_since_epoch();
          file_ = std::make_unique<backup::writer>(
            backup::header{at_, std::chrono::duration_cast<std::chrono::seconds>(now).count()});
          for (auto& [id, ttl] : a->leases) file_->add(backup::lease{id, ttl});
          read_page();
        },
        [this](caf::error& e) { fail(e); });
  }
  void read_page() {
    constexpr std::int64_t page_keys = 64;
    mvcc::range_request r;
    r.keys = with_.config.keys.inside(next_, std::string(1, '\0'));
    r.at = at_;
    r.limit = page_keys;
    r.skip_count = true;
    self_->request(with_.store, with_.config.request_timeout, list_atom::value, share(std::move(r)))
      .then([this](const shared<mvcc::range_response>& page) { add(*page); }, [this](caf::error& e) { fail(e); });
  }
  void add(const mvcc::range_response& page) {
    constexpr std::size_t piece_bytes = 32 << 10;
    for (auto& kv : page.kvs) {
      auto shown = *kv;
      shown.key = with_.config.keys.outside(kv->key);
      file_->add(shown);
    }
    done_ = !page.more;
    if (done_) file_->end();
    else next_ = std::string(with_.config.keys.outside(page.kvs.back()->key)) + std::string(1, '\0');
    if (!done_ && file_->pending_bytes() < piece_bytes) return read_page();
    pb::SnapshotResponse out;
    out.set_blob(file_->take());
    stream_->write(std::move(out));
  }

  pointer self_;
  session_dependencies with_;
  std::shared_ptr<net::etcd::snapshot_stream> stream_;
  std::unique_ptr<backup::writer> file_; ///< once the leases are known
  mvcc::revision at_ = 0;
  std::string next_ = std::string(1, '\0');
  bool done_ = false;
};

snapshot_session_state::snapshot_session_state() = default;
snapshot_session_state::~snapshot_session_state() = default;

snapshot_session_actor::behavior_type snapshot_session(snapshot::pointer self, session_dependencies with,
                                                       std::shared_ptr<net::etcd::snapshot_stream> stream) {
  self->state.core = std::make_unique<snapshot>(self, with, stream);
  auto* core = self->state.core.get();
  attach<pb::SnapshotRequest>(self, with, *stream);
  core->start();
  return {[](data_atom, const std::shared_ptr<const pb::SnapshotRequest>&) {},
          [core](written_atom) { core->written(); }, [self](close_atom) { self->quit(); }};
}

} // namespace troupe::actors::etcd
