#include "policies/pipeline/query_options.hpp"
#include <gtest/gtest.h>

namespace troupe::policies::pipeline {
namespace {

std::string outcome(const api::result<void>& r) {
  return r ? "" : std::to_string(r.error().code) + " " + r.error().message;
}

TEST(query_options, of_lists_and_watches_are_checked) {
  struct test_case {
    const char* name;
    query_map query;
    bool watch;
    const char* expected; ///< what the answer begins with
  };
  for (auto& c :
       {test_case{"nothing is fine", {}, false, ""},
        {"a limit", {{"limit", "500"}}, false, ""},
        {"a limit that is no number",
         {{"limit", "abc"}},
         false,
         "400 strconv.ParseInt: parsing \"abc\": invalid syntax"},
        {"an empty limit", {{"limit", ""}}, false, "400 strconv.ParseInt: parsing \"\": invalid syntax"},
        {"a huge timeout",
         {{"timeoutSeconds", "99999999999999999999"}},
         true,
         "400 strconv.ParseInt: parsing \"99999999999999999999\": value out of range"},
        {"a match in a watch", {{"resourceVersion", "3"}, {"resourceVersionMatch", "Exact"}}, true, "422 ListOptions"},
        {"initial events of a list", {{"sendInitialEvents", "true"}}, false, "422 ListOptions"},
        {"initial events without a match", {{"sendInitialEvents", "true"}}, true, "422 ListOptions"},
        {"initial events", {{"sendInitialEvents", "true"}, {"resourceVersionMatch", "NotOlderThan"}}, true, ""}})
    EXPECT_TRUE(outcome(check_list_query(c.query, c.watch)).starts_with(c.expected) &&
                (*c.expected || check_list_query(c.query, c.watch)))
      << c.name << ": " << outcome(check_list_query(c.query, c.watch));
}

TEST(query_options, of_writes_are_checked_under_the_name_of_their_kind) {
  auto dry = [](write_verb verb) { return outcome(check_write_query({{"dryRun", "Some"}}, verb)); };
  EXPECT_TRUE(dry(write_verb::create).starts_with("422 CreateOptions.meta.k8s.io \"\" is invalid: dryRun"));
  EXPECT_TRUE(dry(write_verb::update).starts_with("422 UpdateOptions.meta"));
  EXPECT_TRUE(dry(write_verb::patch).starts_with("422 PatchOptions.meta"));
  EXPECT_TRUE(dry(write_verb::remove).starts_with("422 DeleteOptions.meta"));
  EXPECT_EQ(outcome(check_write_query({{"dryRun", "All"}}, write_verb::create)), "");
  EXPECT_EQ(outcome(check_write_query({{"gracePeriodSeconds", "abc"}}, write_verb::remove)),
            "400 strconv.ParseInt: parsing \"abc\": invalid syntax");
  EXPECT_TRUE(outcome(check_write_query({{"force", "true"}}, write_verb::patch)).starts_with("422 PatchOptions"));
  EXPECT_TRUE(
      check_write_query({{"force", "true"}, {"fieldManager", "m"}}, write_verb::patch, "application/apply-patch+yaml"));
}

TEST(query_options, flags_are_read_as_kubernetes_reads_them) {
  for (auto text : {"true", "1", "yes", ""}) EXPECT_TRUE(flag({{"watch", text}}, "watch")) << text;
  for (auto text : {"false", "FALSE", "0"}) EXPECT_FALSE(flag({{"watch", text}}, "watch")) << text;
  EXPECT_FALSE(flag({}, "watch"));
}

} // namespace
} // namespace troupe::policies::pipeline
