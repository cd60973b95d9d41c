#include "policies/api/json.hpp"
#include "policies/schema/embedded_tables.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::schema {
namespace {

TEST(embedded_tables, are_json_documents) {
  for (auto& table : type_tables())
    EXPECT_TRUE(boost::json::parse(table.text).is_object()) << table.name;
  EXPECT_TRUE(boost::json::parse(resource_table()).is_array());
  EXPECT_TRUE(boost::json::parse(description_table()).is_object());
}

} // namespace
} // namespace troupe::policies::schema
