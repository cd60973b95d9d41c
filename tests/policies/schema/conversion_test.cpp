#include "policies/schema/conversion.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::schema {
namespace {

TEST(conversion, exists_for_kinds_that_are_stored_as_another) {
  EXPECT_TRUE(find_conversion({"events.k8s.io", "v1", "Event"}));
  EXPECT_TRUE(find_conversion({"autoscaling", "v1", "HorizontalPodAutoscaler"}));
  EXPECT_FALSE(find_conversion({"autoscaling", "v2", "HorizontalPodAutoscaler"}));
  EXPECT_FALSE(find_conversion({"", "v1", "Event"}));
}

} // namespace
} // namespace troupe::policies::schema
