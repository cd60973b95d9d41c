#include "storage/engine/checksum.hpp"
#include "tests/integration/store/workload.hpp"
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <gtest/gtest.h>
#include <map>
#include <optional>
#include <poll.h>
#include <random>
#include <set>
#include <spawn.h>
#include <sstream>
#include <sys/wait.h>
#include <unistd.h>

namespace troupe::tests::store_kill {
namespace {

using clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

/// The running program and what it has told so far.
class child {
public:
  child(const std::string& dir, int cycle, int from, const char* mode) {
    int fds[2];
    if (::pipe(fds) != 0) std::abort();
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, fds[1], STDOUT_FILENO);
    ::posix_spawn_file_actions_addclose(&actions, fds[0]);
    auto c = std::to_string(cycle), f = std::to_string(from);
    const char* argv[] = {STORE_KILL_CHILD, dir.c_str(), c.c_str(), f.c_str(), mode, nullptr};
    if (::posix_spawn(&pid_, STORE_KILL_CHILD, &actions, nullptr, const_cast<char**>(argv), environ) != 0) std::abort();
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(fds[1]);
    in_ = fds[0];
  }
  ~child() {
    if (pid_ > 0) end();
    ::close(in_);
  }
  child(const child&) = delete;
  child& operator=(const child&) = delete;

  /// Reads until the time comes, the condition holds, or the program ends.
  template <class Done> void read_until(clock::time_point when, Done done) {
    char buffer[65536];
    while (!done()) {
      auto left = std::chrono::duration_cast<std::chrono::milliseconds>(when - clock::now());
      pollfd p{in_, POLLIN, 0};
      if (left <= 0ms || ::poll(&p, 1, static_cast<int>(left.count())) == 0) return;
      auto n = ::read(in_, buffer, sizeof buffer);
      if (n <= 0) return;
      told.append(buffer, static_cast<std::size_t>(n));
    }
  }
  /// Kills it and takes what it had still told. The exit code, or -1 after the kill.
  int end(bool kill = true) {
    if (kill) ::kill(pid_, SIGKILL);
    read_until(clock::now() + 30s, [] { return false; });
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  [[nodiscard]] bool up() const { return told.find("\nend ") != std::string::npos || told.starts_with("end "); }

  std::string told;

private:
  pid_t pid_ = -1;
  int in_ = -1;
};

struct stored {
  std::int64_t mod, version;
};

/// All that the store ever promised, over all cycles.
class ledger {
public:
  /// Acknowledgements of a cycle.
  void acknowledged(int cycle, const std::string& told) {
    std::istringstream lines(told);
    for (std::string verb, line; std::getline(lines, line);) {
      std::istringstream in(line);
      in >> verb;
      if (verb == "error") ADD_FAILURE() << line;
      if (verb != "a") continue;
      int client, number;
      std::int64_t revision;
      in >> client >> number >> revision;
      EXPECT_GT(revision, floor_) << "revisions go up, also over restarts";
      promised_[{cycle, client, number}] = revision;
      ++total;
    }
  }
  /// Compares what a new run found with what the runs since cycle `from` promised.
  void found(int from, const std::string& told) {
    std::map<std::string, stored> keys;
    std::int64_t newest = 0;
    parse(told, keys, newest);
    for (auto& [name, revision] : promised_) {
      auto [cycle, client, number] = name;
      if (cycle < from) continue;
      auto it = keys.find(write_key(cycle, client, number));
      ASSERT_NE(it, keys.end()) << "lost: " << write_key(cycle, client, number) << " at revision " << revision;
      EXPECT_EQ(it->second.mod, revision) << it->first;
    }
    std::map<std::int64_t, std::string> by_revision;
    std::map<std::pair<int, int>, int> writes; // (cycle, client) -> highest number
    int fresh = 0;
    for (auto& [key, kv] : keys) {
      int cycle, client, number;
      if (std::sscanf(key.c_str(), "w/%d/%d/%d", &cycle, &client, &number) != 3) continue;
      ++fresh;
      EXPECT_EQ(kv.version, 1) << "written twice: " << key;
      EXPECT_TRUE(by_revision.emplace(kv.mod, key).second) << "two transactions with one revision: " << key;
      auto& highest = writes.try_emplace({cycle, client}, -1).first->second;
      EXPECT_EQ(number, highest + 1) << "a gap before " << key;
      highest = number;
      // Only the one write under way when the kill came may be there without a promise.
      if (!promised_.contains({cycle, client, number})) {
        EXPECT_TRUE(number == 0 || promised_.contains({cycle, client, number - 1})) << "garbage: " << key;
        unpromised_.insert(key);
      }
      last_[client] = {kv.mod, number};
    }
    for (auto& [client, last] : last_) {
      auto it = keys.find(last_key(client));
      ASSERT_NE(it, keys.end());
      EXPECT_EQ(it->second.mod, last.first) << "half of a transaction of client " << client;
    }
    settled_[from] = fresh;
    int all = 0;
    for (auto it = settled_.begin(); it != settled_.upper_bound(from); ++it) all += it->second;
    settled_.erase(settled_.upper_bound(from), settled_.end());
    EXPECT_EQ(newest, 1 + all) << "each transaction has one revision, and nothing else has";
    floor_ = newest;
  }
  [[nodiscard]] std::size_t surprises() const { return unpromised_.size(); }
  int total = 0;

private:
  static void parse(const std::string& told, std::map<std::string, stored>& keys, std::int64_t& newest) {
    std::istringstream lines(told);
    for (std::string verb, line; std::getline(lines, line);) {
      std::istringstream in(line);
      in >> verb;
      ASSERT_NE(verb, "error") << line;
      if (verb == "end") in >> newest;
      if (verb != "k") continue;
      std::string key, checksum;
      stored kv{};
      in >> key >> kv.mod >> kv.version >> checksum;
      if (key.starts_with("w/")) {
        EXPECT_EQ(checksum, fmt::format("{:08x}", storage::engine::crc32c(value_of(key)))) << "wrong value: " << key;
      }
      keys.emplace(key, kv);
    }
  }

  std::map<std::tuple<int, int, int>, std::int64_t> promised_;
  std::map<int, std::pair<std::int64_t, int>> last_; ///< of each client: revision and number of its newest write
  std::map<int, int> settled_;                       ///< first cycle of a look -> keys that it found
  std::set<std::string> unpromised_;
  std::int64_t floor_ = 0;
};

TEST(kill_test, nothing_acknowledged_is_lost_and_nothing_else_appears_over_200_kills) {
  std::string dir = (std::filesystem::temp_directory_path() / "troupe-kill-XXXXXX").string();
  ASSERT_NE(::mkdtemp(dir.data()), nullptr);
  std::mt19937 random(20);
  ledger book;
  int from = 0, early = 0;
  for (int cycle = 0; cycle < 210 && !::testing::Test::HasFailure(); ++cycle) {
    child c(dir, cycle, from, "write");
    // Now and then the kill comes while the store still opens.
    bool hasty = random() % 8 == 0;
    c.read_until(clock::now() + (hasty ? std::chrono::milliseconds(random() % 80) : 30s), [&] { return c.up(); });
    if (!c.up()) {
      ASSERT_TRUE(hasty) << "the store did not come up: " << c.told.substr(0, 1000);
      EXPECT_EQ(c.end(), -1) << c.told.substr(0, 1000);
      ++early;
      if (!c.up()) continue;
    } else {
      c.read_until(clock::now() + std::chrono::microseconds(random() % 60'000), [] { return false; });
      EXPECT_EQ(c.end(), -1) << c.told.substr(0, 1000);
    }
    book.found(from, c.told);
    book.acknowledged(cycle, c.told);
    from = cycle;
  }
  child last(dir, 0, 0, "check");
  EXPECT_EQ(last.end(false), 0);
  book.found(0, last.told);
  EXPECT_GT(book.total, 2000) << "the load was too light to mean anything";
  fmt::print("{} acknowledged writes, {} present without acknowledgement, {} kills while opening\n", book.total,
             book.surprises(), early);
  if (!::testing::Test::HasFailure()) std::filesystem::remove_all(dir);
}

} // namespace
} // namespace troupe::tests::store_kill
