#include "storage/engine/engine.hpp"
#include "storage/mvcc/state.hpp"
#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <filesystem>
#include <unistd.h>

/// The state alone: what a write and a read cost without actors and log.
namespace troupe::storage::mvcc {
namespace {

struct scratch {
  std::string path;
  explicit scratch(const char* name)
      : path((std::filesystem::temp_directory_path() / (std::string(name) + std::to_string(::getpid()))).string()) {
    std::filesystem::remove_all(path);
  }
  ~scratch() { std::filesystem::remove_all(path); }
};

std::unique_ptr<state> open_state(const std::string& path) {
  auto e = engine::open_rocksdb(
    {.path = path, .families = state::families(), .write_ahead_log = false, .compress = true});
  if (!e) throw std::runtime_error(e.error().text());
  return std::move(*state::open(std::shared_ptr<engine::engine>(std::move(*e))));
}

command create(int i, const bytes& value) {
  auto key = "/registry/configmaps/default/cm-" + std::to_string(i);
  return txn_request{.compares = {{.keys = {key, {}}}}, .success = {put_request{.key = key, .value = value}}};
}

void apply_create(benchmark::State& s) {
  scratch dir("troupe-bench-state");
  auto kv = open_state(dir.path);
  auto value = make_bytes(std::string(static_cast<std::size_t>(s.range(0)), 'x'));
  int i = 0;
  for (auto _ : s) {
    auto encoded = encode(create(i++, value));
    auto c = decode_command(encoded);
    auto out = kv->apply(static_cast<std::uint64_t>(i), 1, *c);
    benchmark::DoNotOptimize(out);
    if (i % 16 == 0) (void)kv->commit();
  }
  s.SetItemsProcessed(s.iterations());
}
BENCHMARK(apply_create)->Arg(700)->Arg(4000);

void range_newest(benchmark::State& s) {
  scratch dir("troupe-bench-state");
  auto kv = open_state(dir.path);
  auto value = make_bytes(std::string(700, 'x'));
  for (int i = 0; i < 10'000; ++i) {
    (void)kv->apply(static_cast<std::uint64_t>(i + 1), 1, create(i, value));
    if (i % 16 == 0) (void)kv->commit();
  }
  (void)kv->commit();
  for (auto _ : s) {
    auto r = kv->range({.keys = key_range::prefix("/registry/"), .limit = s.range(0), .skip_count = true});
    benchmark::DoNotOptimize(r);
  }
  s.SetItemsProcessed(s.iterations() * (s.range(0) == 0 ? 10'000 : s.range(0)));
}
BENCHMARK(range_newest)->Arg(1)->Arg(500)->Arg(0)->Unit(benchmark::kMicrosecond);

void disk_fdatasync(benchmark::State& s) {
  scratch file("troupe-bench-sync");
  int fd = ::open(file.path.c_str(), O_CREAT | O_WRONLY, 0600);
  std::string record(static_cast<std::size_t>(s.range(0)), 'x');
  for (auto _ : s)
    if (::write(fd, record.data(), record.size()) < 0 || ::fdatasync(fd) != 0) s.SkipWithError("disk");
  ::close(fd);
}
BENCHMARK(disk_fdatasync)->Arg(1000)->Arg(64'000)->UseRealTime()->Unit(benchmark::kMicrosecond);

} // namespace
} // namespace troupe::storage::mvcc
