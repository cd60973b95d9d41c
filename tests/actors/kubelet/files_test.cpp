#include "actors/kubelet/pod_files.hpp"
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <sys/stat.h>
#include <unistd.h>

namespace troupe::actors::kubelet {
namespace {

namespace fs = std::filesystem;
using policies::node::volume_kind;

const auto noon = *api::parse_time("2026-11-22T12:00:00Z");

struct pod_files : ::testing::Test {
  fs::path root = fs::temp_directory_path() / ("troupe-files-" + std::to_string(::getpid()));
  pod_files() { fs::create_directories(root); }
  ~pod_files() override { remove_tree(root.string()); }
  static std::string read(const fs::path& p) {
    std::ifstream in(p, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  static unsigned mode(const fs::path& p) {
    struct stat st {};
    return ::stat(p.c_str(), &st) == 0 ? st.st_mode & 07777 : 0;
  }
};

TEST_F(pod_files, content_is_replaced_as_a_whole_and_old_files_go) {
  auto v = (root / "v").string();
  write_content(v, {{"a", {"1", 0644}}, {"d/x", {"2", 0400}}}, -1, noon);
  EXPECT_EQ(read(root / "v/a"), "1");
  EXPECT_EQ(read(root / "v/d/x"), "2");
  EXPECT_EQ(mode(root / "v/d/x"), 0400u);
  EXPECT_TRUE(fs::is_symlink(root / "v/a"));
  auto first = fs::read_symlink(root / "v/..data");
  write_content(v, {{"a", {"1", 0644}}, {"d/x", {"2", 0400}}}, -1, noon + std::chrono::seconds(1));
  EXPECT_EQ(fs::read_symlink(root / "v/..data"), first) << "nothing changed";
  write_content(v, {{"b", {"3", 0600}}}, -1, noon + std::chrono::seconds(2));
  EXPECT_EQ(read(root / "v/b"), "3");
  EXPECT_FALSE(fs::exists(fs::symlink_status(root / "v/a")));
  EXPECT_FALSE(fs::exists(root / "v" / first)) << "the old directory is gone";
}

TEST_F(pod_files, an_empty_dir_is_open_to_all_users) {
  make_volume({{"e", volume_kind::empty, (root / "e").string(), {}, 0, false}, {}}, -1, noon);
  EXPECT_EQ(mode(root / "e"), 0777u);
}

TEST_F(pod_files, host_paths_are_made_or_refused_by_type) {
  auto order = [&](std::string path, std::string type) {
    return volume_order{{"h", volume_kind::host_path, (root / path).string(), std::move(type), 0, false}, {}};
  };
  make_volume(order("new", "DirectoryOrCreate"), -1, noon);
  EXPECT_TRUE(fs::is_directory(root / "new"));
  make_volume(order("file", "FileOrCreate"), -1, noon);
  EXPECT_TRUE(fs::is_regular_file(root / "file"));
  EXPECT_THROW(make_volume(order("file", "Directory"), -1, noon), std::runtime_error);
  EXPECT_THROW(make_volume(order("none", "File"), -1, noon), std::runtime_error);
}

TEST_F(pod_files, sub_paths_are_made_inside_and_no_link_leads_out) {
  fs::create_directories(root / "v");
  write_file((root / "secret").string(), "s", 0600);
  fs::create_symlink(root / "secret", root / "v/out");
  fs::create_symlink("../..", root / "v/up");
  fs::create_symlink("in", root / "v/link");
  policies::node::planned_mount m;
  m.mount.host_path = (root / "v").string();
  m.mount.container_path = "/x";
  m.sub_path = "a/b";
  auto resolved = resolve_mounts({m}, "");
  EXPECT_EQ(resolved[0].host_path, fs::canonical(root / "v/a/b").string());
  for (auto bad : {"out", "up", "up/etc"}) {
    m.sub_path = bad;
    EXPECT_THROW((void)resolve_mounts({m}, ""), std::runtime_error) << bad;
  }
  fs::create_directories(root / "v/in");
  m.sub_path = "link";
  EXPECT_EQ(resolve_mounts({m}, "")[0].host_path, fs::canonical(root / "v/in").string())
      << "links that stay inside are fine";
}

TEST_F(pod_files, a_pinned_sub_path_is_unmounted_before_its_pod_is_removed) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root to mount";
  fs::create_directories(root / "outside/keep");
  write_file((root / "outside/keep/file").string(), "data", 0600);
  policies::node::planned_mount m;
  m.mount.host_path = (root / "outside").string();
  m.sub_path = "keep";
  auto pins = (root / "pod/pins").string();
  auto resolved = resolve_mounts({m}, pins);
  if (resolved[0].host_path != pins + "/0") GTEST_SKIP() << "this machine does not let us mount";
  EXPECT_EQ(read(fs::path(resolved[0].host_path) / "file"), "data");
  remove_tree((root / "pod").string());
  EXPECT_FALSE(fs::exists(root / "pod"));
  EXPECT_EQ(read(root / "outside/keep/file"), "data") << "nothing is deleted through a mount";
}

} // namespace
} // namespace troupe::actors::kubelet
