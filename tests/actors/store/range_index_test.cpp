#include "actors/store/range_index.hpp"
#include <algorithm>
#include <gtest/gtest.h>
#include <map>
#include <random>

namespace troupe::actors::store {
namespace {

using mvcc::key_range;

/// The ranges that hold `key`, as "key..end" in order.
std::vector<std::string> found(const range_index& index, std::string_view key) {
  std::vector<range_index::number> numbers;
  index.find(key, numbers);
  std::vector<std::string> out;
  for (auto n : numbers) out.push_back(index.keys(n).key + ".." + index.keys(n).range_end);
  std::sort(out.begin(), out.end());
  return out;
}
using names = std::vector<std::string>;

TEST(range_index, single_keys_prefixes_and_endless_ranges_are_found) {
  range_index index;
  index.add({"b", {}});
  index.add(key_range::prefix("b"));
  index.add({"a", std::string(1, '\0')});
  index.add({"bb", "bd"});
  index.add({"z", "a"}); // Holds nothing.
  auto endless = "a.." + std::string(1, '\0');
  EXPECT_EQ(found(index, "b"), (names{endless, "b..", "b..c"}));
  EXPECT_EQ(found(index, "bc"), (names{endless, "b..c", "bb..bd"}));
  EXPECT_EQ(found(index, "bd"), (names{endless, "b..c"})) << "an end is not part of its range";
  EXPECT_EQ(found(index, "zz"), (names{endless}));
  EXPECT_EQ(found(index, ""), names{});
}

TEST(range_index, equal_ranges_are_one_entry_that_keeps_its_list) {
  range_index index;
  auto a = index.add({"k", {}}), b = index.add({"k", "l"});
  index.head(a) = 7;
  EXPECT_EQ(index.add({"k", {}}), a);
  EXPECT_EQ(index.add({"k", "l"}), b);
  EXPECT_EQ(index.head(index.add({"k", {}})), 7U);
  EXPECT_EQ(index.head(b), range_index::none);
  index.remove(a);
  EXPECT_EQ(found(index, "k"), names{"k..l"});
  index.remove(b);
  EXPECT_EQ(index.size(), 0U);
}

TEST(range_index, finds_what_a_plain_comparison_finds) {
  std::mt19937 random(1);
  auto key = [&] {
    std::string out;
    for (auto n = 1 + random() % 3; n > 0; --n) out.push_back(static_cast<char>('a' + random() % 4));
    return out;
  };
  range_index index;
  std::map<range_index::number, key_range> model;
  for (int step = 0; step < 3000; ++step) {
    if (model.size() > 60 || (!model.empty() && random() % 3 == 0)) {
      auto it = std::next(model.begin(), static_cast<std::ptrdiff_t>(random() % model.size()));
      index.remove(it->first);
      model.erase(it);
    } else {
      key_range r{key(), {}};
      if (auto kind = random() % 4; kind == 1) r.range_end = key();
      else if (kind == 2) r = key_range::prefix(r.key);
      else if (kind == 3) r.range_end = std::string(1, '\0');
      model[index.add(r)] = r;
    }
    ASSERT_EQ(index.size(), model.size());
    auto wanted = key();
    std::vector<range_index::number> got, expected;
    index.find(wanted, got);
    for (auto& [n, r] : model)
      if (r.contains(wanted)) expected.push_back(n);
    std::sort(got.begin(), got.end());
    ASSERT_EQ(got, expected) << "step " << step << ", key " << wanted;
  }
}

TEST(range_index, a_key_costs_what_holds_it_and_not_what_there_is) {
  range_index index;
  constexpr int many = 20'000;
  for (int i = 0; i < many; ++i) {
    index.add({"/registry/pods/default/pod-" + std::to_string(i), {}});
    index.add(key_range::prefix("/registry/leases/node-" + std::to_string(100'000 + i) + "/"));
  }
  std::vector<range_index::number> out;
  EXPECT_LT(index.find("/registry/pods/default/pod-777", out), 100U);
  EXPECT_LT(index.find("/registry/leases/node-100777/x", out), 100U);
  EXPECT_EQ(out.size(), 2U);
}

} // namespace
} // namespace troupe::actors::store
