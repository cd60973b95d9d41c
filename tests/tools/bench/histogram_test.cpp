#include "tools/bench/histogram.hpp"
#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <random>
#include <vector>

using troupe::tools::bench::histogram;

TEST(histogram, an_empty_one_answers_zero_to_everything) {
  const histogram h;
  EXPECT_EQ(h.count(), 0U);
  EXPECT_EQ(h.min(), 0U);
  EXPECT_EQ(h.max(), 0U);
  EXPECT_EQ(h.at(0.5), 0U);
  EXPECT_EQ(h.mean(), 0.0);
}

TEST(histogram, one_value_is_every_quantile) {
  histogram h;
  h.record(123'456'789);
  for (double q : {0.0, 0.5, 0.99, 1.0})
    EXPECT_EQ(h.at(q), 123'456'789U) << q;
}

TEST(histogram, small_values_are_exact) {
  histogram h;
  for (std::uint64_t v = 0; v < 512; ++v)
    h.record(v);
  EXPECT_EQ(h.at(0.5), 255U);
  EXPECT_EQ(h.at(1.0), 511U);
  EXPECT_EQ(h.at(0.0), 0U);
}

TEST(histogram, quantiles_are_right_within_a_256th) {
  std::mt19937_64 random(7);
  std::vector<std::uint64_t> values;
  histogram h;
  for (int i = 0; i < 20'000; ++i) {
    const auto v = static_cast<std::uint64_t>(std::exp(std::uniform_real_distribution<>(0, 28)(random)));
    values.push_back(v);
    h.record(v);
  }
  std::sort(values.begin(), values.end());
  for (double q : {0.001, 0.1, 0.5, 0.9, 0.99, 0.999, 1.0}) {
    const auto exact = values[static_cast<std::size_t>(std::ceil(q * static_cast<double>(values.size()))) - 1];
    EXPECT_GE(h.at(q), exact) << q;
    EXPECT_LE(static_cast<double>(h.at(q)), static_cast<double>(exact) * (1 + 1.0 / 256) + 1) << q;
  }
}

TEST(histogram, a_quantile_never_passes_the_maximum) {
  histogram h;
  h.record(1'000'001);
  h.record(1'000'002);
  EXPECT_EQ(h.at(0.99), 1'000'002U);
}

TEST(histogram, values_beyond_its_range_keep_the_maximum_exact) {
  histogram h;
  h.record(1);
  h.record(std::uint64_t{1} << 60);
  EXPECT_EQ(h.max(), std::uint64_t{1} << 60);
  EXPECT_EQ(h.at(1.0), std::uint64_t{1} << 60);
  EXPECT_EQ(h.at(0.5), 1U);
}

TEST(histogram, merged_ones_answer_as_if_one_had_counted_all) {
  histogram a, b, all;
  for (std::uint64_t i = 1; i < 5000; ++i) {
    (i % 3 == 0 ? a : b).record(i * i);
    all.record(i * i);
  }
  a.merge(b);
  EXPECT_EQ(a.count(), all.count());
  EXPECT_EQ(a.min(), all.min());
  EXPECT_EQ(a.max(), all.max());
  EXPECT_DOUBLE_EQ(a.mean(), all.mean());
  for (double q : {0.1, 0.5, 0.99})
    EXPECT_EQ(a.at(q), all.at(q));
}

TEST(histogram, merging_an_empty_one_changes_nothing) {
  histogram a;
  a.record(9);
  a.merge(histogram());
  EXPECT_EQ(a.min(), 9U);
  EXPECT_EQ(a.count(), 1U);
}
