#include "tools/image/image.hpp"
#include "net/process/process.hpp"
#include <filesystem>
#include <gtest/gtest.h>
#include <sstream>
#include <unistd.h>

namespace troupe::tools::image {
namespace {

namespace fs = std::filesystem;

struct image_test : testing::Test {
  fs::path dir = fs::temp_directory_path() / ("image-cli-test-" + std::to_string(::getpid()));
  std::ostringstream out, err;
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root: unpacks an image";
    fs::create_directories(dir);
    auto made = net::process::run({.argv = {"sh", "-ec", "cd " + dir.string() +
      "; umoci init --layout L; umoci new --image L:web:1; umoci unpack --image L:web:1 B; echo x > B/rootfs/x; "
      "umoci repack --image L:web:1 B"}});
    if (!made.ok()) GTEST_SKIP() << "needs umoci: " << made.err;
  }
  void TearDown() override { fs::remove_all(dir); }
  std::string data() { return (dir / "data").string(); }
};

TEST_F(image_test, images_are_loaded_listed_and_removed) {
  EXPECT_EQ(load(data(), {(dir / "L").string()}, out, err), 0) << err.str();
  EXPECT_EQ(out.str().find("loaded docker.io/library/"), 0u) << out.str();
  out.str("");
  EXPECT_EQ(list(data(), list_format::table, out, err), 0);
  EXPECT_EQ(out.str().find("IMAGE "), 0u) << out.str();
  EXPECT_NE(out.str().find("docker.io/library/"), std::string::npos) << out.str();
  auto line = out.str().substr(out.str().find('\n') + 1);
  out.str("");
  EXPECT_EQ(list(data(), list_format::json, out, err), 0);
  EXPECT_EQ(out.str().find(R"([{"id":"sha256:)"), 0u) << out.str();
  auto name = line.substr(0, line.find(' '));
  EXPECT_EQ(remove(data(), {name + ":1", "nope"}, out, err), 1);
  EXPECT_EQ(err.str(), "error: no such image: nope\n");
  out.str("");
  EXPECT_EQ(list(data(), list_format::table, out, err), 0);
  EXPECT_EQ(out.str().find('\n') + 1, out.str().size()) << out.str();
}

TEST_F(image_test, what_cannot_be_loaded_is_named) {
  EXPECT_EQ(load(data(), {"/nowhere"}, out, err), 1);
  EXPECT_EQ(err.str(), "error: /nowhere: /nowhere: no such file or directory\n");
}

} // namespace
} // namespace troupe::tools::image
