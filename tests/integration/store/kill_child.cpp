#include "actors/base/environment.hpp"
#include "actors/store/error.hpp"
#include "actors/store/store.hpp"
#include "storage/engine/checksum.hpp"
#include "tests/integration/store/workload.hpp"
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scoped_actor.hpp>
#include <spdlog/spdlog.h>
#include <unistd.h>

/// kill_child DIR CYCLE FROM MODE: opens the store, tells all keys written since cycle FROM, then writes with many
/// clients until it is killed, telling each acknowledgement. MODE `check` ends after the telling.
///
///   k KEY MOD VERSION CHECKSUM    a key that is there
///   end REVISION                  all were told
///   a CLIENT NUMBER REVISION      a write was acknowledged
namespace {

using namespace troupe::actors;
using namespace troupe::actors::store;
using namespace std::chrono_literals;
namespace work = troupe::tests::store_kill;

/// One write(2) a line, so that a kill cannot cut it.
void tell(const std::string& line) {
  if (::write(STDOUT_FILENO, line.data(), line.size()) != static_cast<ssize_t>(line.size())) ::_exit(4);
}

struct client_state {
  static inline const char* name = "client";
  int number = 0;
};

caf::behavior client(stateful<client_state>* self, store_actor to, int cycle, int id) {
  return {[=](run_atom) {
    auto n = self->state.number++;
    auto key = work::write_key(cycle, id, n);
    mvcc::txn_request txn{.success = {
      mvcc::put_request{.key = key, .value = mvcc::make_bytes(work::value_of(key))},
      mvcc::put_request{.key = work::last_key(id), .value = mvcc::make_bytes(std::to_string(n))}}};
    self->request(to, 30s, write_atom::value, share(std::move(txn))).then(
      [=](const shared<mvcc::txn_response>& r) {
        tell(fmt::format("a {} {} {}\n", id, n, r->header_revision));
        self->send(self, run_atom::value);
      },
      [](caf::error& e) {
        tell("error " + text_of(e) + "\n");
        ::_exit(5);
      });
  }};
}

void tell_keys(caf::scoped_actor& self, const store_actor& to, mvcc::key_range keys) {
  mvcc::revision at = 0;
  for (bool more = true; more;) {
    mvcc::range_request r{.keys = keys, .at = at, .limit = 2000, .skip_count = true};
    self->request(to, 30s, list_atom::value, share(r)).receive(
      [&](const shared<mvcc::range_response>& page) {
        std::string lines;
        for (auto& kv : page->kvs)
          lines += fmt::format("k {} {} {} {:08x}\n", kv->key, kv->mod_revision, kv->version,
                               troupe::storage::engine::crc32c(*kv->value));
        for (std::size_t sent = 0; sent < lines.size();) {
          auto n = ::write(STDOUT_FILENO, lines.data() + sent, lines.size() - sent);
          if (n <= 0) ::_exit(4);
          sent += static_cast<std::size_t>(n);
        }
        more = page->more;
        if (more) keys.key = page->kvs.back()->key + std::string(1, '\0');
        at = page->header_revision;
      },
      [](caf::error& e) {
        tell("error " + text_of(e) + "\n");
        ::_exit(5);
      });
  }
}

struct system_config : caf::actor_system_config {
  system_config() {
    set("scheduler.policy", caf::atom("sharing"));
    set("scheduler.max-threads", 2).set("scheduler.max-throughput", 300);
  }
};

} // namespace

int main(int argc, char** argv) {
  if (argc != 5) return 2;
  spdlog::set_level(spdlog::level::off);
  store_config config;
  config.path = argv[1];
  // Everything that happens now and then in production happens all the time here.
  config.tick = 10ms;
  config.flush_entries = 400;
  config.trim_entries = 100;
  config.history_revisions_max = 500;
  config.compact_interval = std::chrono::seconds(0);
  config.write_buffer_bytes = 512 << 10;
  auto files = open_shard(config);
  if (!files) {
    tell("error " + files.error().text() + "\n");
    return 3;
  }
  system_config cfg;
  caf::actor_system system(cfg);
  store_dependencies with{environment::production(), *files, {}};
  shard_actor shard = system.spawn(troupe::actors::store::store, std::move(with), config);
  files->reset();
  caf::scoped_actor self(system);
  tell_keys(self, shard, {fmt::format("w/{:06}/", std::atoi(argv[3])), "w0"});
  tell_keys(self, shard, mvcc::key_range::prefix("last/"));
  self->request(store_actor(shard), 30s, read_atom::value)
    .receive([](mvcc::revision r) { tell(fmt::format("end {}\n", r)); }, [](caf::error&) { ::_exit(5); });
  if (std::string(argv[4]) == "check") {
    caf::anon_send_exit(shard, caf::exit_reason::user_shutdown);
    return 0;
  }
  for (int i = 0; i < work::clients; ++i)
    caf::anon_send(system.spawn(client, store_actor(shard), std::atoi(argv[2]), i), run_atom::value);
  for (;;) ::pause();
}
