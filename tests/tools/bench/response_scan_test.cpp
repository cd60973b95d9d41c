#include "tools/bench/response_scan.hpp"
#include <gtest/gtest.h>
#include <random>
#include <string>
#include <vector>

using namespace troupe::tools::bench;

namespace {

struct answer {
  int status = 0;
  std::string body;
  bool keep_alive = true;
  bool operator==(const answer&) const = default;
};

/// Reads a connection's bytes in pieces of that size.
struct reader final : body_sink {
  std::vector<answer> answers;
  answer current;
  bool bad = false;
  response_scan scan;

  void status(int code) override { current.status = code; }
  void data(std::string_view piece) override { current.body += piece; }
  void feed(std::string_view bytes) {
    while (!bytes.empty() && !bad) {
      const auto state = scan.feed(bytes, *this);
      if (state == response_scan::state::more) return;
      if (state == response_scan::state::bad) {
        bad = true;
        return;
      }
      current.keep_alive = scan.keep_alive();
      answers.push_back(std::exchange(current, {}));
    }
  }
  static reader over(std::string_view bytes, std::size_t step) {
    reader out;
    for (; !bytes.empty(); bytes.remove_prefix(std::min(step, bytes.size())))
      out.feed(bytes.substr(0, step));
    return out;
  }
};

struct test_case {
  std::string name, bytes;
  std::vector<answer> answers;
};

const std::vector<test_case> cases{
    {"a body of known length", "HTTP/1.1 201 Created\r\nContent-Length: 5\r\n\r\nhello", {{201, "hello", true}}},
    {"names of fields in any case", "HTTP/1.1 200 OK\r\ncOnTeNt-LeNgTh:3\r\n\r\nabc", {{200, "abc", true}}},
    {"an empty body", "HTTP/1.1 409 Conflict\r\nContent-Length: 0\r\n\r\n", {{409, "", true}}},
    {"no body with 204", "HTTP/1.1 204 No Content\r\n\r\n", {{204, "", true}}},
    {"two answers behind each other",
     "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\naHTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nbc",
     {{200, "a", true}, {404, "bc", true}}},
    {"chunks",
     "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
     {{200, "abcde", true}}},
    {"chunks win over a length",
     "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 9\r\n\r\n1\r\na\r\n0\r\n\r\n",
     {{200, "a", true}}},
    {"the server closes", "HTTP/1.1 200 OK\r\nConnection: Close\r\nContent-Length: 1\r\n\r\na", {{200, "a", false}}},
    {"HTTP/1.0 closes", "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\na", {{200, "a", false}}},
    {"an interim answer is passed over",
     "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na",
     {{200, "a", true}}},
};

} // namespace

TEST(response_scan, finds_answers_wherever_the_bytes_are_cut) {
  for (const auto& c : cases)
    for (std::size_t step : {1U, 2U, 3U, 7U, 19U, 1000U}) {
      const auto got = reader::over(c.bytes, step);
      EXPECT_FALSE(got.bad) << c.name;
      EXPECT_EQ(got.answers, c.answers) << c.name << " in pieces of " << step;
    }
}

TEST(response_scan, an_answer_without_length_lasts_until_the_connection_ends) {
  auto got = reader::over("HTTP/1.1 200 OK\r\n\r\nso far", 4);
  EXPECT_TRUE(got.answers.empty());
  EXPECT_EQ(got.current.body, "so far");
  EXPECT_TRUE(got.scan.complete_at_end());
}

TEST(response_scan, an_end_within_a_body_is_no_complete_answer) {
  auto got = reader::over("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", 100);
  EXPECT_FALSE(got.scan.complete_at_end());
}

TEST(response_scan, refuses_what_is_no_answer) {
  for (const auto* bytes : {"SSH-2.0-OpenSSH\r\n\r\n", "HTTP/1.1 abc\r\n\r\n", "HTTP/1.1 20\r\n\r\n",
                            "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
                            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"})
    EXPECT_TRUE(reader::over(bytes, 1000).bad) << bytes;
}

TEST(response_scan, refuses_a_head_without_end) {
  EXPECT_TRUE(reader::over("HTTP/1.1 200 OK\r\nX: " + std::string(100'000, 'x'), 1000).bad);
}

TEST(response_scan, survives_any_mutation) {
  std::mt19937 random(11);
  for (int round = 0; round < 20'000; ++round) {
    auto bytes = cases[random() % cases.size()].bytes;
    for (auto n = random() % 4; n-- > 0;)
      bytes[random() % bytes.size()] = static_cast<char>(random());
    const auto got = reader::over(bytes, 1 + random() % 40);
    EXPECT_LE(got.answers.size(), 3U);
  }
}
