#include "tools/troupe/master.hpp"
#include <cstdlib>
#include <gtest/gtest.h>

namespace troupe::tools {
namespace {

TEST(master, what_is_named_beats_what_is_around) {
  ::setenv("KUBECONFIG", "/somewhere", 1);
  EXPECT_EQ(kubeconfig_of({.kubeconfig = "/k", .data_dir = "/d"}), "/k");
  EXPECT_EQ(kubeconfig_of({.data_dir = "/d"}), "/d/kubeconfig");
  EXPECT_EQ(kubeconfig_of({}), ""); // that of $KUBECONFIG
  ::unsetenv("KUBECONFIG");
}

TEST(master, tables_have_columns_without_ragged_ends) {
  EXPECT_EQ(table_of({{"ID", "NAME"}, {"1", "a"}, {"22", ""}}), "ID  NAME\n1   a\n22\n");
  const api::json::object row{{"a", "x"}, {"b", {"y", "z"}}, {"c", nullptr}, {"d", 7}, {"e", ""}};
  EXPECT_EQ(cell(row, "a"), "x");
  EXPECT_EQ(cell(row, "b"), "y,z");
  EXPECT_EQ(cell(row, "c", "never"), "never");
  EXPECT_EQ(cell(row, "d"), "7");
  EXPECT_EQ(cell(row, "e", "-"), "-");
  EXPECT_EQ(cell(row, "f"), "");
}

} // namespace
} // namespace troupe::tools
