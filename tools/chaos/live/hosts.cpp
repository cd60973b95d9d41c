#include "tools/chaos/live/hosts.hpp"
#include "policies/chaos/faults.hpp"
#include "tools/bench/load_plan.hpp"
#include "tools/chaos/live/keeper.hpp"
#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <poll.h>
#include <sched.h>
#include <sstream>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace troupe::tools::chaos::live {

namespace process = net::process;
using failure = tl::unexpected<std::string>;
using done = tl::expected<void, std::string>;

namespace {

constexpr const char* disk_size_max = "1g";

std::string path_variable() {
  const char* path = std::getenv("PATH");
  return fmt::format("PATH={}", path ? path : "/usr/sbin:/usr/bin:/sbin:/bin");
}

process::outcome run(const words& argv) {
  process::command what;
  what.argv = argv;
  what.env = {path_variable()};
  return process::run(what);
}

/// Gives back the room that programs have reserved behind the ends of their files, which they would fill before they
/// notice anything.
void release_reserved(const std::string& folder) {
  constexpr off_t page = 4'096, most = off_t{1} << 40;
  std::error_code error;
  for (auto& entry : std::filesystem::recursive_directory_iterator(folder, error)) {
    if (!entry.is_regular_file(error)) continue;
    process::fd file(::open(entry.path().c_str(), O_WRONLY | O_CLOEXEC));
    struct stat now{};
    if (!file || ::fstat(file.number(), &now) != 0) continue;
    auto end = (now.st_size + page - 1) / page * page;
    static_cast<void>(::fallocate(file.number(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, end, most));
  }
}

done carry_out(const words& argv) {
  auto got = run(argv);
  if (got.ok()) return {};
  std::string text;
  for (auto& word : argv) text += (text.empty() ? "" : " ") + word;
  return failure(fmt::format("{}: {}{}", text, got.err, got.out));
}

} // namespace

tl::expected<std::unique_ptr<hosts>, std::string> hosts::make(const policies::chaos::shape& shape, bool small_disks) {
  if (::geteuid() != 0) return failure("hosts made of namespaces need root");
  for (const char* program : {"ip", "nft", "tc", "unshare", "mount"})
    if (process::find_program(program).empty()) return failure(fmt::format("the program {} is not installed", program));
  std::unique_ptr<hosts> out(new hosts(shape, small_disks));
  if (auto ok = out->prepare(); !ok) return failure(ok.error());
  return out;
}

hosts::hosts(const policies::chaos::shape& shape, bool small_disks) : shape_(shape), small_disks_(small_disks) {
  auto clock = std::chrono::system_clock::now().time_since_epoch();
  auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(clock).count();
  state_.id = bench::run_name(static_cast<std::uint64_t>(ms), static_cast<std::uint64_t>(::getpid()));
  state_.harness = own_mark();
  const char* named = std::getenv("TMPDIR");
  auto root = std::filesystem::absolute(named && *named ? named : "/tmp").lexically_normal().string();
  state_.folder = fmt::format("{}/{}", root, folder_name(state_.id));
  for (std::uint64_t n = 0; n <= size(); ++n)
    state_.namespaces.push_back(namespace_of(state_.id, n));
  if (small_disks)
    for (std::uint64_t n = 1; n <= shape.control_plane; ++n)
      state_.mounts.push_back(data(n));
  // The same program for the whole run, even if its file is replaced.
  program_ = fmt::format("/proc/{}/exe", ::getpid());
}

hosts::~hosts() {
  // One way of clearing up, whatever the end was: the keeper's.
  lifeline_.reset();
  if (keeper_.pid > 0) static_cast<void>(process::reap(keeper_));
  for (auto& [node, h] : all_)
    if (h.child.pid > 0) static_cast<void>(process::reap(h.child));
}

std::string hosts::name(std::uint64_t node) const { return policies::chaos::node_name(node, shape_); }
std::string hosts::data(std::uint64_t node) const { return fmt::format("{}/{}/data", folder(), name(node)); }

done hosts::start_keeper() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return failure("make a pipe for the keeper");
  process::fd reading(ends[0]);
  lifeline_.reset(ends[1]);
  process::launch what;
  what.argv = {"/proc/self/exe", "chaos", "keep", state_file(state_.id)};
  what.env = {path_variable()};
  what.files = {{reading.number(), 0}};
  what.new_session = true;
  auto made = process::start(what);
  if (!made) return failure("start the keeper: " + made.error());
  keeper_ = std::move(*made);
  return {};
}

done hosts::prepare() {
  if (auto ok = write_state(state_); !ok) return ok;
  if (auto ok = start_keeper(); !ok) return ok;
  std::string names = "127.0.0.1 localhost\n";
  for (std::uint64_t n = 1; n <= size(); ++n)
    names += fmt::format("{} {}\n", address_of(n), name(n));
  for (std::uint64_t n = 1; n <= size(); ++n) {
    auto etc = fmt::format("{}/{}/etc", folder(), name(n));
    std::filesystem::create_directories(etc);
    std::filesystem::create_directories(data(n));
    std::ofstream(etc + "/hosts") << names;
    std::ofstream(etc + "/machine-id") << fmt::format("{:032x}\n", n + 1);
  }
  for (auto& mount : state_.mounts)
    if (auto ok = carry_out({"mount", "-t", "tmpfs", "-o", std::string("size=") + disk_size_max, "tmpfs", mount}); !ok)
      return ok;
  for (auto& command : network_commands(state_.id, size()))
    if (auto ok = carry_out(command); !ok) return ok;
  const auto bridge = namespace_of(state_.id, 0);
  can_.netem = run({"tc", "-n", bridge, "qdisc", "add", "dev", "lo", "root", "netem", "delay", "1ms"}).ok();
  if (can_.netem) static_cast<void>(run({"tc", "-n", bridge, "qdisc", "del", "dev", "lo", "root"}));
  return {};
}

void hosts::at_bridge(const std::function<void()>& make) const {
  process::fd home(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
  process::fd there(::open(("/run/netns/" + namespace_of(state_.id, 0)).c_str(), O_RDONLY | O_CLOEXEC));
  const bool moved = ::setns(there.number(), CLONE_NEWNET) == 0;
  make();
  if (moved && ::setns(home.number(), CLONE_NEWNET) != 0) std::abort(); // Nothing after this would be where it should.
}

done hosts::start(std::uint64_t node, const words& arguments) {
  auto& h = all_[node];
  auto place = fmt::format("{}/{}", folder(), name(node));
  process::fd log(::open((place + "/log").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
  words command{program_};
  command.insert(command.end(), arguments.begin(), arguments.end());
  process::launch what;
  what.argv = on_host(state_.id, node, name(node), place, command);
  what.env = {path_variable(), "HOME=" + place};
  what.files = {{log.number(), 1}, {log.number(), 2}};
  what.new_session = true;
  auto made = process::start(what);
  if (!made) return failure(fmt::format("start {}: {}", name(node), made.error()));
  h.child = std::move(*made);
  if (h.paused > 0) signal(node, SIGSTOP);
  return {};
}

tl::expected<std::string, std::string> hosts::call(std::uint64_t node, const words& arguments) const {
  words command{program_};
  command.insert(command.end(), arguments.begin(), arguments.end());
  auto got = run(within(namespace_of(state_.id, node), command));
  if (!got.ok()) return failure(fmt::format("troupe {}: {}{}", arguments.front(), got.err, got.out));
  return got.out;
}

bool hosts::running(std::uint64_t node) {
  auto& h = all_[node];
  if (h.child.pid <= 0) return false;
  pollfd p{h.child.handle.number(), POLLIN, 0};
  if (::poll(&p, 1, 0) <= 0) return true;
  h.ended = process::reap(h.child);
  h.child = {};
  return false;
}

int hosts::ended(std::uint64_t node) const { return all_.at(node).ended; }

std::string hosts::last_words(std::uint64_t node) const {
  constexpr std::size_t most = 600;
  std::ifstream in(fmt::format("{}/{}/log", folder(), name(node)));
  std::stringstream text;
  text << in.rdbuf();
  auto all = text.str();
  return all.size() > most ? all.substr(all.size() - most) : all;
}

void hosts::signal(std::uint64_t node, int number) {
  auto& h = all_[node];
  if (h.child.pid > 0) ::kill(h.child.pid, number);
}

void hosts::stop(std::uint64_t node) {
  auto& h = all_[node];
  if (h.child.pid <= 0) return;
  signal(node, SIGKILL);
  h.ended = process::reap(h.child);
  h.child = {};
}

/// Full is a file system as small as what is in it: that costs no memory, and heals at once.
void hosts::disk_size(std::uint64_t node, bool full) const {
  struct statvfs now{};
  if (full) release_reserved(data(node));
  std::string size = disk_size_max;
  if (full && ::statvfs(data(node).c_str(), &now) == 0)
    size = std::to_string(std::max<std::uint64_t>((now.f_blocks - now.f_bfree) * now.f_frsize, now.f_frsize));
  static_cast<void>(run({"mount", "-o", "remount,size=" + size, data(node)}));
}

done hosts::apply_rules() const {
  return carry_out(within(namespace_of(state_.id, 0), {"nft", rules_of(active_, size())}));
}

void hosts::note(const std::string& text, bool begins) {
  if (begins) state_.faults.push_back(text);
  else std::erase(state_.faults, text);
  static_cast<void>(write_state(state_));
}

done hosts::begin(const policies::chaos::fault& f, const std::string& text) {
  auto what = measures_of(f, state_.id, size(), can_);
  if (what && what->fills_disk && (!small_disks_ || f.node > shape_.control_plane))
    what = failure("the host has no disk of its own");
  if (!what) return failure(what.error());
  note(text, true);
  active_.push_back(f);
  auto& h = all_[f.node];
  if (what->kills) ++h.down;
  if (what->pauses && h.paused++ == 0) signal(f.node, SIGSTOP);
  if (what->fills_disk && h.full++ == 0) disk_size(f.node, true);
  for (auto& command : what->begin)
    if (auto ok = carry_out(command); !ok) return ok;
  if (what->kills) stop(f.node);
  return what->cuts ? apply_rules() : done{};
}

void hosts::end(const policies::chaos::fault& f, const std::string& text) {
  auto what = measures_of(f, state_.id, size(), can_);
  if (!what) return;
  auto same = [&](auto& a) { return a.what == f.what && a.node == f.node && a.at_ms == f.at_ms && a.other == f.other; };
  if (auto at = std::find_if(active_.begin(), active_.end(), same); at != active_.end()) active_.erase(at);
  auto& h = all_[f.node];
  for (auto& command : what->end) static_cast<void>(run(command));
  if (what->kills) --h.down;
  if (what->pauses && --h.paused == 0) signal(f.node, SIGCONT);
  if (what->fills_disk && --h.full == 0) disk_size(f.node, false);
  if (what->cuts) static_cast<void>(apply_rules());
  note(text, false);
}

bool hosts::down(std::uint64_t node) const {
  auto at = all_.find(node);
  return at != all_.end() && at->second.down > 0;
}

bool hosts::disk_is_full(std::uint64_t node) const {
  auto at = all_.find(node);
  return at != all_.end() && at->second.full > 0;
}

} // namespace troupe::tools::chaos::live
