#include "policies/printing/printer.hpp"
#include <gtest/gtest.h>
#include <set>

namespace troupe::policies::printing {

namespace {

TEST(printer, kinds_without_columns_show_name_and_creation) {
  auto shown = columns_of("rbac.authorization.k8s.io", "ClusterRole");
  ASSERT_EQ(shown.size(), 2u);
  EXPECT_EQ(shown[0].name, "Name");
  EXPECT_EQ(shown[1].name, "Created At");
  json::object body{{"metadata", {{"name", "x"}, {"creationTimestamp", "2026-11-22T11:00:00Z"}}}};
  EXPECT_EQ(shown[1].cell({body, {}}), "2026-11-22T11:00:00Z");
}

TEST(printer, every_column_is_described_and_survives_an_empty_object) {
  std::set<std::pair<std::string_view, std::string_view>> seen;
  for (auto list : {core_printers(), apps_printers(), node_printers(), discovery_printers(), batch_printers(),
                    policy_printers(), storage_printers()})
    for (auto& p : list) {
      EXPECT_TRUE(seen.insert({p.group, p.kind}).second) << p.kind;
      json::object bare{{"metadata", json::object()}};
      for (auto& c : p.shown) {
        EXPECT_FALSE(c.description.empty()) << p.kind << " " << c.name;
        EXPECT_NO_THROW((void)c.cell({bare, {}})) << p.kind << " " << c.name;
        EXPECT_NO_THROW((void)c.cell({json::object(), {}})) << p.kind << " " << c.name;
      }
    }
}

} // namespace

} // namespace troupe::policies::printing
