#include "actors/runtime/log_rotation.hpp"
#include <filesystem>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>
#include <zlib.h>

namespace troupe::actors::runtime {
namespace {

namespace fs = std::filesystem;

struct log_rotation_test : testing::Test {
  std::string directory = fmt::format("/tmp/troupe-log-rotation-test-{}", ::getpid());
  std::string log = directory + "/0.log";
  bool writer_listens = true;

  void SetUp() override { fs::create_directories(directory); }
  void TearDown() override { fs::remove_all(directory); }

  files::outcome rotate(int second, std::uint32_t keep) {
    return rotate_log_file(log, fmt::format("2026-01-01T00:00:{:02}Z", second), keep, [this]() -> files::outcome {
      if (!writer_listens) return tl::unexpected(std::string("nobody listens"));
      return files::write(log, "");
    });
  }
  static std::string unzip(const std::string& path) {
    auto f = ::gzopen(path.c_str(), "rb");
    std::string out(64, '\0');
    auto n = ::gzread(f, out.data(), 64);
    ::gzclose(f);
    out.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
    return out;
  }
};

TEST_F(log_rotation_test, a_log_goes_through_its_ages) {
  for (int i = 1; i <= 4; ++i) {
    ASSERT_TRUE(files::write(log, fmt::format("run {}\n", i)));
    ASSERT_TRUE(rotate(i, 4));
  }
  EXPECT_EQ(files::names(directory),
            (std::vector<std::string>{"0.log", "0.log.20260101-000002.gz", "0.log.20260101-000003.gz",
                                      "0.log.20260101-000004"}));
  EXPECT_EQ(unzip(log + ".20260101-000002.gz"), "run 2\n");
  EXPECT_EQ(files::read(log + ".20260101-000004"), "run 4\n");
}

TEST_F(log_rotation_test, without_a_writer_that_listens_the_log_keeps_its_name) {
  ASSERT_TRUE(files::write(log, "text"));
  writer_listens = false;
  EXPECT_EQ(rotate(1, 5).error(), "nobody listens");
  EXPECT_EQ(files::read(log), "text");
}

TEST_F(log_rotation_test, a_second_rotation_within_a_second_is_none) {
  ASSERT_TRUE(files::write(log, "a"));
  ASSERT_TRUE(rotate(1, 5));
  ASSERT_TRUE(files::write(log, "b"));
  EXPECT_TRUE(rotate(1, 5));
  EXPECT_EQ(files::read(log), "b");
}

} // namespace
} // namespace troupe::actors::runtime
