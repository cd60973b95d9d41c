#include "tools/store/etcd_process.hpp"
#include "actors/store/shard_files.hpp"
#include "actors/store/store.hpp"
#include "net/etcd/space_quota.hpp"
#include "tools/store/etcd_service.hpp"
#include "tools/store/pem.hpp"
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>
#include <filesystem>
#include <fmt/format.h>
#include <limits>
#include <thread>

namespace troupe::tools::store {

namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;
using actors::store::store_config;

constexpr auto ready_limit = 30s;
/// A store that serves nothing else may be written fast: each flush is merged with all keys that it has versions of, so
/// few large ones cost far less than many small ones. What is not flushed is applied again at the next start.
constexpr std::size_t write_buffer_bytes = 64 << 20;
constexpr std::uint64_t flush_entries = 50'000, flush_bytes = 64 << 20;

/// The other half of the processors is for the event loops, the log and RocksDB: a thread too many costs a switch for
/// each message.
unsigned worker_count() { return std::max(1u, std::thread::hardware_concurrency() / 2); }

struct system_config : caf::actor_system_config {
  system_config() {
    set("scheduler.policy", caf::atom("sharing"));
    set("scheduler.max-threads", std::size_t{worker_count()});
    set("scheduler.max-throughput", 300);
  }
};

/// etcd compacts only when it is told to, and never gives a slow watcher up.
store_config config_of(const serve_settings& s) {
  store_config c;
  c.path = s.data_dir;
  c.request_bytes_max = s.request_bytes_max + (512 << 10); // The front judges requests as etcd does; room for framing.
  c.operations_max = static_cast<std::size_t>(s.operations_max);
  c.watches_max = 1'000'000;
  c.subscriber_lag_max = std::numeric_limits<std::int64_t>::max();
  c.history_revisions_max = std::numeric_limits<std::int64_t>::max();
  constexpr auto never = std::chrono::hours(24 * 365 * 100);
  c.history_window = s.history_seconds > 0 ? std::chrono::seconds(s.history_seconds) : never;
  // Half for blocks that were read, half for versions that are likely to be written again.
  c.cache_bytes = c.recent_bytes = s.cache_mb << 19;
  c.write_buffer_bytes = write_buffer_bytes;
  c.flush_entries = flush_entries;
  c.flush_bytes = flush_bytes;
  c.write_here_entries = 4;
  return c;
}

/// Stable over restarts, as clients may remember them.
std::uint64_t id_of(const std::string& text) {
  std::uint64_t h = 14695981039346656037u; // FNV-1a
  for (unsigned char c : text) h = (h ^ c) * 1099511628211u;
  return h;
}

actors::etcd::front_config front_of(const serve_settings& s, const std::string& url) {
  actors::etcd::front_config c;
  auto dir = fs::canonical(s.data_dir).string();
  c.cluster_id = id_of("cluster " + s.name + " " + dir);
  c.member_id = id_of("member " + s.name + " " + dir);
  c.name = s.name;
  c.client_urls = {url};
  c.operations_max = s.operations_max;
  c.quota = std::make_shared<net::etcd::space_quota>(s.quota_bytes);
  c.request_bytes_max = s.request_bytes_max;
  return c;
}

} // namespace

struct etcd_process::impl {
  system_config config;
  caf::actor_system system{config};
  actors::environment_ptr environment = actors::environment::production();
  actors::store::shard_actor shard;
  std::unique_ptr<etcd_service> service;
  std::shared_ptr<std::atomic<bool>> failed = std::make_shared<std::atomic<bool>>(false);

  ~impl() {
    service.reset();
    if (shard) caf::anon_send_exit(shard, caf::exit_reason::user_shutdown);
    shard = nullptr;
  }

  /// A store of one member leads as soon as it has read its log.
  bool wait_until_leading() {
    caf::scoped_actor self(system);
    bool ok = false;
    self->request(actors::store::store_actor(shard), ready_limit, actors::read_atom::value)
      .receive([&](actors::store::mvcc::revision) { ok = true; }, [](caf::error&) {});
    return ok;
  }
};

etcd_process::etcd_process(std::unique_ptr<impl> i) : impl_(std::move(i)) {}
etcd_process::~etcd_process() = default;
std::uint16_t etcd_process::port() const noexcept { return impl_->service->port(); }
bool etcd_process::failed() const noexcept { return *impl_->failed; }

tl::expected<std::unique_ptr<etcd_process>, std::string> etcd_process::start(const serve_settings& s) {
  auto where = parse_endpoint(s.listen);
  if (!where) return tl::make_unexpected(where.error());
  auto tls = read_server_tls(s.certificate, s.key, s.client_ca);
  if (!tls) return tl::make_unexpected(tls.error());
  std::error_code error;
  fs::create_directories(s.data_dir, error);
  if (error) return tl::make_unexpected(fmt::format("make the data directory {}: {}", s.data_dir, error.message()));
  auto config = config_of(s);
  auto files = actors::store::open_shard(config);
  if (!files) return tl::make_unexpected(fmt::format("open {}: {}", s.data_dir, files.error().text()));
  auto i = std::make_unique<impl>();
  actors::store::store_dependencies with{i->environment, std::move(*files), {}};
  i->shard = i->system.spawn(actors::store::store, std::move(with), config);
  i->shard->attach_functor([failed = i->failed](const caf::error& why) {
    if (why != caf::exit_reason::user_shutdown) *failed = true;
  });
  if (!i->wait_until_leading()) return tl::make_unexpected("the store did not come up; its log says why");
  net::etcd::server_config c;
  c.host = where->host;
  c.port = where->port;
  c.tls = std::move(*tls);
  c.request_bytes_max = s.request_bytes_max;
  auto url = fmt::format("{}://{}", c.tls ? "https" : "http", s.listen);
  auto service = etcd_service::start(i->system, i->shard, i->environment, front_of(s, url), c, worker_count());
  if (!service) return tl::make_unexpected(service.error());
  i->service = std::move(*service);
  return std::unique_ptr<etcd_process>(new etcd_process(std::move(i)));
}

} // namespace troupe::tools::store
