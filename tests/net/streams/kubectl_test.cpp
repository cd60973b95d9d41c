#include "tests/net/streams/pod.hpp"
#include <array>
#include <filesystem>
#include <fmt/format.h>

// Real clients against our ends of exec and port-forward. Skipped where no kubectl is installed.
namespace troupe::net::streams {
namespace {

struct result {
  std::string out;
  int code = -1;
};

result run(const std::string& command) {
  result got;
  auto* pipe = ::popen(("timeout 20 sh -c '" + command + "' 2>&1").c_str(), "r");
  std::array<char, 4096> buffer{};
  while (const auto n = std::fread(buffer.data(), 1, buffer.size(), pipe)) got.out.append(buffer.data(), n);
  got.code = WEXITSTATUS(::pclose(pipe));
  return got;
}

/// The oldest and the newest client at hand speak different protocols.
std::vector<std::string> clients() {
  std::vector<std::string> found;
  auto where = run("readlink -f \"$(command -v kubectl)\"").out;
  while (where.ends_with('\n')) where.pop_back();
  if (where.empty()) return found;
  const auto folder = std::filesystem::path(where).parent_path();
  for (const auto* version : {"1.27", "1.30", "1.32"})
    if (std::filesystem::exists(folder / fmt::format("kubectl.{}", version)))
      found.push_back((folder / fmt::format("kubectl.{}", version)).string());
  if (found.empty()) found.push_back(where);
  return found;
}

std::string invoke(const std::string& client, const pod& p, std::string_view rest) {
  return fmt::format("{} --cache-dir=/tmp/troupe-kubectl-cache -s {} {}", client, p.net.url(""), rest);
}

TEST(kubectl, exec_carries_both_outputs_and_the_exit_code) {
  const auto all = clients();
  if (all.empty()) GTEST_SKIP() << "no kubectl";
  for (const auto& each : all) {
    pod p;
    const auto got = run(invoke(each, p, "exec p -c c -- fail"));
    EXPECT_EQ(got.out, "no such thing\ncommand terminated with exit code 3\n") << each;
    EXPECT_EQ(got.code, 3) << each;
  }
}

TEST(kubectl, exec_carries_stdin_to_its_end) {
  const auto all = clients();
  if (all.empty()) GTEST_SKIP() << "no kubectl";
  for (const auto& each : all) {
    pod p;
    // The client may complain that the message that opens the session comes before it has made its streams.
    const auto cat = invoke(each, p, "exec -i p -c c -- cat 2>/dev/null");
    const auto got = run("head -c 3000000 /dev/zero | " + cat + " | wc -c");
    EXPECT_EQ(got.out, "3000000\n") << each;
  }
}

TEST(kubectl, exec_carries_much_output) {
  const auto all = clients();
  if (all.empty()) GTEST_SKIP() << "no kubectl";
  for (const auto& each : all) {
    pod p;
    EXPECT_EQ(run(invoke(each, p, "exec p -c c -- flood") + " | wc -c").out, "8388608\n") << each;
  }
}

TEST(kubectl, port_forward_connects_and_reports_failure) {
  const auto all = clients();
  if (all.empty()) GTEST_SKIP() << "no kubectl";
  for (const auto& each : all) {
    pod p;
    // The local ports are chosen by kubectl and said in its output.
    const auto script = invoke(each, p, "port-forward p :8080 :1") + R"( > "$T" & K=$!
      trap "kill $K; rm $T" EXIT
      for i in $(seq 200); do grep -q -- "-> 1$" "$T" && break; read -t 0.05 x < /dev/zero; done
      A=$(sed -n "s/.*127.0.0.1:\([0-9]*\) -> 8080/\1/p" "$T"); B=$(sed -n "s/.*127.0.0.1:\([0-9]*\) -> 1$/\1/p" "$T")
      exec 3<>/dev/tcp/127.0.0.1/$A; echo hello >&3; read -t 5 x <&3; echo "got $x"
      exec 4<>/dev/tcp/127.0.0.1/$B; read -t 5 x <&4; echo "then $?")";
    const auto file = ::testing::TempDir() + "troupe-forward.sh";
    auto* out = std::fopen(file.c_str(), "w");
    std::fputs(("T=$(mktemp)\n" + script).c_str(), out);
    std::fclose(out);
    const auto got = run("bash " + file);
    std::filesystem::remove(file);
    EXPECT_NE(got.out.find("got hello"), std::string::npos) << each << got.out;
    EXPECT_NE(got.out.find("connection refused"), std::string::npos) << each << got.out;
    EXPECT_TRUE(p.forward_closed.wait()) << each;
  }
}

} // namespace
} // namespace troupe::net::streams
