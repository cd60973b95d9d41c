#include "net/process/process.hpp"
#include "policies/api/json.hpp"
#include "tools/bench/bench_namespace.hpp"
#include "tools/bench/own_cluster.hpp"
#include <gtest/gtest.h>

using namespace troupe::tools::bench;
namespace process = troupe::net::process;
namespace json = troupe::api::json;

namespace {

/// `troupe bench …` against a hollow cluster that lives as long as the test.
class api_bench : public testing::Test {
protected:
  void SetUp() override {
    own_cluster_options options;
    options.root = testing::TempDir();
    options.program = TROUPE_PROGRAM;
    auto made = own_cluster::prepare(std::move(options));
    ASSERT_TRUE(made) << made.error();
    cluster_ = std::move(*made);
    const auto started = cluster_->start();
    ASSERT_TRUE(started) << started.error();
    auto api = cluster_->connect();
    ASSERT_TRUE(api) << api.error();
    api_ = std::move(*api);
  }

  process::outcome bench(std::vector<std::string> words) const {
    words.insert(words.begin(), {TROUPE_PROGRAM, "bench"});
    return process::run({.argv = std::move(words), .limit = std::chrono::seconds(100)});
  }

  /// The results of a run that must succeed.
  json::array results(std::vector<std::string> words) const {
    words.insert(words.end(), {"--kubeconfig", cluster_->kubeconfig(), "-o", "json"});
    const auto got = bench(std::move(words));
    EXPECT_EQ(got.code, 0) << got.err;
    boost::system::error_code error;
    const auto document = json::parse(got.out, error);
    const auto* list = troupe::api::array_at(document, {"results"});
    EXPECT_NE(list, nullptr) << got.out << got.err;
    return list == nullptr ? json::array() : *list;
  }

  void expect_namespace_gone(const std::string& name) const {
    const auto there = api_->get("/api/v1/namespaces/" + name);
    ASSERT_FALSE(there);
    EXPECT_EQ(there.error().code, 404);
  }

  std::unique_ptr<own_cluster> cluster_;
  std::unique_ptr<api_client> api_;
};

} // namespace

TEST_F(api_bench, creates_are_counted_and_removed_again) {
  const auto got = results({"api", "--mode", "create", "--count", "200", "--clients", "8"});
  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(troupe::api::int_at(got[0], {"figures", "operations"}), 200);
  EXPECT_TRUE(troupe::api::object_at(got[0], {"errors"})->empty());
  EXPECT_NE(troupe::api::find(got[0], {"figures", "p99_ms"}), nullptr);
  expect_namespace_gone("bench");
}

TEST_F(api_bench, all_modes_run_over_http2_and_threads_after_one_another) {
  const auto got = results({"api", "--http2", "--threads", "2", "--count", "100", "--clients", "8", "--objects", "50",
                            "--watchers", "20", "--writes", "3"});
  ASSERT_EQ(got.size(), 4U);
  for (const auto* mode : {"create", "get", "list"}) {
    const auto& each = got[std::string(mode) == "create" ? 0 : std::string(mode) == "get" ? 1 : 2];
    EXPECT_EQ(troupe::api::string_at(each, {"name"}), mode);
    EXPECT_EQ(troupe::api::int_at(each, {"figures", "operations"}), 100) << mode;
  }
  EXPECT_NE(troupe::api::find(got[3], {"figures", "last_watcher_p99_ms"}), nullptr);
}

TEST_F(api_bench, kept_objects_are_there_afterwards) {
  results({"api", "--mode", "create", "--count", "20", "--clients", "3", "--namespace", "kept", "--keep"});
  const auto list =
      api_->get(collection("configmaps", "kept") + "?labelSelector=app.kubernetes.io%2Fname%3Dtroupe-bench");
  ASSERT_TRUE(list) << list.error().message;
  EXPECT_EQ(troupe::api::array_at(*list, {"items"})->size(), 20U);
}

TEST_F(api_bench, objects_of_others_stay) {
  const auto path = collection("configmaps", "default");
  ASSERT_TRUE(api_->post(path, R"({"metadata":{"name":"mine"}})"));
  results({"api", "--mode", "create", "--count", "20", "--namespace", "default"});
  EXPECT_TRUE(api_->get(path + "/mine"));
  const auto left = api_->get(path + "?labelSelector=app.kubernetes.io%2Fname%3Dtroupe-bench");
  ASSERT_TRUE(left);
  EXPECT_TRUE(troupe::api::array_at(*left, {"items"})->empty());
}

TEST_F(api_bench, pods_become_ready_and_go) {
  const auto got = results({"pods", "--count", "5"});
  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(troupe::api::int_at(got[0], {"figures", "pods"}), 5);
  expect_namespace_gone("bench-pods");
}

TEST_F(api_bench, wrong_servers_and_users_are_told_apart) {
  const auto url = api_->to().url();
  struct test_case {
    std::string name;
    std::vector<std::string> words;
    std::string error;
  };
  for (const auto& c : std::vector<test_case>{
           {"nobody listens", {"--server", "https://127.0.0.1:1"}, "cannot be reached: connect to 127.0.0.1:1"},
           {"a certificate of a stranger", {"--server", url}, "cannot be reached: handshake failed"},
           {"no credentials", {"--server", url, "--insecure-skip-tls-verify"}, "system:anonymous"},
           {"a bad token", {"--server", url, "--insecure-skip-tls-verify", "--token", "x"}, "does not accept"},
           {"no kubeconfig", {"--kubeconfig", "/nowhere"}, "cannot read /nowhere"}}) {
    auto words = c.words;
    words.insert(words.begin(), {"api", "--mode", "create", "--count", "1"});
    const auto got = bench(words);
    EXPECT_EQ(got.code, 1) << c.name;
    EXPECT_NE(got.err.find(c.error), std::string::npos) << c.name << ": " << got.err;
    EXPECT_TRUE(got.out.empty()) << c.name;
  }
}
