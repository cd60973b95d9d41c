#include "tools/chaos/page.hpp"
#include <gtest/gtest.h>

namespace troupe::tools::chaos {
namespace {

report run(std::uint64_t seed, const char* violation) {
  report r;
  r.seed = seed;
  r.violation = violation;
  r.begin_ms = 1'000;
  r.end_ms = 9'000;
  r.virtual_ms = 10'000;
  r.faults = {{2'000, 4'000, "cut <master1> & worker4"}, {3'000, 5'000, "power master2"}};
  r.timeline = {r.faults[0].text, r.faults[1].text};
  r.seconds = {{}, {3, 2, 0, 40, 60}, {0, 0, 4, 0, 0}};
  r.leaders = {{500, "master1"}, {4'200, "master3"}};
  r.gaps = {{2'100, 4'300}};
  return r;
}

TEST(page_of, shows_faults_gaps_leaders_and_the_violation_and_needs_nothing_else) {
  policies::chaos::scenario s;
  s.name = "mixed";
  auto page = page_of(s, {run(1, ""), run(2, "at 5 ms: a < b")});
  for (auto part :
       {"1 of 2 seeds held", "at 5 ms: a &lt; b", "cut &lt;master1&gt; &amp; worker4", "master3 leads at 4200 ms",
        "no write was acknowledged for 2200 ms", "second 1: 2 writes", "<polyline class=\"slowest\""})
    EXPECT_NE(page.find(part), std::string::npos) << part;
  for (auto foreign : {"<script", "http://", "https://", "src="})
    EXPECT_EQ(page.find(foreign), std::string::npos) << foreign;
}

TEST(page_of, draws_every_run_that_failed_and_few_of_the_others) {
  std::vector<report> runs;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) runs.push_back(run(seed, seed == 60 ? "lost" : ""));
  auto page = page_of({}, runs);
  EXPECT_NE(page.find("<h2>Seed 60</h2>"), std::string::npos);
  EXPECT_EQ(page.find("<h2>Seed 40</h2>"), std::string::npos);
  EXPECT_NE(page.find("40 held"), std::string::npos) << "its row is there";
}

} // namespace
} // namespace troupe::tools::chaos
