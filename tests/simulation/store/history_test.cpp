#include "tests/simulation/store/history.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace troupe::tests::simulation {
namespace {

using fate = operation::fate;
using testing::HasSubstr;

operation write(std::uint64_t begin, std::uint64_t end, revision at, std::map<std::string, std::string> writes,
                std::map<std::string, revision> compares = {}) {
  return {.invoked = begin, .completed = end, .compares = std::move(compares), .writes = std::move(writes),
          .how = fate::acknowledged, .at = at};
}
operation read(std::uint64_t begin, std::uint64_t end, revision at, std::string key, std::string value, revision mod) {
  return {.invoked = begin, .completed = end, .how = fate::acknowledged, .at = at,
          .reads = {{std::move(key), std::move(value), mod}}};
}
operation unknown(std::uint64_t begin, std::map<std::string, std::string> writes) {
  return {.invoked = begin, .writes = std::move(writes)};
}
operation refused(std::uint64_t begin, std::map<std::string, std::string> writes) {
  return {.invoked = begin, .writes = std::move(writes), .how = fate::refused};
}
operation failed(std::uint64_t begin, std::uint64_t end, revision at, std::map<std::string, revision> compares) {
  return {.invoked = begin, .completed = end, .compares = std::move(compares), .writes = {{"x", "never"}},
          .how = fate::acknowledged, .succeeded = false, .at = at};
}

const std::vector<change> two_writes = {{2, "x", "a"}, {3, "x", "b"}};

struct history_case {
  const char* name;
  std::vector<operation> operations;
  std::vector<change> changes = two_writes;
  const char* wrong = ""; ///< part of the complaint; empty: the history is right
};

class history : public testing::TestWithParam<history_case> {};

TEST_P(history, is_judged) {
  auto said = wrong_with(GetParam().operations, GetParam().changes);
  if (*GetParam().wrong) EXPECT_THAT(said, HasSubstr(GetParam().wrong));
  else EXPECT_EQ(said, "");
}

INSTANTIATE_TEST_SUITE_P(
  , history,
  testing::Values(
    history_case{"nothing_happened", {}, {}},
    history_case{"one_after_another",
                 {write(0, 1, 2, {{"x", "a"}}), read(2, 3, 2, "x", "a", 2), write(4, 5, 3, {{"x", "b"}}),
                  read(6, 7, 3, "x", "b", 3), read(6, 7, 3, "y", "", 0)}},
    history_case{"at_the_same_time_a_read_may_see_either",
                 {write(0, 1, 2, {{"x", "a"}}), write(4, 9, 3, {{"x", "b"}}), read(5, 6, 3, "x", "b", 3),
                  read(5, 6, 2, "x", "a", 2)}},
    history_case{"an_unknown_write_may_have_happened", {write(0, 1, 2, {{"x", "a"}}), unknown(2, {{"x", "b"}})}},
    history_case{"an_unknown_write_may_not_have_happened",
                 {write(0, 1, 2, {{"x", "a"}}), write(2, 3, 3, {{"x", "b"}}), unknown(2, {{"x", "c"}})}},
    history_case{"an_unknown_write_may_happen_after_later_ones",
                 {unknown(0, {{"x", "b"}}), write(1, 2, 2, {{"x", "a"}}), read(3, 4, 2, "x", "a", 2)}},
    history_case{"a_transaction_of_two_keys",
                 {write(0, 1, 2, {{"x", "a"}, {"y", "b"}}, {{"x", 0}})}, {{2, "x", "a"}, {2, "y", "b"}}},
    history_case{"a_failed_compare",
                 {write(0, 1, 2, {{"x", "a"}}), write(2, 3, 3, {{"x", "b"}}, {{"x", 2}}), failed(4, 5, 3, {{"x", 2}})}},
    history_case{"lost", {write(0, 1, 2, {{"x", "a"}}), write(2, 3, 3, {{"x", "b"}}), write(4, 5, 4, {{"x", "c"}})},
                 two_writes, "lost"},
    history_case{"stale", {write(0, 1, 2, {{"x", "a"}}), write(2, 3, 3, {{"x", "b"}}), read(4, 5, 2, "x", "a", 2)},
                 two_writes, "began after the end"},
    history_case{"a_value_of_another_revision",
                 {write(0, 1, 2, {{"x", "a"}}), write(2, 3, 3, {{"x", "b"}}), read(4, 5, 3, "x", "a", 2)}, two_writes,
                 "x was b@3"},
    history_case{"nobody_wrote_it", {write(0, 1, 2, {{"x", "a"}})}, two_writes, "nobody wrote"},
    history_case{"refused_but_done", {write(0, 1, 2, {{"x", "a"}}), refused(2, {{"x", "b"}})}, two_writes, "refused"},
    history_case{"done_twice", {unknown(0, {{"x", "a"}})}, {{2, "x", "a"}, {3, "x", "a"}}, "twice"},
    history_case{"half_of_a_transaction", {unknown(0, {{"x", "a"}, {"y", "b"}})}, {{2, "x", "a"}}, "not the whole"},
    history_case{"compares_that_did_not_hold",
                 {write(0, 1, 2, {{"x", "a"}}), write(2, 3, 3, {{"x", "b"}}, {{"x", 0}})}, two_writes, "did not hold"},
    history_case{"compares_that_held",
                 {write(0, 1, 2, {{"x", "a"}}), write(2, 3, 3, {{"x", "b"}}), failed(4, 5, 3, {{"x", 3}})}, two_writes,
                 "held"},
    history_case{"answered_with_another_revision",
                 {write(0, 1, 2, {{"x", "a"}}), write(2, 3, 4, {{"x", "b"}})}, two_writes, "done at 3"},
    history_case{"order_against_time",
                 {write(2, 3, 2, {{"x", "a"}}), write(0, 1, 3, {{"x", "b"}})}, two_writes, "began after the end"},
    history_case{"an_unknown_write_before_its_time",
                 {write(0, 1, 3, {{"x", "b"}}), unknown(2, {{"x", "a"}})}, two_writes, "began after the end"},
    history_case{"a_future_that_never_came",
                 {write(0, 1, 2, {{"x", "a"}}), write(2, 3, 3, {{"x", "b"}}), read(4, 5, 9, "y", "", 0)}, two_writes,
                 "never came"},
    history_case{"a_gap", {unknown(0, {{"x", "a"}})}, {{3, "x", "a"}}, "was told after"},
    history_case{"out_of_order", {unknown(0, {{"x", "a"}}), unknown(0, {{"x", "b"}})}, {{3, "x", "b"}, {2, "x", "a"}},
                 "was told after"},
    history_case{"the_same_twice", {unknown(0, {{"x", "a"}})}, {{2, "x", "a"}, {2, "x", "a"}}, "changed twice"}),
  [](const auto& test) { return test.param.name; });

} // namespace
} // namespace troupe::tests::simulation
