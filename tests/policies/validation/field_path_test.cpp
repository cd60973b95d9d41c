#include "policies/validation/field_path.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::validation {

TEST(field_path, reads_as_in_error_texts) {
  field_path spec("spec");
  auto containers = spec / "containers";
  auto first = containers[0];
  auto limits = first / "resources.limits";
  EXPECT_EQ(first.text(), "spec.containers[0]");
  EXPECT_EQ((first / "image").text(), "spec.containers[0].image");
  EXPECT_EQ(limits.key("cpu").text(), "spec.containers[0].resources.limits[cpu]");
  EXPECT_EQ(field_path().text(), "");
}

} // namespace troupe::policies::validation
