#include "tests/storage/raft/script.hpp"
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>

namespace troupe::tests::raft {
namespace {

std::vector<std::string> scripts() {
  std::vector<std::string> out;
  for (const auto& file : std::filesystem::directory_iterator(TROUPE_TEST_DATA "/raft"))
    if (file.path().extension() == ".txt") out.push_back(file.path().stem().string());
  std::sort(out.begin(), out.end());
  return out;
}

/// A script is a list of paragraphs: comments, commands, `----`, and what they print up to the next empty line.
/// Returns the script with what is printed now.
std::string replay(const std::string& text) {
  script group;
  std::string out, printed;
  std::istringstream in(text);
  bool in_output = false;
  for (std::string line; std::getline(in, line);) {
    if (line.empty()) {
      if (in_output) out += printed;
      in_output = false;
      printed.clear();
      out += "\n";
    } else if (in_output) {
      continue; // what was printed last time
    } else if (line == "----") {
      in_output = true;
      out += "----\n";
    } else {
      out += line + "\n";
      if (line[0] == '#') continue;
      printed += group.run(line);
    }
  }
  return in_output ? out + printed : out;
}

class raft_script : public testing::TestWithParam<std::string> {};

/// TROUPE_REWRITE=1 takes what is printed now for right; read the difference before you commit it.
TEST_P(raft_script, prints_what_it_printed_before) {
  const auto path = std::string(TROUPE_TEST_DATA "/raft/") + GetParam() + ".txt";
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  const auto now = replay(text.str());
  if (std::getenv("TROUPE_REWRITE"))
    std::ofstream(path) << now;
  else
    EXPECT_EQ(now, text.str()) << path;
  EXPECT_EQ(now.find("VIOLATION"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(, raft_script, testing::ValuesIn(scripts()), [](const auto& test) { return test.param; });

} // namespace
} // namespace troupe::tests::raft
