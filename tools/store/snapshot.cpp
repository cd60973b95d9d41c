#include "tools/store/snapshot.hpp"
#include "net/etcd/client.hpp"
#include "tools/store/backup_file.hpp"
#include "tools/store/former_members.hpp"
#include "tools/store/pem.hpp"
#include "tools/store/restore_directory.hpp"
#include "tools/store/stopped_store.hpp"
#include <fmt/chrono.h>
#include <fmt/ostream.h>
#include <filesystem>

namespace troupe::tools::store {

namespace {

namespace backup = storage::backup;
using failure = tl::unexpected<std::string>;

int fail(std::ostream& err, const std::string& why) {
  fmt::print(err, "error: {}\n", why);
  return 1;
}

tl::expected<backup::summary, std::string> verify(const std::string& path) {
  auto source = read_from(path);
  if (!source) return tl::unexpected(source.error());
  auto found = backup::verify(std::move(*source));
  if (!found) return failure(fmt::format("{}: {}", path, found.error().text()));
  return *found;
}

tl::expected<void, std::string> fetch(const snapshot_settings& s, const net::etcd::piece_sink& sink) {
  net::etcd::client_config c{s.endpoint, {}};
  if (!s.ca.empty()) {
    auto tls = read_client_tls(s.ca, s.certificate, s.key);
    if (!tls) return tl::unexpected(tls.error());
    c.tls = std::move(*tls);
  } else if (!s.certificate.empty() || !s.key.empty()) {
    return failure("TLS takes --cacert, and --cert with --key if the server asks for them");
  }
  return net::etcd::fetch_snapshot(c, sink);
}

tl::expected<backup::summary, std::string> save(const snapshot_settings& s, std::int64_t now_seconds) {
  if (s.endpoint.empty() == s.data_dir.empty())
    return failure("say where from: --endpoint of a running store, or --data-dir of a stopped one");
  std::string store_dir;
  if (!s.data_dir.empty()) {
    auto found = find_store(s.data_dir);
    if (!found) return tl::unexpected(found.error());
    store_dir = *found;
  }
  auto file = whole_file::create(s.file);
  if (!file) return tl::unexpected(file.error());
  net::etcd::piece_sink sink = [&](std::string_view piece) { return file->write(piece); };
  auto ok = s.endpoint.empty() ? back_up_stopped(store_dir, now_seconds, sink) : fetch(s, sink);
  if (ok) ok = file->sync();
  if (!ok) return tl::unexpected(ok.error());
  auto found = verify(file->part());
  if (!found) return found;
  if (auto named = file->publish(); !named) return tl::unexpected(named.error());
  return found;
}

std::string when(std::int64_t seconds) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(static_cast<std::time_t>(seconds)));
}

} // namespace

int save_snapshot(const snapshot_settings& s, std::int64_t now_seconds, std::ostream& out, std::ostream& err) {
  auto saved = save(s, now_seconds);
  if (!saved) return fail(err, saved.error());
  fmt::print(out, "Snapshot saved at {}: revision {}, {} keys, {} bytes\n", s.file, saved->head.revision, saved->keys,
             saved->file_bytes);
  return 0;
}

int restore_snapshot(const snapshot_settings& s, std::ostream& out, std::ostream& err) {
  if (auto good = verify(s.file); !good) return fail(err, good.error());
  auto source = read_from(s.file);
  if (!source) return fail(err, source.error());
  backup::reader from(std::move(*source));
  backup::restore_config config{.member = s.member, .revisions_ahead = s.revisions_ahead, .edit = {}};
  config.edit = [member = s.member](storage::mvcc::key_value& kv) { remove_former_member(member, kv); };
  auto done = restore_directory(from, s.data_dir, config);
  if (!done) return fail(err, done.error());
  fmt::print(out, "Snapshot restored into {}: {} keys, next revision {}\n", s.data_dir, done->keys,
             done->head.revision + s.revisions_ahead + 1);
  return 0;
}

int show_snapshot(const snapshot_settings& s, std::ostream& out, std::ostream& err) {
  auto found = verify(s.file);
  if (!found) return fail(err, found.error());
  auto& f = *found;
  if (s.format == "json") {
    fmt::print(out,
               "{{\"hash\":{},\"revision\":{},\"totalKey\":{},\"totalSize\":{},\"leases\":{},\"taken\":\"{}\","
               "\"sha256\":\"{}\"}}\n",
               f.hash, f.head.revision, f.keys, f.file_bytes, f.leases, when(f.head.taken_seconds), f.sha256);
    return 0;
  }
  fmt::print(out, "{:<10}{:<12}{:<12}{:<14}{:<10}{}\n", "HASH", "REVISION", "TOTAL KEYS", "TOTAL SIZE", "LEASES",
             "TAKEN");
  fmt::print(out, "{:<10x}{:<12}{:<12}{:<14}{:<10}{}\n", f.hash, f.head.revision, f.keys, f.file_bytes, f.leases,
             when(f.head.taken_seconds));
  return 0;
}

} // namespace troupe::tools::store
