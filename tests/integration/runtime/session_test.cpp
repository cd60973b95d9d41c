#include "machine_fixture.hpp"
#include <caf/send.hpp>

namespace troupe::actors::runtime {
namespace {

using streams::channel;
using streams::kind;

struct session_test : machine_fixture {
  void SetUp() override {
    machine_fixture::SetUp();
    if (IsSkipped()) return;
    auto s = ask<shared<sandbox_status>>(runtime.pods, run_atom::value, share(pod("p1")));
    ASSERT_TRUE(s);
    sandbox = s->id;
  }
  std::string sleeper() {
    return start(sandbox, container("a", {"sh", "-c", "trap exit TERM; while :; do sleep 0.1; done"}));
  }
  std::string sandbox;
};

TEST_F(session_test, exec_carries_both_outputs_the_input_and_the_exit_code) {
  auto id = sleeper();
  auto t = run(exec(id, {"sh", "-c", "echo out; echo err >&2; exit 3"}));
  EXPECT_EQ(t.out, "out\n");
  EXPECT_EQ(t.err, "err\n");
  EXPECT_NE(t.status.find(R"("reason":"ExitCode","message":"3")"), std::string::npos) << t.status;
  auto cat = exec(id, {"cat"});
  cat.what.in = true;
  std::string text(200'000, 'x');
  auto back = run(cat, text);
  EXPECT_EQ(back.out.size(), text.size());
  EXPECT_EQ(back.status, R"({"metadata":{},"status":"Success"})");
}

TEST_F(session_test, exec_of_a_missing_command_is_an_error_with_the_runtimes_words) {
  auto id = sleeper();
  auto t = run(exec(id, {"nosuch"}));
  EXPECT_EQ(t.out + t.err, "");
  EXPECT_NE(t.status.find("executable file not found in $PATH"), std::string::npos) << t.status;
  EXPECT_NE(t.status.find("InternalError"), std::string::npos) << t.status;
}

TEST_F(session_test, exec_without_a_session_collects_output_and_obeys_its_time_limit) {
  auto id = container_id{sleeper()};
  auto r = ask<exec_result>(runtime.pods, exec_atom::value, id, std::vector<std::string>{"sh", "-c", "echo hi; exit 4"},
                            60000u);
  EXPECT_EQ(r.out, "hi\n");
  EXPECT_EQ(r.exit_code, 4);
  auto begin = std::chrono::steady_clock::now();
  auto slow = ask<exec_result>(runtime.pods, exec_atom::value, id, std::vector<std::string>{"sleep", "20"}, 300u);
  EXPECT_TRUE(slow.timed_out);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 15s) << "long before the command's own end";
  auto left = run(exec(id.value, {"sh", "-c", "ps | grep -c 'sleep 2[0]'"}));
  EXPECT_EQ(left.out, "0\n");
}

TEST_F(session_test, a_terminal_has_a_size_and_ends_with_its_shell) {
  auto id = sleeper();
  auto request = exec(id, {"sh"});
  request.what.tty = request.what.in = true;
  auto node = open(request);
  transcript t;
  read(node, t, [](auto& x) { return x.out.find("# ") != std::string::npos; });
  (*self)->send(node, data_atom::value, channel::resize, std::string(R"({"Width":132,"Height":50})"));
  (*self)->send(node, data_atom::value, channel::in,
                std::string("until stty size | grep -q '50 132'; do sleep 0.05; done; stty size; tty; exit 5\n"));
  read(node, t);
  EXPECT_NE(t.out.find("50 132"), std::string::npos) << t.out;
  EXPECT_NE(t.out.find("/dev/pts/"), std::string::npos) << t.out;
  EXPECT_NE(t.status.find(R"("message":"5")"), std::string::npos) << t.status;
}

TEST_F(session_test, attach_sees_what_the_container_writes_and_feeds_its_input) {
  auto c = container("b", {"sh", "-c", "read line; echo got $line; echo and >&2"});
  c.in = c.in_once = true;
  auto id = start(sandbox, c);
  session_request request;
  request.container = id;
  request.what.what = kind::attach;
  request.what.in = true;
  auto t = run(request, "hello\n");
  EXPECT_EQ(t.out, "got hello\n");
  EXPECT_EQ(t.err, "and\n");
  EXPECT_EQ(wait_for_exit(id).exit_code, 0);
}

TEST_F(session_test, attach_to_a_terminal_resizes_it) {
  auto c = container("t", {"sh"});
  c.in = c.tty = true;
  auto id = start(sandbox, c);
  session_request request;
  request.container = id;
  request.what.what = kind::attach;
  request.what.in = request.what.tty = true;
  auto node = open(request);
  transcript t;
  (*self)->send(node, data_atom::value, channel::resize, std::string(R"({"Width":99,"Height":33})"));
  (*self)->send(node, data_atom::value, channel::in,
                std::string("until stty size | grep -q '33 99'; do sleep 0.05; done; stty size\n"));
  read(node, t, [](auto& x) { return x.out.find("33 99") != std::string::npos; });
  (*self)->send(node, data_atom::value, channel::in, std::string("exit 6\n"));
  read(node, t);
  EXPECT_EQ(wait_for_exit(id).exit_code, 6);
}

TEST_F(session_test, port_forward_reaches_a_server_in_the_pod_and_says_when_there_is_none) {
  auto id = start(sandbox, container("s", {"sh", "-c", "while :; do echo pong | nc -l -p 8080; done"}));
  session_request request;
  request.sandbox = sandbox;
  request.what.what = kind::port_forward;
  request.what.in = true;
  request.what.port = 8080;
  transcript t;
  EXPECT_TRUE(eventually([&] { return (t = run(request, "ping\n")).out == "pong\n"; })) << t.status;
  request.what.port = 9;
  EXPECT_NE(run(request).status.find("Connection refused"), std::string::npos);
}

TEST_F(session_test, logs_are_followed_over_a_rotation_to_the_end_of_the_container) {
  auto c = container("l", {"sh", "-c", "echo one; while [ ! -e /tmp/go ]; do sleep 0.05; done; echo two; echo three"});
  auto id = start(sandbox, c);
  session_request request;
  request.container = id;
  request.log_files = {c.log_path};
  request.what.what = kind::logs;
  request.what.follow = true;
  auto node = open(request);
  transcript t;
  read(node, t, [](auto& x) { return x.out == "one\n"; });
  tell(runtime.pods, rotate_atom::value, container_id{id}, 3u);
  ask<exec_result>(runtime.pods, exec_atom::value, container_id{id}, std::vector<std::string>{"touch", "/tmp/go"},
                   60000u);
  read(node, t);
  EXPECT_EQ(t.out, "one\ntwo\nthree\n");
  request.what.follow = false;
  request.what.tail_lines = 1;
  EXPECT_EQ(run(request).out, "three\n");
  EXPECT_EQ(shell("ls " + directory + "/log | grep -c '^l.log.2'"), "1\n");
}

} // namespace
} // namespace troupe::actors::runtime
