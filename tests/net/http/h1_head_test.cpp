#include "net/http/h1_head.hpp"
#include <gtest/gtest.h>
#include <random>

namespace troupe::net::http::h1 {
namespace {

tl::expected<request_head, refusal> parse(std::string_view bytes) {
  head_reader reader(64 * 1024);
  const auto text = reader.feed(bytes);
  if (!text) return tl::unexpected(text.error());
  if (text->empty()) return tl::unexpected(refusal{0, "incomplete"});
  return parse_request(*text);
}

struct refused_case {
  std::string_view name;
  std::string_view bytes;
  int status = 400;
};

const refused_case refused[] = {
    {"two Content-Length fields may hide a second request",
     "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\n"},
    {"a list of lengths is not a length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3, 3\r\n\r\n"},
    {"Content-Length with Transfer-Encoding is smuggling",
     "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"},
    {"a signed length is not a length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +3\r\n\r\n"},
    {"a negative length is not a length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -3\r\n\r\n"},
    {"a hexadecimal length is not a length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x3\r\n\r\n"},
    {"an empty length is not a length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n"},
    {"a length of twenty digits would overflow",
     "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n"},
    {"only chunked is understood", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501},
    {"a disguised chunked is refused", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n", 501},
    {"chunked twice is refused",
     "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", 501},
    {"chunked is not part of HTTP/1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"},
    {"a bare LF ends no line", "GET / HTTP/1.1\nHost: a\r\n\r\n"},
    {"a bare LF ends no header", "GET / HTTP/1.1\r\nHost: a\nX: y\r\n\r\n"},
    {"a folded line is refused", "GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n z\r\n\r\n"},
    {"a space before the colon is refused", "GET / HTTP/1.1\r\nHost : a\r\n\r\n"},
    {"a header without a name is refused", "GET / HTTP/1.1\r\nHost: a\r\n: x\r\n\r\n"},
    {"a header without a colon is refused", "GET / HTTP/1.1\r\nHost: a\r\nX\r\n\r\n"},
    {"NUL in a value is refused", std::string_view("GET / HTTP/1.1\r\nHost: a\r\nX: \0y\r\n\r\n", 35)},
    {"NUL in a name is refused", std::string_view("GET / HTTP/1.1\r\nHost: a\r\nX\0: y\r\n\r\n", 35)},
    {"a lone CR in a value is refused", "GET / HTTP/1.1\r\nHost: a\r\nX: y\rz\r\n\r\n"},
    {"a missing Host is refused", "GET / HTTP/1.1\r\n\r\n"},
    {"two Hosts are refused", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"},
    {"a relative target is refused", "GET a HTTP/1.1\r\nHost: a\r\n\r\n"},
    {"a target with a control character is refused", "GET /\x01 HTTP/1.1\r\nHost: a\r\n\r\n"},
    {"spaces in a target are refused", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n"},
    {"a request line of two words is refused", "GET /\r\nHost: a\r\n\r\n"},
    {"a method with strange characters is refused", "G@T / HTTP/1.1\r\nHost: a\r\n\r\n"},
    {"an unknown version is refused", "GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505},
    {"a malformed version is refused", "GET / HTTP/1.1x\r\nHost: a\r\n\r\n"},
    {"an unknown expectation is refused", "GET / HTTP/1.1\r\nHost: a\r\nExpect: gold\r\n\r\n", 417},
};

TEST(h1_head, refuses_what_two_parties_could_read_differently) {
  for (const auto& each : refused) {
    const auto head = parse(each.bytes);
    ASSERT_FALSE(head.has_value()) << each.name;
    EXPECT_EQ(head.error().status, each.status) << each.name << ": " << head.error().message;
  }
}

struct accepted_case {
  std::string_view name, bytes, method, path, query;
  h1::framing framing = framing::none;
  std::uint64_t length = 0;
  bool keep_alive = true, expects_continue = false;
};

const accepted_case accepted[] = {
    {"a plain GET", "GET /api?watch=true HTTP/1.1\r\nHost: a\r\n\r\n", "GET", "/api", "watch=true"},
    {"empty lines before the request", "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", "GET", "/", ""},
    {"an absolute target loses its authority", "GET http://b:80/x?y HTTP/1.1\r\nHost: a\r\n\r\n", "GET", "/x", "y"},
    {"an absolute target may have no path", "GET http://b HTTP/1.1\r\nHost: a\r\n\r\n", "GET", "/", ""},
    {"OPTIONS may ask for everything", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "OPTIONS", "*", ""},
    {"a body with a length", "PUT /x HTTP/1.1\r\nHost: a\r\nContent-Length: 12\r\n\r\n", "PUT", "/x", "",
     framing::length, 12},
    {"a chunked body", "PUT /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n", "PUT", "/x", "",
     framing::chunked},
    {"close is heard among other options", "GET / HTTP/1.1\r\nHost: a\r\nConnection: x, Close\r\n\r\n", "GET", "/", "",
     framing::none, 0, false},
    {"HTTP/1.0 closes", "GET / HTTP/1.0\r\n\r\n", "GET", "/", "", framing::none, 0, false},
    {"100-continue", "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nExpect: 100-Continue\r\n\r\n", "PUT", "/", "",
     framing::length, 1, true, true},
};

TEST(h1_head, reads_what_clients_send) {
  for (const auto& each : accepted) {
    const auto head = parse(each.bytes);
    ASSERT_TRUE(head.has_value()) << each.name << ": " << head.error().message;
    EXPECT_EQ(head->request.method, each.method) << each.name;
    EXPECT_EQ(head->request.path, each.path) << each.name;
    EXPECT_EQ(head->request.query, each.query) << each.name;
    EXPECT_EQ(head->framing, each.framing) << each.name;
    EXPECT_EQ(head->content_length, each.length) << each.name;
    EXPECT_EQ(head->keep_alive, each.keep_alive) << each.name;
    EXPECT_EQ(head->expects_continue, each.expects_continue) << each.name;
  }
}

TEST(h1_head, finds_the_end_wherever_the_bytes_are_cut) {
  const std::string text = "GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\nGET /rest";
  for (std::size_t cut = 0; cut < text.size(); ++cut) {
    head_reader reader(1024);
    std::string_view first = std::string_view(text).substr(0, cut), second = std::string_view(text).substr(cut);
    auto head = reader.feed(first);
    ASSERT_TRUE(head.has_value());
    if (head->empty()) {
      head = reader.feed(second);
      ASSERT_TRUE(head.has_value());
      EXPECT_EQ(second, "GET /rest") << cut;
    }
    EXPECT_EQ(*head, "GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\n") << cut;
  }
}

TEST(h1_head, stops_at_the_limit_whether_or_not_lines_end) {
  for (const auto* unit : {"X: yyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}) {
    head_reader reader(1024);
    std::string_view first = "GET / HTTP/1.1\r\n";
    ASSERT_TRUE(reader.feed(first).has_value());
    int status = 0;
    for (int i = 0; i < 100 && status == 0; ++i) {
      std::string_view more = unit;
      if (const auto got = reader.feed(more); !got) status = got.error().status;
    }
    EXPECT_EQ(status, 431);
  }
}

TEST(h1_head, reads_answers) {
  const auto head = parse_response("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", false);
  ASSERT_TRUE(head.has_value());
  EXPECT_EQ(head->status, 200);
  EXPECT_EQ(head->content_length, 5U);
  EXPECT_EQ(parse_response("HTTP/1.1 200 OK\r\n\r\n", false)->framing, framing::until_close);
  EXPECT_EQ(parse_response("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", true)->framing, framing::none);
  EXPECT_EQ(parse_response("HTTP/1.1 204 No Content\r\n\r\n", false)->framing, framing::none);
  EXPECT_TRUE(parse_response("HTTP/1.1 200\r\n\r\n", false).has_value());
  for (const auto* bad :
       {"HTTP/1.1 20 OK\r\n\r\n", "HTTP/1.1 2000 OK\r\n\r\n", "ICY 200 OK\r\n\r\n", "HTTP/1.1 abc\r\n\r\n"})
    EXPECT_FALSE(parse_response(bad, false).has_value()) << bad;
}

TEST(h1_head, survives_mutated_heads) {
  std::mt19937 random(20241);
  const std::string seed =
      "POST /api/v1/pods?x=y HTTP/1.1\r\nHost: a\r\nContent-Length: 12\r\nConnection: keep-alive\r\nX: y\r\n\r\n";
  for (int round = 0; round < 30'000; ++round) {
    auto text = seed;
    for (unsigned edits = random() % 4 + 1; edits > 0; --edits) {
      const auto at = random() % text.size();
      switch (random() % 4) {
        case 0: text[at] = static_cast<char>(random()); break;
        case 1: text.insert(at, 1, "\r\n :,\t\0;"[random() % 8]); break;
        case 2: text.erase(at, random() % 8 + 1); break;
        default: text.insert(at, text.substr(random() % text.size(), random() % 20)); break;
      }
      if (text.empty()) text = "x";
    }
    const auto head = parse(text);
    // Whatever is accepted has one framing and clean values.
    if (!head) continue;
    EXPECT_LE(head->request.fields.count("content-length") + head->request.fields.count("transfer-encoding"), 1U)
        << text;
    for (const auto& [name, value] : head->request.fields) {
      EXPECT_TRUE(is_token(name)) << text;
      EXPECT_EQ(value.find_first_of(std::string_view("\r\n\0", 3)), std::string_view::npos) << text;
    }
  }
}

} // namespace
} // namespace troupe::net::http::h1
