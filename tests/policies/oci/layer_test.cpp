#include "policies/oci/layer.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::oci {
namespace {

TEST(layer, paths_are_made_plain_or_refused) {
  EXPECT_EQ(safe_path("./a//b/"), "a/b");
  EXPECT_EQ(safe_path("/etc/passwd"), "etc/passwd");
  EXPECT_EQ(safe_path("."), "");
  EXPECT_EQ(safe_path("a/..b/c.."), "a/..b/c..");
  for (std::string_view bad : {"..", "../x", "a/../b", "a/..", "/../x", "./.././x"})
    EXPECT_FALSE(safe_path(bad)) << bad;
  EXPECT_FALSE(safe_path(std::string_view("a\0b", 3)));
}

TEST(layer, whiteouts_are_told_from_files) {
  struct {
    std::string_view in;
    entry_kind kind;
    std::string_view path;
  } cases[] = {
    {"a/b", entry_kind::plain, "a/b"},
    {"", entry_kind::plain, ""},
    {"a/.wh.b", entry_kind::whiteout, "a/b"},
    {".wh.b", entry_kind::whiteout, "b"},
    {"a/.wh..wh..opq", entry_kind::opaque, "a"},
    {".wh..wh..opq", entry_kind::opaque, ""},
    {"a/.wh..wh.plnk", entry_kind::reserved, "a/.wh..wh.plnk"},
    {"a/.wh.", entry_kind::reserved, "a/.wh."},
    {"a/.wh...", entry_kind::reserved, "a/.wh..."},
    {".wh.d/file", entry_kind::plain, ".wh.d/file"},
  };
  for (auto& c : cases) {
    auto got = classify(c.in);
    EXPECT_EQ(got.kind, c.kind) << c.in;
    EXPECT_EQ(got.path, c.path) << c.in;
  }
}

} // namespace
} // namespace troupe::policies::oci
