#include "net/certificates/files.hpp"
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace troupe::net::certificates {
namespace {

struct folder {
  std::filesystem::path path = ::testing::TempDir() + "troupe-files-" + std::to_string(::getpid());
  folder() { std::filesystem::create_directories(path); }
  ~folder() { std::filesystem::remove_all(path); }
};

unsigned mode(const std::filesystem::path& file) {
  struct stat facts{};
  ::stat(file.c_str(), &facts);
  return facts.st_mode & 0777U;
}

TEST(files, keys_are_for_their_owner_only_whatever_the_umask) {
  const folder in;
  const auto old = ::umask(0);
  const auto made = make_authority("ca", {std::chrono::system_clock::now()}, system_random()).value();
  ASSERT_TRUE(save(made, in.path, "ca").has_value());
  ::umask(0777);
  EXPECT_TRUE(save(made, in.path, "other").has_value());
  ::umask(old);
  for (const auto* stem : {"ca", "other"}) {
    EXPECT_EQ(mode(in.path / (std::string(stem) + ".key")), 0600U);
    EXPECT_EQ(mode(in.path / (std::string(stem) + ".crt")), 0644U);
  }
  const auto read = load_credential(in.path, "ca");
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->certificate_pem, made.certificate_pem);
  EXPECT_EQ(read->key.id(), made.key.id());
}

TEST(files, a_failed_write_leaves_the_old_file) {
  const folder in;
  ASSERT_TRUE(save_private(in.path / "x", "old").has_value());
  std::filesystem::create_directory(in.path / "x.new");
  const auto result = save_private(in.path / "x", "new");
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, errc::file);
  EXPECT_EQ(load(in.path / "x"), "old");
}

TEST(files, a_pair_that_is_replaced_is_the_old_or_the_new_one) {
  const folder in;
  const auto old = make_authority("old", {std::chrono::system_clock::now()}, system_random()).value();
  const auto fresh = make_authority("new", {std::chrono::system_clock::now()}, system_random()).value();
  ASSERT_TRUE(save(old, in.path, "node").has_value());
  ASSERT_TRUE(replace(fresh, in.path, "node").has_value());
  EXPECT_EQ(load_credential(in.path, "node")->key.id(), fresh.key.id());
  // A crash after the first step, and one after the key: what the next start finds fits together.
  ASSERT_TRUE(save_private(in.path / "node.next", old.key.private_pem() + old.certificate_pem).has_value());
  ASSERT_TRUE(save_private(in.path / "node.key", old.key.private_pem()).has_value());
  const auto read = load_credential(in.path, "node");
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->key.id(), old.key.id());
  EXPECT_EQ(read->certificate_pem, old.certificate_pem);
  EXPECT_EQ(mode(in.path / "node.key"), 0600U);
  EXPECT_FALSE(std::filesystem::exists(in.path / "node.next"));
  EXPECT_EQ(load(in.path / "node.crt"), old.certificate_pem);
}

TEST(files, what_is_missing_is_named) {
  const auto result = load("/nowhere/ca.crt");
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().message, "open /nowhere/ca.crt: No such file or directory");
}

} // namespace
} // namespace troupe::net::certificates
