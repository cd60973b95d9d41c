#include "tools/chaos/live/keeper.hpp"
#include "net/process/process.hpp"
#include "policies/api/json.hpp"
#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <fstream>
#include <sstream>
#include <thread>
#include <unistd.h>

namespace troupe::tools::chaos::live {

namespace files = std::filesystem;
using failure = tl::unexpected<std::string>;

namespace {

constexpr int kill_tries = 100;
constexpr auto look_again = std::chrono::milliseconds(50);

std::string content(const std::string& file) {
  std::ifstream in(file);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

net::process::outcome run(std::vector<std::string> argv) {
  net::process::command what;
  what.argv = std::move(argv);
  return net::process::run(what);
}

/// Ends what has the namespace's network; false if something does not go.
bool end_processes(const std::string& name, std::size_t& ended) {
  for (int n = 0; n < kill_tries; ++n) {
    std::istringstream pids(run({"ip", "netns", "pids", name}).out);
    bool any = false;
    for (pid_t pid = 0; pids >> pid; any = true)
      if (pid != ::getpid() && ::kill(pid, SIGKILL) == 0 && n == 0) ++ended;
    if (!any) return true;
    std::this_thread::sleep_for(look_again);
  }
  return false;
}

} // namespace

std::string state_file(const std::string& id) { return fmt::format("{}/{}.json", state_folder, id); }

tl::expected<void, std::string> write_state(const run_state& s) {
  std::error_code error;
  files::create_directories(state_folder, error);
  auto file = state_file(s.id), fresh = file + ".new";
  std::ofstream out(fresh, std::ios::trunc);
  out << text_of(s);
  out.close();
  if (!out || ::rename(fresh.c_str(), file.c_str()) != 0)
    return failure(fmt::format("write {}: {}", file, std::strerror(errno)));
  return {};
}

process_mark own_mark() { return {::getpid(), start_in_stat(content("/proc/self/stat"))}; }

bool runs(const process_mark& p) {
  auto started = start_in_stat(content(fmt::format("/proc/{}/stat", p.pid)));
  return p.pid > 0 && started != 0 && started == p.started;
}

tl::expected<std::vector<std::string>, std::string> clear(const run_state& s) {
  std::vector<std::string> done, wrong;
  std::size_t ended = 0;
  for (auto& name : s.namespaces)
    if (files::exists("/run/netns/" + name) && !end_processes(name, ended))
      wrong.push_back(fmt::format("processes in {} do not end", name));
  if (ended > 0) done.push_back(fmt::format("{} processes", ended));
  for (auto& mount : s.mounts)
    if (run({"umount", "--lazy", mount}).ok()) done.push_back("the mount " + mount);
  for (auto& name : s.namespaces) {
    if (!files::exists("/run/netns/" + name)) continue;
    if (auto gone = run({"ip", "netns", "del", name}); gone.ok()) done.push_back("the namespace " + name);
    else wrong.push_back(gone.err);
  }
  std::error_code error;
  if (files::exists(s.folder, error)) {
    files::remove_all(s.folder, error);
    if (error) wrong.push_back(fmt::format("remove {}: {}", s.folder, error.message()));
    else done.push_back("the folder " + s.folder);
  }
  if (!wrong.empty()) return failure(fmt::format("{}", fmt::join(wrong, "; ")));
  files::remove(state_file(s.id), error);
  return done;
}

int keep(const std::string& file) {
  // Only the end of its input ends it.
  for (int number : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) std::signal(number, SIG_IGN);
  char buffer[64];
  for (;;) {
    auto got = ::read(STDIN_FILENO, buffer, sizeof buffer);
    if (got == 0 || (got < 0 && errno != EINTR)) break;
  }
  auto state = read_state(content(file));
  return state && clear(*state) ? 0 : 1;
}

int heal(bool as_json) {
  std::error_code error;
  api::json::array healed;
  int status = 0;
  for (auto& entry : files::directory_iterator(state_folder, error)) {
    if (entry.path().extension() != ".json") continue;
    auto state = read_state(content(entry.path()));
    if (!state) {
      fmt::print(stderr, "Error: {}: {}\n", entry.path().string(), state.error());
      status = 1;
      continue;
    }
    if (runs(state->harness)) {
      if (!as_json) fmt::print("run {} goes on, its harness is process {}\n", state->id, state->harness.pid);
      continue;
    }
    auto gone = clear(*state);
    if (!gone) {
      fmt::print(stderr, "Error: run {}: {}\n", state->id, gone.error());
      status = 1;
      continue;
    }
    if (!as_json) fmt::print("run {} is removed: {}\n", state->id, fmt::join(*gone, ", "));
    api::json::array what;
    for (auto& one : *gone) what.emplace_back(one);
    healed.push_back({{"run", state->id}, {"removed", std::move(what)}});
  }
  if (as_json) fmt::print("{}\n", api::json::serialize(api::json::object{{"healed", std::move(healed)}}));
  else if (healed.empty() && status == 0) fmt::print("nothing is left to heal\n");
  return status;
}

} // namespace troupe::tools::chaos::live
