#include "tools/troupe/settings.hpp"
#include "tests/tools/troupe/server.hpp"
#include "tools/troupe/instance.hpp"
#include <CLI/CLI.hpp>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>

namespace troupe::tools {
namespace {

namespace fs = std::filesystem;

/// A folder and an environment for one test.
struct settings_test : testing::Test {
  fs::path dir = fs::path(testing::TempDir()) / "troupe-settings";
  settings_test() { fs::create_directories(dir); }
  ~settings_test() override {
    unsetenv("TROUPE_LINK_SILENCE_MS");
    fs::remove_all(dir);
  }

  std::string file(const std::string& text) const {
    std::ofstream(dir / "settings.yaml") << text;
    return (dir / "settings.yaml").string();
  }
};

start_settings read(const std::vector<std::string>& arguments) {
  CLI::App app;
  start_settings s;
  declare_up(app, s);
  auto reversed = std::vector(arguments.rbegin(), arguments.rend());
  app.parse(reversed);
  read_settings_file(app, s);
  return s;
}

TEST_F(settings_test, a_flag_beats_the_environment_which_beats_the_file) {
  const auto config = file("link-silence-ms: 3000\nhollow-nodes: 7\n");
  EXPECT_EQ(read({}).cluster.link_silence_ms, 2'000U);
  EXPECT_EQ(read({"--config", config}).cluster.link_silence_ms, 3'000U);
  setenv("TROUPE_LINK_SILENCE_MS", "4000", 1);
  const auto both = read({"--config", config});
  EXPECT_EQ(both.cluster.link_silence_ms, 4'000U);
  EXPECT_EQ(both.cluster.hollow_nodes, 7U);
  EXPECT_EQ(read({"--config", config, "--link-silence-ms", "5000"}).cluster.link_silence_ms, 5'000U);
}

TEST_F(settings_test, what_is_out_of_bounds_or_unknown_is_refused) {
  // Signs of life come every half second: less would take a living node for gone.
  for (const std::string bad : {"1000", "60001", "-1", "2s", ""})
    EXPECT_THROW((void)read({"--link-silence-ms", bad}), CLI::ParseError) << bad;
  EXPECT_THROW((void)read({"--config", file("link-silence-ms: 10")}), CLI::ParseError);
  EXPECT_THROW((void)read({"--config", file("link-silence: 3000")}), CLI::ParseError);
  EXPECT_THROW((void)read({"--config", file("hollow-nodes: [1]")}), CLI::ParseError);
  EXPECT_THROW((void)read({"--config", (dir / "none.yaml").string()}), CLI::ParseError);
}

TEST_F(settings_test, what_is_said_at_a_start_holds_for_a_known_node) {
  machine m;
  auto known = m.config;
  actors::cluster::cluster_config wanted;
  known.link_silence_ms = 9'000;
  wanted.link_silence_ms = 3'000;
  wanted.etcd_listen = "127.0.0.1:2379";
  const auto got = complete_joined(known, wanted);
  ASSERT_TRUE(got.has_value()) << got.error();
  EXPECT_EQ(got->link_silence_ms, 3'000U);
  EXPECT_EQ(got->etcd_listen, "127.0.0.1:2379");
}

} // namespace
} // namespace troupe::tools
