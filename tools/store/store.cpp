#include "tools/store/store.hpp"
#include "tools/store/serve_etcd.hpp"
#include "tools/store/snapshot.hpp"
#include <CLI/CLI.hpp>
#include <ctime>
#include <iostream>
#include <limits>
#include <memory>

namespace troupe::tools::store {

namespace {

CLI::App* declare_serve(CLI::App& parent, const std::shared_ptr<serve_settings>& s) {
  auto* serve = parent.add_subcommand("serve-etcd", "Serve the etcd v3 API from a store of one member");
  serve->add_option("--data-dir", s->data_dir, "where the data lies; made if missing")->required();
  serve->add_option("--listen", s->listen, "HOST:PORT; port 0 takes any that is free")->capture_default_str();
  serve->add_option("--name", s->name, "of the member, for people")->capture_default_str();
  serve->add_option("--cert", s->certificate, "certificate chain of the server, PEM; without it only loopback");
  serve->add_option("--key", s->key, "key of the certificate, PEM");
  serve->add_option("--client-ca", s->client_ca, "only clients with a certificate of these CAs, PEM");
  serve->add_option("--max-request-bytes", s->request_bytes_max, "of one request")
      ->check(CLI::Range(1024, 1 << 30))
      ->capture_default_str();
  serve->add_option("--max-txn-ops", s->operations_max, "operations in a transaction")
      ->check(CLI::Range(1, 1 << 20))
      ->capture_default_str();
  serve->add_option("--quota-bytes", s->quota_bytes, "size of the store above which it takes no more data; 0: none")
      ->capture_default_str();
  serve->add_option("--history", s->history_seconds, "compact what is older than so many seconds; 0: never")
      ->capture_default_str();
  serve->add_option("--cache", s->cache_mb, "MiB of memory for what was read or written lately")->capture_default_str();
  serve->add_option("--log-level", s->log_level, "trace, debug, info, warn, error or off")->capture_default_str();
  serve->footer("Examples:\n  troupe store serve-etcd --data-dir /tmp/kv --listen 127.0.0.1:2379\n"
                "  ETCDCTL_API=3 etcdctl --endpoints 127.0.0.1:2379 put greeting hello");
  return serve;
}

struct snapshot_commands {
  CLI::App *save, *restore, *status;
};

snapshot_commands declare_snapshot(CLI::App& parent, const std::shared_ptr<snapshot_settings>& s) {
  auto* snapshot = parent.add_subcommand("snapshot", "Back a store up, and start a new one from a backup");
  snapshot->require_subcommand(1);
  auto with_file = [&](const char* name, const char* text) {
    auto* command = snapshot->add_subcommand(name, text);
    command->add_option("file", s->file, "the backup")->required();
    return command;
  };
  auto* save = with_file("save", "Write a backup of a running or stopped store");
  save->add_option("--endpoint", s->endpoint, "HOST:PORT of a running store that serves the etcd API");
  save->add_option("--cacert", s->ca, "CA of the endpoint, PEM; without it plain text is spoken");
  save->add_option("--cert", s->certificate, "our certificate, PEM");
  save->add_option("--key", s->key, "key of our certificate, PEM");
  save->add_option("--data-dir", s->data_dir, "data directory of a stopped store or cluster");
  save->footer("Examples:\n  troupe store snapshot save kv.backup --endpoint 127.0.0.1:2379\n"
               "  troupe store snapshot save kv.backup --data-dir /var/lib/troupe");

  auto* restore = with_file("restore", "Make the data directory of a new store from a backup");
  restore->add_option("--data-dir", s->data_dir, "new or empty; of a cluster, store in its data directory")
      ->required();
  restore->add_option("--node-id", s->member, "node that will run it, as its only member")
      ->check(CLI::Range(std::uint64_t(1), std::numeric_limits<std::uint64_t>::max()))
      ->capture_default_str();
  restore->add_option("--revisions-ahead", s->revisions_ahead,
                      "so far behind the revision of the backup it goes on; more than was written since the backup")
      ->check(CLI::Range(std::int64_t(1), std::int64_t(1) << 40))
      ->capture_default_str();
  restore->footer("Examples:\n  troupe store snapshot restore kv.backup --data-dir /tmp/kv2\n"
                  "  troupe store snapshot restore kv.backup --data-dir /var/lib/troupe/store");

  auto* status = with_file("status", "Check a backup and tell what is in it");
  status->add_option("-o,--output", s->format, "form of the answer")
      ->check(CLI::IsMember({"table", "json"}))
      ->capture_default_str();
  status->footer("Examples:\n  troupe store snapshot status kv.backup\n"
                 "  troupe store snapshot status kv.backup -o json");
  return {save, restore, status};
}

} // namespace

std::function<std::optional<int>()> declare(CLI::App& app) {
  auto* command = app.add_subcommand("store", "Run and back up the store by itself");
  command->require_subcommand(1);
  auto serving = std::make_shared<serve_settings>();
  auto* serve = declare_serve(*command, serving);
  auto s = std::make_shared<snapshot_settings>();
  auto snapshot = declare_snapshot(*command, s);
  return [=]() -> std::optional<int> {
    if (*serve) return serve_etcd(*serving);
    if (*snapshot.save) return save_snapshot(*s, std::time(nullptr), std::cout, std::cerr);
    if (*snapshot.restore) return restore_snapshot(*s, std::cout, std::cerr);
    if (*snapshot.status) return show_snapshot(*s, std::cout, std::cerr);
    return std::nullopt;
  };
}

} // namespace troupe::tools::store
