#include "net/process/process.hpp"
#include "policies/api/json.hpp"
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <random>
#include <thread>
#include <tuple>

namespace process = troupe::net::process;
namespace json = troupe::api::json;

namespace {

/// `troupe bench etcd` against a store of our own.
class etcd_bench : public testing::Test {
protected:
  void SetUp() override {
    folder_ = testing::TempDir() + "/etcd_bench-" + std::to_string(std::random_device()());
    std::filesystem::create_directories(folder_);
    const auto log = folder_ + "/log";
    server_ = std::thread([this, log] {
      std::ignore = process::run({.argv = {"/bin/sh", "-c",
                             "echo $$ > " + folder_ + "/pid; exec " + TROUPE_PROGRAM + " store serve-etcd --data-dir " +
                               folder_ + "/kv --listen 127.0.0.1:0 > " + log + " 2>&1"},
                    .limit = std::chrono::seconds(100)});
    });
    const auto until_it_listens = "until grep -q '127.0.0.1:' " + log + "; do sleep 0.01; done";
    std::ignore = process::run({.argv = {"/bin/sh", "-c", until_it_listens}, .limit = std::chrono::seconds(10)});
    std::ifstream in(log);
    for (std::string line; std::getline(in, line);)
      if (const auto at = line.find("127.0.0.1:"); at != std::string::npos)
        endpoint_ = line.substr(at, line.find_first_not_of("0123456789", at + 10) - at);
    ASSERT_FALSE(endpoint_.empty()) << "the store tells where it listens";
    std::ifstream(folder_ + "/pid") >> pid_;
  }
  void TearDown() override {
    std::ignore = process::run({.argv = {"/bin/kill", pid_}, .limit = std::chrono::seconds(5)});
    server_.join();
    std::filesystem::remove_all(folder_);
  }
  json::array results(std::vector<std::string> words) const {
    std::vector<std::string> all{TROUPE_PROGRAM, "bench", "etcd", "--endpoint", endpoint_, "--pid", pid_, "-o", "json"};
    all.insert(all.end(), words.begin(), words.end());
    const auto got = process::run({.argv = all, .limit = std::chrono::seconds(60)});
    EXPECT_EQ(got.code, 0) << got.err;
    boost::system::error_code error;
    const auto document = json::parse(got.out, error);
    const auto* list = troupe::api::array_at(document, {"results"});
    return list == nullptr ? json::array() : *list;
  }

  std::string folder_, endpoint_, pid_;
  std::thread server_;
};

TEST_F(etcd_bench, puts_gets_and_watches_are_measured_with_what_they_cost_the_server) {
  const auto got = results({"--count", "200", "--clients", "8", "--keys", "50", "--watchers", "2500"});
  ASSERT_EQ(got.size(), 3U);
  for (std::size_t i : {0, 1}) {
    EXPECT_EQ(troupe::api::int_at(got[i], {"figures", "operations"}), 200);
    EXPECT_TRUE(troupe::api::object_at(got[i], {"errors"})->empty());
    EXPECT_NE(troupe::api::find(got[i], {"figures", "server_cpu_us"}), nullptr);
  }
  EXPECT_NE(troupe::api::find(got[2], {"figures", "bytes_per_watch"}), nullptr);
}

TEST_F(etcd_bench, large_values_are_put_and_a_server_that_is_not_there_is_named) {
  const auto got = results({"--mode", "put", "--count", "3", "--clients", "1", "--value-bytes", "1000000"});
  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(troupe::api::int_at(got[0], {"figures", "operations"}), 3);
  const auto none = process::run({.argv = {TROUPE_PROGRAM, "bench", "etcd", "--endpoint", "127.0.0.1:1"},
                                  .limit = std::chrono::seconds(20)});
  EXPECT_EQ(none.code, 1);
  EXPECT_NE(none.err.find("connect to 127.0.0.1:1"), std::string::npos) << none.err;
}

} // namespace
