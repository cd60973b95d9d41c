#include "policies/node/back_off.hpp"
#include "tests/policies/node/builders.hpp"

namespace troupe::policies::node {
namespace {
using namespace std::chrono_literals;

TEST(back_off, pauses_double_from_ten_seconds_to_five_minutes) {
  back_off b;
  auto t = noon;
  EXPECT_EQ(b.due(t), t) << "nothing was tried yet";
  std::vector<std::string> seen;
  for (int i = 0; i < 7; ++i) {
    b.next(t, t);
    seen.push_back(go_duration(b.delay));
    t = b.due(t);
  }
  EXPECT_EQ(seen, (std::vector<std::string>{"10s", "20s", "40s", "1m20s", "2m40s", "5m0s", "5m0s"}));
}

TEST(back_off, ten_quiet_minutes_forget_the_past) {
  back_off b;
  b.next(noon, noon);
  b.next(noon, noon);
  EXPECT_EQ(b.due(noon + 11min), noon + 11min);
  b.next(noon + 11min, noon + 11min);
  EXPECT_EQ(b.delay, back_off::initial);
}

TEST(back_off, durations_are_printed_as_go_prints_them) {
  EXPECT_EQ(go_duration(0s), "0s");
  EXPECT_EQ(go_duration(850ms), "850ms");
  EXPECT_EQ(go_duration(1234ms), "1.234s");
  EXPECT_EQ(go_duration(61500ms), "1m1.5s");
  EXPECT_EQ(go_duration(3661s), "1h1m1s");
  EXPECT_EQ(go_duration(-5s), "-5s");
}

} // namespace
} // namespace troupe::policies::node
