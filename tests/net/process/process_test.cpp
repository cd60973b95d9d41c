#include "net/process/process.hpp"
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>

namespace troupe::net::process {
namespace {

using namespace std::chrono_literals;

TEST(process, output_input_and_exit_code_come_through) {
  auto done = run({.argv = {"sh", "-c", "cat; echo err >&2; exit 3"}, .input = "text"});
  EXPECT_EQ(done.code, 3);
  EXPECT_EQ(done.out, "text");
  EXPECT_EQ(done.err, "err\n");
  EXPECT_FALSE(done.ok());
}

TEST(process, large_input_and_output_do_not_lock_each_other) {
  std::string text(3'000'000, 'x');
  EXPECT_EQ(run({.argv = {"cat"}, .input = text}).out.size(), text.size());
}

TEST(process, output_beyond_the_limit_is_dropped_but_the_program_ends) {
  auto done = run({.argv = {"sh", "-c", "head -c 1000000 /dev/zero; exit 4"}, .output_limit = 1000});
  EXPECT_EQ(done.out.size(), 1000u);
  EXPECT_EQ(done.code, 4);
}

TEST(process, a_signal_is_128_and_its_number) {
  EXPECT_EQ(run({.argv = {"sh", "-c", "kill -9 $$"}}).code, 137);
}

TEST(process, the_limit_ends_a_program_that_does_not) {
  auto done = run({.argv = {"sleep", "100"}, .limit = 50ms});
  EXPECT_TRUE(done.timed_out);
  EXPECT_EQ(done.code, 137);
}

TEST(process, a_child_that_keeps_the_pipes_does_not_hold_the_caller) {
  auto begin = std::chrono::steady_clock::now();
  auto done = run({.argv = {"sh", "-c", "sleep 5 & echo hi"}});
  EXPECT_EQ(done.out, "hi\n");
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 4s);
}

TEST(process, a_missing_program_is_an_error_with_its_name) {
  auto done = run({.argv = {"no-such-program"}});
  EXPECT_EQ(done.code, -1);
  EXPECT_EQ(done.err, "exec: \"no-such-program\": executable file not found in $PATH");
  EXPECT_EQ(find_program("no-such-program"), "");
}

TEST(process, a_child_gets_the_files_named_and_no_others) {
  fd open_elsewhere(::open("/dev/zero", O_RDONLY)); // Not marked close-on-exec: still not inherited.
  int p[2];
  ASSERT_EQ(::pipe2(p, O_CLOEXEC), 0);
  fd read_end(p[0]), write_end(p[1]);
  auto started = start({.argv = {"sh", "-c", "for n in 3 4 5 6 7 8 9; do [ -e /proc/$$/fd/$n ] && echo $n; done >&5"},
                        .files = {{p[1], 5}}});
  ASSERT_TRUE(started) << started.error();
  write_end.reset();
  (void)reap(*started);
  char text[64] = {};
  ASSERT_GT(::read(read_end.number(), text, sizeof text - 1), 0);
  EXPECT_STREQ(text, "5\n");
}

TEST(process, a_started_child_is_seen_to_end_through_its_handle) {
  auto started = start({.argv = {"true"}});
  ASSERT_TRUE(started);
  pollfd p{started->handle.number(), POLLIN, 0};
  EXPECT_EQ(::poll(&p, 1, 5000), 1);
  EXPECT_EQ(reap(*started), 0);
  EXPECT_EQ(reap(*started), -1);
}

} // namespace
} // namespace troupe::net::process
