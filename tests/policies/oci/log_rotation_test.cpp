#include "policies/oci/log_rotation.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::oci {
namespace {

using names = std::vector<std::string>;

struct rotation_case {
  const char* name;
  names present;
  std::uint32_t keep = 5;
  names remove = {}, compress = {};
};

TEST(log_rotation, the_oldest_go_and_all_but_the_newest_are_compressed) {
  const rotation_case cases[] = {
    {.name = "a first rotation finds nothing old", .present = {"0.log"}},
    {.name = "what was rotated last is compressed now",
     .present = {"0.log", "0.log.20260101-000000"},
     .compress = {"0.log.20260101-000000"}},
    {.name = "compressed ones stay as they are",
     .present = {"0.log", "0.log.20260101-000000.gz", "0.log.20260102-000000"},
     .compress = {"0.log.20260102-000000"}},
    {.name = "with the present one and the one to come there are five",
     .present = {"0.log", "0.log.1.gz", "0.log.2.gz", "0.log.3.gz", "0.log.4"},
     .remove = {"0.log.1.gz"},
     .compress = {"0.log.4"}},
    {.name = "two files leave no room for a third", .present = {"0.log", "0.log.1"}, .keep = 2, .remove = {"0.log.1"}},
    {.name = "what an interrupted compression left is cleaned up",
     .present = {"0.log", "0.log.1", "0.log.1.gz", "0.log.2.gz.tmp"},
     .remove = {"0.log.1", "0.log.2.gz.tmp"}},
    {.name = "files of other runs are not ours", .present = {"1.log", "1.log.1", "0.log"}},
  };
  for (auto& c : cases) {
    auto plan = plan_rotation(c.present, "0.log", c.keep);
    EXPECT_EQ(plan.remove, c.remove) << c.name;
    EXPECT_EQ(plan.compress, c.compress) << c.name;
  }
}

TEST(log_rotation, a_rotated_file_is_named_by_its_time) {
  EXPECT_EQ(rotated_name("0.log", "2026-11-22T16:02:28Z"), "0.log.20261122-160228");
}

} // namespace
} // namespace troupe::policies::oci
