#include "tools/chaos/live/state.hpp"
#include <gmock/gmock.h>

namespace troupe::tools::chaos::live {
namespace {

const run_state whole{.id = "ab1",
                      .harness = {42, 4'711},
                      .folder = "/tmp/troupe-chaos-ab1",
                      .namespaces = {"troupe-chaos-ab1-bridge", "troupe-chaos-ab1-1"},
                      .mounts = {"/tmp/troupe-chaos-ab1/master1/data"},
                      .faults = {"at 1 ms for 2 ms: crash master1"}};

TEST(live_state, is_read_as_it_was_written) {
  auto read = read_state(text_of(whole));
  ASSERT_TRUE(read.has_value()) << read.error();
  EXPECT_EQ(text_of(*read), text_of(whole));
  EXPECT_EQ(read->harness.started, 4'711);
}

struct bad_case {
  std::string name;
  std::function<void(run_state&)> change;
};

TEST(live_state, names_nothing_that_a_run_has_not_made) {
  const bad_case cases[] = {
    {.name = "an id that is a path", .change = [](auto& s) { s.id = "../x"; }},
    {.name = "no id", .change = [](auto& s) { s.id.clear(); }},
    {.name = "another folder", .change = [](auto& s) { s.folder = "/home"; }},
    {.name = "the folder of another run", .change = [](auto& s) { s.folder = "/tmp/troupe-chaos-ab2"; }},
    {.name = "a folder by a detour", .change = [](auto& s) { s.folder = "/tmp/../home/troupe-chaos-ab1"; }},
    {.name = "a namespace of others", .change = [](auto& s) { s.namespaces = {"production"}; }},
    {.name = "a namespace that is a path", .change = [](auto& s) { s.namespaces = {"troupe-chaos-ab1-/../x"}; }},
    {.name = "a mount elsewhere", .change = [](auto& s) { s.mounts = {"/home"}; }},
    {.name = "a mount by a detour", .change = [](auto& s) { s.mounts = {"/tmp/troupe-chaos-ab1/../../home"}; }},
  };
  for (auto& c : cases) {
    SCOPED_TRACE(c.name);
    auto state = whole;
    c.change(state);
    EXPECT_FALSE(read_state(text_of(state)).has_value());
  }
}

TEST(live_state, survives_damage) {
  const auto right = text_of(whole);
  for (std::size_t at = 0; at + 1 < right.size(); ++at) // The last one ends the line.
    for (char c : {'\0', '"', '[', '9', 'x'}) {
      auto wrong = right;
      wrong[at] = c;
      if (auto read = read_state(wrong)) {
        EXPECT_TRUE(read->folder.ends_with("/troupe-chaos-" + read->id));
      }
      EXPECT_FALSE(read_state(right.substr(0, at)).has_value());
    }
}

TEST(live_state, finds_the_start_of_a_process_whatever_its_name) {
  const std::string rest = " S 1 7 7 0 -1 4194560 1 0 0 0 1 2 0 0 20 0 1 0 8811 100 1";
  EXPECT_EQ(start_in_stat("7 (sh)" + rest), 8'811);
  EXPECT_EQ(start_in_stat("7 (a) b (c))" + rest), 8'811);
  EXPECT_EQ(start_in_stat(""), 0);
  EXPECT_EQ(start_in_stat("7 (sh) S 1"), 0);
}

} // namespace
} // namespace troupe::tools::chaos::live
