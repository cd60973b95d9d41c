#include "tools/troupe/resident.hpp"
#include <atomic>
#include <dlfcn.h>
#include <fstream>
#include <gtest/gtest.h>
#include <regex>
#include <string>
#include <thread>

namespace troupe::tools {
namespace {

/// Kilobytes of files that this process has mapped and in memory.
long resident_files_kb() {
  std::ifstream in("/proc/self/status");
  for (std::string line; std::getline(in, line);)
    if (line.starts_with("RssFile:")) return std::stol(line.substr(8));
  return -1;
}

TEST(resident, programs_and_libraries_are_let_go_and_come_back_where_they_are_used) {
  EXPECT_TRUE(std::regex_match("warm", std::regex("w[a-r]+m")));
  auto before = resident_files_kb();
  ASSERT_GT(before, 0);
  EXPECT_GT(release_start_memory(), 1u << 20);
  EXPECT_LT(resident_files_kb(), before);
  EXPECT_TRUE(std::regex_match("again", std::regex("a[a-z]+n"))) << "code and constants are what they were";
  EXPECT_THROW(std::stoi("x"), std::invalid_argument) << "so are the tables of exceptions";
}

TEST(resident, other_threads_run_on_and_load_libraries_meanwhile) {
  std::atomic<bool> over{false};
  std::atomic<int> rounds{0};
  std::thread busy([&] {
    while (!over) {
      if (auto* library = dlopen("libresolv.so.2", RTLD_NOW)) dlclose(library);
      try {
        throw std::runtime_error(std::to_string(rounds));
      } catch (const std::runtime_error&) {
        ++rounds;
      }
    }
  });
  while (rounds < 10) std::this_thread::yield();
  for (int n = 0; n < 50; ++n) release_start_memory();
  auto seen = rounds.load();
  while (rounds < seen + 10) std::this_thread::yield();
  over = true;
  busy.join();
}

} // namespace
} // namespace troupe::tools
