#include "tools/bench/procfs.hpp"
#include <algorithm>
#include <gtest/gtest.h>
#include <unistd.h>

using namespace troupe::tools::bench;

TEST(procfs, reads_a_stat_line_whatever_the_process_is_called) {
  const auto got = parse_stat(
      "41 (a) b (c) S 7 41 41 0 -1 4194560 9 0 0 0 150 50 0 0 20 0 12 0 100 1000 10 18446744073709551615\n", 100);
  ASSERT_TRUE(got);
  EXPECT_EQ(got->pid, 41);
  EXPECT_EQ(got->name, "a) b (c");
  EXPECT_EQ(got->parent, 7);
  EXPECT_DOUBLE_EQ(got->cpu_seconds, 2.0);
  EXPECT_EQ(got->threads, 12U);
}

TEST(procfs, a_line_that_is_cut_off_is_no_process) {
  EXPECT_FALSE(parse_stat("", 100));
  EXPECT_FALSE(parse_stat("41 (name S 7", 100));
  EXPECT_FALSE(parse_stat("41 (name) S 7 41", 100));
}

TEST(procfs, finds_a_number_by_the_whole_name_of_its_line) {
  const std::string text = "VmRSSx:\t1 kB\nVmRSS:\t  2048 kB\nVmHWM:\t4096 kB\nvoluntary_ctxt_switches:\t5\n";
  EXPECT_EQ(number_after(text, "VmRSS"), 2048U);
  EXPECT_EQ(number_after(text, "VmHWM"), 4096U);
  EXPECT_EQ(number_after(text, "voluntary_ctxt_switches"), 5U);
  EXPECT_EQ(number_after(text, "Pss"), 0U);
}

TEST(procfs, reads_this_process) {
  const auto me = read_process(::getpid());
  ASSERT_TRUE(me);
  EXPECT_EQ(me->parent, ::getppid());
  EXPECT_GT(me->rss_kib, 100U);
  EXPECT_GE(me->peak_rss_kib, me->rss_kib);
  EXPECT_GE(me->threads, 1U);
  EXPECT_FALSE(read_process(-5));
}

TEST(procfs, a_process_is_not_related_to_itself) {
  const auto related = related_processes(::getppid(), {});
  EXPECT_EQ(std::find(related.begin(), related.end(), ::getppid()), related.end());
  EXPECT_EQ(std::find(related.begin(), related.end(), ::getpid()), related.end());
}

TEST(procfs, a_command_line_names_a_path_only_as_a_whole) {
  using namespace std::string_view_literals;
  EXPECT_TRUE(names_path("troupe\0up\0--data-dir\0/data/c1\0"sv, "/data/c1"));
  EXPECT_TRUE(names_path("conmon\0-b\0/data/c1/pods/x"sv, "/data/c1"));
  EXPECT_TRUE(names_path("x /data/c10 /data/c1", "/data/c1"));
  EXPECT_FALSE(names_path("troupe\0--data-dir\0/data/c10\0"sv, "/data/c1"));
  EXPECT_FALSE(names_path("troupe", ""));
}
