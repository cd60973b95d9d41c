#include "actors/runtime/files.hpp"
#include "actors/runtime/image_store.hpp"
#include <archive.h>
#include <archive_entry.h>
#include <filesystem>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <random>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

namespace troupe::actors::runtime {
namespace {

namespace fs = std::filesystem;

struct entry {
  std::string path;
  std::string content = {};
  char type = 'f'; ///< f, d, l (symbolic link), h (hard link), p (pipe)
  std::string target = {};
};

/// A tar archive of the entries as they are, honest or not.
std::string tar(const std::vector<entry>& entries) {
  std::string out(1 << 20, '\0');
  std::size_t used = 0;
  auto* a = archive_write_new();
  archive_write_set_format_pax_restricted(a);
  archive_write_open_memory(a, out.data(), out.size(), &used);
  for (auto& e : entries) {
    auto* x = archive_entry_new();
    archive_entry_set_pathname(x, e.path.c_str());
    archive_entry_set_filetype(x, e.type == 'd'   ? AE_IFDIR
                                  : e.type == 'l' ? AE_IFLNK
                                  : e.type == 'p' ? AE_IFIFO
                                                  : AE_IFREG);
    archive_entry_set_perm(x, e.type == 'd' ? 0755 : 0644);
    if (e.type == 'l') archive_entry_set_symlink(x, e.target.c_str());
    if (e.type == 'h') archive_entry_set_hardlink(x, e.target.c_str());
    archive_entry_set_size(x, static_cast<la_int64_t>(e.content.size()));
    archive_write_header(a, x);
    archive_write_data(a, e.content.data(), e.content.size());
    archive_entry_free(x);
  }
  archive_write_close(a);
  archive_write_free(a);
  out.resize(used);
  return out;
}

struct image_store_test : testing::Test {
  fs::path dir = fs::temp_directory_path() / ("image-store-test-" + std::to_string(::getpid()));
  std::optional<image_store> store;
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root: unpacks into a root directory of its own";
    fs::create_directories(dir / "target");
    store.emplace((dir / "images").string());
  }
  void TearDown() override { fs::remove_all(dir); }

  std::string write(const std::string& name, const std::string& content) {
    fs::create_directories((dir / name).parent_path());
    EXPECT_TRUE(files::write((dir / name).string(), content));
    return (dir / name).string();
  }
  tl::expected<std::uint64_t, std::string> unpack(const std::string& archive, const std::string& diff_id = {}) {
    fs::remove_all(dir / "target");
    fs::create_directories(dir / "target");
    return unpack_layer(write("layer", archive), {}, diff_id, (dir / "target").string());
  }
  std::string in_target(const std::string& name) {
    return files::read((dir / "target" / name).string()).value_or("missing");
  }

  std::string blob(const std::string& content) {
    auto digest = digest_of(content);
    write("L/blobs/sha256/" + digest.substr(7), content);
    return digest;
  }
  /// An OCI layout with one image of these layers.
  std::string layout(const std::vector<std::string>& layers, const std::string& name,
                     const std::string& wrong_diff_id = {}) {
    fs::remove_all(dir / "L");
    std::string diffs, descriptors;
    for (auto& l : layers) {
      auto digest = blob(l);
      diffs += fmt::format("{}\"{}\"", diffs.empty() ? "" : ",", wrong_diff_id.empty() ? digest : wrong_diff_id);
      descriptors += fmt::format(R"({}{{"digest":"{}","size":1}})", descriptors.empty() ? "" : ",", digest);
    }
    auto config = blob(fmt::format(R"({{"config":{{"Cmd":["sh"],"User":"5"}},"rootfs":{{"diff_ids":[{}]}}}})", diffs));
    auto manifest = blob(fmt::format(R"({{"config":{{"digest":"{}"}},"layers":[{}]}})", config, descriptors));
    write(
        "L/index.json",
        fmt::format(R"({{"manifests":[{{"digest":"{}","annotations":{{"org.opencontainers.image.ref.name":"{}"}}}}]}})",
                    manifest, name));
    return (dir / "L").string();
  }
};

TEST_F(image_store_test, files_links_and_directories_are_unpacked) {
  ASSERT_TRUE(unpack(tar({{.path = "./", .type = 'd'},
                          {.path = "a/b", .content = "text"},
                          {.path = "/abs", .content = "x"},
                          {.path = "hard", .type = 'h', .target = "a/b"},
                          {.path = "soft", .type = 'l', .target = "/a/b"}})));
  EXPECT_EQ(in_target("a/b"), "text");
  EXPECT_EQ(in_target("abs"), "x");
  EXPECT_EQ(in_target("hard"), "text");
  EXPECT_EQ(fs::read_symlink(dir / "target/soft"), "/a/b");
}

TEST_F(image_store_test, whiteouts_become_the_marks_of_the_overlay) {
  ASSERT_TRUE(unpack(tar({{.path = "d/.wh.gone"},
                          {.path = "o/.wh..wh..opq"},
                          {.path = "o/new", .content = "n"},
                          {.path = ".wh..wh.plnk"}})));
  struct stat s {};
  ASSERT_EQ(::lstat((dir / "target/d/gone").c_str(), &s), 0);
  EXPECT_TRUE(S_ISCHR(s.st_mode));
  EXPECT_EQ(s.st_rdev, 0u);
  char value[8] = {};
  EXPECT_EQ(::getxattr((dir / "target/o").c_str(), "trusted.overlay.opaque", value, sizeof value), 1);
  EXPECT_EQ(value[0], 'y');
  EXPECT_FALSE(fs::exists(dir / "target/.wh..wh.plnk"));
}

TEST_F(image_store_test, nothing_is_written_outside_of_the_layer) {
  auto outside = (dir / "outside").string();
  fs::create_directories(outside);
  write("victim", "safe");
  std::vector<std::pair<std::string, std::vector<entry>>> attacks = {
      {"parent directories", {{.path = "../victim", .content = "evil"}}},
      {"hidden parent directories", {{.path = "a/../../victim", .content = "evil"}}},
      {"a link, then a file through it",
       {{.path = "l", .type = 'l', .target = outside}, {.path = "l/evil", .content = "evil"}}},
      {"a relative link", {{.path = "l", .type = 'l', .target = "../outside"}, {.path = "l/evil", .content = "evil"}}},
      {"a link to a file, then the file",
       {{.path = "l", .type = 'l', .target = (dir / "victim").string()}, {.path = "l", .content = "evil"}}},
      {"a hard link out", {{.path = "h", .type = 'h', .target = "../victim"}, {.path = "h", .content = "evil"}}},
      {"an absolute hard link", {{.path = "h", .type = 'h', .target = (dir / "victim").string()}}},
      {"a whiteout out", {{.path = "../.wh.victim"}}},
      {"a whiteout through a link", {{.path = "l", .type = 'l', .target = outside}, {.path = "l/.wh.x"}}},
      {"an opaque mark through a link", {{.path = "l", .type = 'l', .target = outside}, {.path = "l/.wh..wh..opq"}}},
  };
  for (auto& [name, entries] : attacks) {
    (void)unpack(tar(entries));
    EXPECT_EQ(files::read((dir / "victim").string()).value_or("gone"), "safe") << name;
    EXPECT_TRUE(fs::is_empty(outside)) << name;
    char value[8];
    EXPECT_LT(::getxattr(outside.c_str(), "trusted.overlay.opaque", value, sizeof value), 0) << name;
  }
  EXPECT_FALSE(unpack(tar({{.path = "../x"}}))) << "and it is an error";
}

TEST_F(image_store_test, a_layer_with_another_digest_is_refused) {
  auto archive = tar({{.path = "a"}});
  EXPECT_TRUE(unpack(archive, digest_of(archive)));
  EXPECT_FALSE(unpack(archive, digest_of("x")));
  EXPECT_FALSE(unpack_layer(write("layer", archive), digest_of("x"), {}, (dir / "target").string()));
}

TEST_F(image_store_test, damaged_archives_are_errors_or_harmless) {
  auto archive = tar({{.path = "a", .content = std::string(3000, 'x')},
                      {.path = "l", .type = 'l', .target = "../victim"},
                      {.path = "d", .type = 'd'}});
  write("victim", "safe");
  std::mt19937_64 random(9);
  for (int i = 0; i < 150; ++i) {
    auto text = archive;
    for (auto n = random() % 8 + 1; n > 0; --n) text[random() % 2048] = static_cast<char>(random());
    if (random() % 4 == 0) text.resize(random() % text.size());
    (void)unpack(text);
  }
  EXPECT_EQ(files::read((dir / "victim").string()).value_or("gone"), "safe");
}

TEST_F(image_store_test, an_image_is_loaded_found_and_removed_with_its_layers) {
  auto names = store->load(layout({tar({{.path = "a"}}), tar({{.path = "b"}})}, "bb:1"));
  ASSERT_TRUE(names) << names.error();
  EXPECT_EQ(*names, std::vector<std::string>{"docker.io/library/bb:1"});
  auto found = store->find("bb:1");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->layers.size(), 2u);
  EXPECT_EQ(found->cmd, std::vector<std::string>{"sh"});
  EXPECT_EQ(found->info().user, 5);
  EXPECT_TRUE(store->find(found->id));
  EXPECT_TRUE(store->find(found->id.substr(7, 13)));
  EXPECT_TRUE(store->find(found->digests.at(0)));
  EXPECT_FALSE(store->find("bb:2"));
  EXPECT_EQ(files::names(store->layer_root()).size(), 2u);
  EXPECT_TRUE(store->remove("bb:1"));
  EXPECT_FALSE(store->find("bb:1"));
  EXPECT_TRUE(files::names(store->layer_root()).empty());
  EXPECT_TRUE(store->remove("bb:1")) << "may be repeated";
}

TEST_F(image_store_test, a_tag_moves_and_shared_layers_stay) {
  auto base = tar({{.path = "base"}});
  ASSERT_TRUE(store->load(layout({base}, "bb:1")));
  auto first = store->find("bb:1")->id;
  ASSERT_TRUE(store->load(layout({base, tar({{.path = "more"}})}, "bb:1")));
  EXPECT_NE(store->find("bb:1")->id, first);
  EXPECT_TRUE(store->find(first)->tags.empty());
  ASSERT_TRUE(store->remove(first));
  EXPECT_EQ(files::names(store->layer_root()).size(), 2u);
}

TEST_F(image_store_test, a_layout_that_lies_is_refused_and_leaves_nothing) {
  EXPECT_FALSE(store->load(layout({tar({{.path = "a"}})}, "bb:1", digest_of("other"))));
  auto good = layout({tar({{.path = "a"}})}, "bb:1");
  for (auto& name : files::names(good + "/blobs/sha256")) {
    layout({tar({{.path = "a"}})}, "bb:1");
    write("L/blobs/sha256/" + name, "changed");
    EXPECT_FALSE(store->load(good)) << name;
  }
  EXPECT_FALSE(store->load((dir / "nowhere").string()));
  EXPECT_FALSE(store->load(write("noise", "this is no archive")));
  EXPECT_TRUE(store->list().empty());
  EXPECT_TRUE(files::names(store->layer_root()).empty());
  EXPECT_TRUE(files::names((dir / "images/tmp").string()).empty());
}

TEST_F(image_store_test, a_docker_archive_is_loaded_also_when_its_layers_are_links) {
  auto layer = tar({{.path = "a", .content = "x"}});
  auto config = fmt::format(R"({{"config":{{}},"rootfs":{{"diff_ids":["{}"]}}}})", digest_of(layer));
  auto saved = R"([{"Config":"c.json","RepoTags":["web:2"],"Layers":["1/layer.tar"]}])";
  auto path = write("saved.tar", tar({{.path = "c.json", .content = config},
                                      {.path = "x.tar", .content = layer},
                                      {.path = "1/layer.tar", .type = 'l', .target = "../x.tar"},
                                      {.path = "manifest.json", .content = saved}}));
  auto names = store->load(path);
  ASSERT_TRUE(names) << names.error();
  EXPECT_EQ(*names, std::vector<std::string>{"docker.io/library/web:2"});
  auto evil = write("evil.tar", tar({{.path = "c.json", .content = config},
                                     {.path = "1/layer.tar", .type = 'l', .target = "/etc/passwd"},
                                     {.path = "manifest.json", .content = saved}}));
  fs::remove_all(dir / "images/l");
  fs::create_directories(dir / "images/l");
  EXPECT_FALSE(store->load(evil));
}

TEST_F(image_store_test, unfinished_work_of_dead_processes_is_removed) {
  fs::create_directories(dir / "images/tmp/999999999-1");
  fs::create_directories(dir / "images/tmp/abcdef");
  fs::create_directories(dir / ("images/tmp/" + std::to_string(::getpid()) + "-1"));
  store->clean();
  EXPECT_EQ(files::names((dir / "images/tmp").string()), std::vector<std::string>{std::to_string(::getpid()) + "-1"});
}

} // namespace
} // namespace troupe::actors::runtime
